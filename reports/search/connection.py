"""The engine that answers searches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

from haystack import connections

from reports.language.segment import Segmenter
from reports.search.contract.values import CompiledSearch, EngineResult, Passage, UnitHit
from reports.search.engines.whoosh.reader.vocabulary import Vocabulary

from .request import Scope
from .syntax.tree import Node


class SearchEngine(Protocol):
    """The calls that answering a search needs of an engine (``engines/contract.py``)."""

    def find(self, compiled: CompiledSearch) -> EngineResult: ...

    def passages(
        self, tree: Node, scope: Scope, hits: Sequence[UnitHit], per_hit: int = 3
    ) -> list[list[Passage]]: ...

    def place_and_version(self) -> tuple[str, str]:
        """Which index, and which commit of it: equal while the index holds the same."""
        ...

    def vocabulary(self) -> Vocabulary: ...

    def segmenter(self) -> Segmenter:
        """The segmenter that the index was made with. Never fails."""
        ...


def engine() -> SearchEngine:
    """haystack's default engine. Tests replace this function."""
    return cast("SearchEngine", connections["default"].get_backend())

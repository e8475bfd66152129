"""What each engine under measurement must do: the same work, answered in the same form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.documents import Prepared
from bench.queries import Query


@dataclass(frozen=True, slots=True)
class Answer:
    """The total, the best twenty with scores, and every facet counted with its own choice left out."""

    total: int
    hits: tuple[tuple[int, float], ...]
    facets: Mapping[str, Mapping[str, int]]


class Peer(Protocol):
    name: str

    def build(self, prepared: Prepared, folder: Path) -> None: ...

    def open(self, folder: Path) -> None: ...

    def search(self, query: Query) -> Answer: ...


def refinement_sets(query: Query, facets: tuple[str, ...]) -> dict[tuple[tuple[str, str], ...], list[str]]:
    """Which facets are counted under which refinements: a facet leaves its own choice out."""
    sets: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for facet in facets:
        others = tuple((name, value) for name, value in query.refinements if name != facet)
        sets.setdefault(others, []).append(facet)
    return sets


TANTIVY_SAME_ANSWERS = "tantivy, same answers"
TANTIVY_WORDS_ONLY = "tantivy, words only"

"""The common interface of all measured engines: the same work, and answers in the same form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.documents import Prepared
from bench.queries import Query


@dataclass(frozen=True, slots=True)
class Answer:
    """The total, the best twenty hits with scores, and the counts of each facet without its own
    refinements."""

    total: int
    hits: tuple[tuple[int, float], ...]
    facets: Mapping[str, Mapping[str, int]]


class Peer(Protocol):
    name: str

    def build(self, prepared: Prepared, folder: Path) -> None: ...

    def open(self, folder: Path) -> None: ...

    def search(self, query: Query) -> Answer: ...


def refinement_sets(query: Query, facets: tuple[str, ...]) -> dict[tuple[tuple[str, str], ...], list[str]]:
    """Refinements -> the facets counted under them: a facet leaves out its own refinements."""
    sets: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for facet in facets:
        others = tuple((name, value) for name, value in query.refinements if name != facet)
        sets.setdefault(others, []).append(facet)
    return sets


TANTIVY_SAME_ANSWERS = "tantivy, same answers"
TANTIVY_WORDS_ONLY = "tantivy, words only"

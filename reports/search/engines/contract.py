"""What an engine takes and gives: plain values between ``search`` and any engine behind haystack.

A report is one document of the index. Its sections and figures are *units* of that document: the
scope of a search says which units are matched, counted, ranked and returned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reports.search.request import Scope, Sort
from reports.search.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class IndexedBlock:
    """A block of text as printed. No word or phrase crosses from one block to the next.

    ``kind``: kicker headline deck byline lead heading body caption credit pull_quote
    initiative district (the last two hold names to be found by field only, never shown).
    ``section``: permanent number, 0 for the lead, -1 outside; ``figure``: number, -1 outside.
    """

    kind: str
    section: int
    figure: int
    text: str


@dataclass(frozen=True, slots=True)
class IndexedReport:
    """One published report as the index sees it. ``facets`` maps each facet to its values (keys)."""

    id: int
    blocks: tuple[IndexedBlock, ...]
    facets: Mapping[str, tuple[str, ...]]
    published_on: date | None
    year: int | None
    district_order: str  # sort key of the main district; empty sorts last
    stamp: str  # changes whenever anything searched has changed: compared with the database


@dataclass(frozen=True, slots=True)
class CompiledSearch:
    """``start`` and ``limit`` cut the ordered hits; ``limit`` None means all of them."""

    tree: Node
    scope: Scope
    refinements: Mapping[str, tuple[str, ...]]
    date_from: date | None
    date_to: date | None
    sort: Sort
    start: int = 0
    limit: int | None = 20
    with_facets: bool = True


@dataclass(frozen=True, slots=True)
class UnitHit:
    """``number`` is the section's or figure's permanent number; -1 for scope report."""

    report_id: int
    number: int
    score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of a hit with the places where the query's strings stand, in printed code points."""

    kind: str
    section: int
    figure: int
    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class EngineResult:
    """``facets`` counts, per value, the hits that choosing it would give (own facet left out)."""

    total: int
    hits: Sequence[UnitHit]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    index_version: str = ""

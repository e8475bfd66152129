"""What an engine takes and gives: plain values between ``search`` and any engine behind haystack.

An article is one document of the index. Its sections and figures are *units* of that document: the
scope of a search says which units are matched, counted, ranked and returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
class IndexedArticle:
    """One published article as the index sees it. ``facets`` maps each facet to its values (keys)."""

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
    """``number`` is the section's or figure's permanent number; -1 for scope article."""

    article_id: int
    number: int
    score: float


Marks = tuple[tuple[int, int], ...]


class Passage:
    """A block of a hit; ``strings``: those of the query that stand in it.

    ``text``, as printed, and ``marks``, where the strings stand, in its code points, are read from the index
    when they are first asked for, and raise what the index raises: of a hit's passages few are shown.
    """

    __slots__ = ("_contents", "_read", "figure", "kind", "section", "strings")

    def __init__(
        self,
        kind: str,
        section: int,
        figure: int,
        strings: frozenset[str],
        read: Callable[[], tuple[str, Marks]],
    ) -> None:
        self.kind, self.section, self.figure = kind, section, figure
        self.strings = strings
        self._read = read
        self._contents: tuple[str, Marks] | None = None

    @classmethod
    def printed(cls, kind: str, section: int, figure: int, text: str, marks: Marks = ()) -> Passage:
        """One that has been read already."""
        strings = frozenset(text[start:end] for start, end in marks)
        return cls(kind, section, figure, strings, lambda: (text, marks))

    @property
    def text(self) -> str:
        return self._read_once()[0]

    @property
    def marks(self) -> Marks:
        return self._read_once()[1]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Passage):
            return NotImplemented
        place, others = (self.kind, self.section, self.figure), (other.kind, other.section, other.figure)
        return place == others and self._read_once() == other._read_once()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        place = f"{self.kind!r}, {self.section}, {self.figure}"
        return f"Passage({place}, {self.text!r}, {self.marks})"

    def _read_once(self) -> tuple[str, Marks]:
        if self._contents is None:
            self._contents = self._read()
        return self._contents


@dataclass(frozen=True, slots=True)
class EngineResult:
    """``facets`` counts, per value, the hits that choosing it would give (own facet left out)."""

    total: int
    hits: Sequence[UnitHit]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    index_version: str = ""

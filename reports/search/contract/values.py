"""What every engine takes and gives: frozen values.

An article is one document of the index. Its sections and figures are *units* of that document: the
scope of a search says which units are matched, counted, ranked and returned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from reports.language.segment import Segmenter, default_segmenter
from reports.search.request import Scope, Sort

from .conditions import Condition

EMPTY_VERSION = "none"
"""The version of an engine that has no index yet."""
LEXICON = "lexicon"
"""The part of what an index was made with that says which words curators had added."""
_LONGEST_TERM = 12


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


class SortKey(StrEnum):
    """One key of an order; the values of :class:`Sort` are among them.

    Articles of known year only come after the dated ones of their year; articles without a date, or without
    a district, come last in both directions.
    """

    RELEVANCE = Sort.RELEVANCE.value
    NEWEST = Sort.NEWEST.value
    OLDEST = Sort.OLDEST.value
    DISTRICT = Sort.DISTRICT.value
    DISTRICT_DESCENDING = "-district"
    ID = "id"
    ID_DESCENDING = "-id"


@dataclass(frozen=True, slots=True)
class CompiledSearch:
    """``start`` and ``limit`` cut the ordered hits; ``limit`` None means all of them.

    ``order``: the first key decides, then the next. Hits that are equal in all keys come newest first, then
    by descending article id, then by the number of the unit: an order is complete, so pages neither repeat
    nor skip a hit. Scores are worked out where ``order`` has RELEVANCE; otherwise they are 0.
    """

    tree: Condition
    scope: Scope
    refinements: Mapping[str, tuple[str, ...]]
    date_from: date | None
    date_to: date | None
    order: tuple[SortKey, ...]
    start: int = 0
    limit: int | None = 20
    with_facets: bool = True


@dataclass(frozen=True, slots=True)
class UnitHit:
    """``number`` is the section's or figure's permanent number; -1 for scope article."""

    article_id: int
    number: int
    score: float


@dataclass(frozen=True, slots=True)
class EngineResult:
    """``facets`` counts, per value, the hits that choosing it would give (own facet left out)."""

    total: int
    hits: Sequence[UnitHit]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    index_version: str = ""


Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of a hit as printed.

    ``marks``: where strings of the query occur, in its code points; in order, none touching the next.
    """

    kind: str
    section: int
    figure: int
    text: str
    marks: Marks = ()


@dataclass(frozen=True, slots=True)
class HitPassages:
    """The blocks of one hit in which strings of the query occur.

    ``shown``: the best of them (``passages.choose_blocks``), or the beginning of the hit where there is none.
    ``headline``: the headline, if a string occurs in it. ``sections``: numbers of all sections with a string.
    """

    shown: tuple[Passage, ...] = ()
    headline: Passage | None = None
    sections: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What an index has words for. ``place`` and ``version`` say of which index at which commit.

    ``facets``: facet -> value -> articles. ``headlines``: (article, headline as printed), the newest article
    first. ``terms``: normalised words of two and more characters with the number of their articles, the most
    frequent first. ``segmenter``: what the index was cut with.
    """

    place: str
    version: str
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    headlines: tuple[tuple[int, str], ...] = ()
    terms: Mapping[str, int] = field(default_factory=dict)
    segmenter: Segmenter = field(default_factory=default_segmenter)


def is_telling(term: str) -> bool:
    """Whether a term is worth having in a vocabulary: several characters, and not a number."""
    return 2 <= len(term) <= _LONGEST_TERM and not term.isnumeric() and any(map(str.isalpha, term))


@dataclass(frozen=True, slots=True)
class Stamps:
    """Article id -> stamp of everything indexed at ``version``; ``repeated``: articles indexed more than
    once."""

    version: str
    of_articles: Mapping[int, str]
    repeated: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """``indexed`` and ``deleted`` are numbers of articles, ``size`` of bytes; ``generation`` is None where
    there is no index.

    ``version`` and ``differing``: what the index was made with, and which parts of that the program would
    make otherwise now. ``cause``: what is damaged, empty where nothing is.
    """

    version: str = ""
    differing: tuple[str, ...] = ()
    generation: int | None = None
    indexed: int = 0
    segments: int = 0
    deleted: int = 0
    size: int = 0
    is_rebuilding: bool = False
    is_writable: bool = True
    cause: str = ""

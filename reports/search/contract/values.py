"""The values that every engine takes and returns. They are frozen.

An article is one document of the index. Its sections and figures are *units* of the document: the scope of a
search says which units are matched, counted, ranked and returned.
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
"""The name of the curators' words among the parts of a version (``EngineStatus.differing``)."""
_MAX_TERM_LENGTH = 12


@dataclass(frozen=True, slots=True)
class IndexedBlock:
    """A block of text as printed. No word or phrase extends from one block to the next.

    ``kind``: kicker headline deck byline lead heading body caption credit pull_quote initiative district (the
    last two are hidden: ``kinds.HIDDEN_KINDS``). ``section``: permanent number, 0 for the lead, -1 outside of
    sections; ``figure``: permanent number, -1 outside of figures.
    """

    kind: str
    section: int
    figure: int
    text: str


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """One published article as it is indexed. ``facets`` maps each facet to its values (keys).

    An inferred year has two values, ``request.inferred`` being the second: so each count of years comes with
    the number of inferred ones.
    """

    id: int
    blocks: tuple[IndexedBlock, ...]
    facets: Mapping[str, tuple[str, ...]]
    published_on: date | None
    year: int | None
    district_order: str  # sort key of the main district; empty sorts last
    stamp: str  # changes if anything that is indexed changes; compared with the database


class SortKey(StrEnum):
    """One key of an order. It includes the values of :class:`Sort`.

    If only the year of an article is known, it comes after the dated articles of the year. Articles without a
    date, or without a district, come last in both directions.
    """

    RELEVANCE = Sort.RELEVANCE.value
    NEWEST = Sort.NEWEST.value
    OLDEST = Sort.OLDEST.value
    DISTRICT = Sort.DISTRICT.value
    DISTRICT_DESCENDING = "-district"
    ID = "id"
    ID_DESCENDING = "-id"


@dataclass(frozen=True, slots=True)
class EngineQuery:
    """``start`` and ``limit`` select a slice of the ordered hits; ``limit`` None: all of them.

    ``order``: the first key decides, then the next. Hits that are equal in all keys are ordered by date,
    newest first, then by descending article id, then by the number of the unit. So the order is complete, and
    pages do not repeat or skip a hit. Scores are computed if ``order`` has RELEVANCE; otherwise they are 0.

    ``question``: a text by whose terms articles are scored instead of by ``tree``; an article needs only some
    of the terms. Sections and figures are always scored by ``tree``.
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
    question: str = ""


@dataclass(frozen=True, slots=True)
class UnitHit:
    """``number``: the permanent number of the section or figure; -1 for scope article."""

    article_id: int
    number: int
    score: float


@dataclass(frozen=True, slots=True)
class EngineResult:
    """``facets``: facet -> value -> facet count: the hits that selecting the value would give, without the
    other selected values of its facet."""

    total: int
    hits: Sequence[UnitHit]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    index_version: str = ""


Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of a hit as printed. ``marks``: the ranges where strings of the query occur, in code points; in
    order, none touches the next. ``paragraph``: its number among the paragraphs of its section, of
    the lead, or among the pull quotes; from 1."""

    kind: str
    section: int
    figure: int
    text: str
    marks: Marks = ()
    paragraph: int = 1


@dataclass(frozen=True, slots=True)
class HitPassages:
    """The blocks of one hit in which strings of the query occur.

    ``shown``: the best of them (``passages.choose_blocks``); if there are none, the beginning of the hit.
    ``headline``: the headline, if a string occurs in it. ``sections``: numbers of all sections with a string.
    """

    shown: tuple[Passage, ...] = ()
    headline: Passage | None = None
    sections: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names and words of an index (``place``) at one commit (``version``).

    ``facets``: facet -> value -> number of articles. ``headlines``: (article id, headline as printed), the
    newest article first. ``terms``: normalised words of two and more characters -> number of articles, the
    most frequent first. ``segmenter``: the one that cut the words of the index.
    """

    place: str
    version: str
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    headlines: tuple[tuple[int, str], ...] = ()
    terms: Mapping[str, int] = field(default_factory=dict)
    segmenter: Segmenter = field(default_factory=default_segmenter)


def is_suggestable(term: str) -> bool:
    """Whether a vocabulary includes the term: it has several characters and is not a number."""
    return 2 <= len(term) <= _MAX_TERM_LENGTH and not term.isnumeric() and any(map(str.isalpha, term))


@dataclass(frozen=True, slots=True)
class Stamps:
    """The stamps by article id at ``version``. ``duplicated``: articles that are indexed more than once."""

    version: str
    of_articles: Mapping[int, str]
    duplicated: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """``indexed``, ``deleted``: numbers of documents; ``size``: bytes; ``generation``: None without an index.

    ``version``: hash of what the index was made with; ``differing``: the parts of it that would differ in an
    index made now. ``cause``: what is damaged (Chinese), empty if nothing is.
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

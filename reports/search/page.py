"""The answer to a search as a value. Every page, JSON, CSV and command shows this value, so all agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from . import labels
from .request import FACETS, Scope, SearchRequest, Sort

_INITIATIVES_ON_PAGE = 6


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage as printed. ``marks`` are (start, end) in code points into ``text``.

    ``field``: the kind of block (kicker headline deck lead heading body caption credit pull_quote byline).
    ``section``: number of the section, 0 for the lead, None outside sections.
    ``anchor``: fragment on the reading page (``s3``, ``f2``, ``lead``, ``q1``), empty for the head.
    ``before``, ``after``: text of the same block was cut away on that side.
    ``heading``: heading of the section, empty where the page prints none.
    """

    field: str
    section: int | None
    anchor: str
    text: str
    marks: tuple[tuple[int, int], ...]
    before: bool = False
    after: bool = False
    heading: str = ""

    @property
    def block(self) -> str:
        """The name of its block, in Chinese."""
        return labels.block(self.field, self.heading)


@dataclass(frozen=True, slots=True)
class DistrictLabel:
    key: str
    code: str | None
    name: str
    city: str


@dataclass(frozen=True, slots=True)
class InitiativeLabel:
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit. ``id`` is the article's for scope article, else ``<article>-s3`` or ``<article>-f2``.

    ``headline_marks`` are (start, end) in code points into ``headline``. ``matched_headings``: the headings
    of the sections that contain the query's words, in reading order (exports list them all).
    ``year_basis``: stated, inferred or set; ``year_evidence``: the words from which the year is inferred.
    ``is_sample``: the article is made up, its figures are not evidence of anything.
    """

    id: str
    type: str
    article_id: int
    url: str
    headline: str
    kicker: str
    heading: str  # of the section (scope section) or the caption (scope figure); empty for articles
    district: DistrictLabel | None
    year: int | None
    published_on: date | None
    source: str
    page_label: str
    initiatives: tuple[InitiativeLabel, ...]
    score: float
    snippets: tuple[Snippet, ...]
    headline_marks: tuple[tuple[int, int], ...] = ()
    matched_headings: tuple[str, ...] = ()
    year_basis: str = ""
    year_evidence: str = ""
    is_sample: bool = False

    @property
    def first_initiatives(self) -> tuple[InitiativeLabel, ...]:
        """The few that a page shows: those named in the headline and the shown passages first."""
        shown = "\n".join((self.headline, *(snippet.text for snippet in self.snippets)))
        in_order = sorted(self.initiatives, key=lambda label: label.name not in shown)
        return tuple(in_order[:_INITIATIVES_ON_PAGE])

    @property
    def further_initiatives(self) -> int:
        """The number of those that a page does not show."""
        return max(0, len(self.initiatives) - _INITIATIVES_ON_PAGE)

    @property
    def whole_caption(self) -> Snippet | None:
        """The snippet that shows all of the caption, of a figure."""
        return next((s for s in self.snippets if s.field == "caption" and not s.before and not s.after), None)

    @property
    def place(self) -> str:
        district = self.district
        return labels.place(district.city, district.name) if district else labels.NO_DISTRICT

    @property
    def day_or_year(self) -> str:
        return labels.day_or_year(self.published_on, self.year)

    @property
    def inferred_year(self) -> str:
        """That the year is inferred, and from which words; empty if it is not."""
        return labels.inferred_year(self.year_evidence) if self.year_basis == "inferred" else ""

    @property
    def newspaper_page(self) -> str:
        return labels.newspaper_page(self.page_label)

    def as_json(self) -> dict[str, Any]:
        district = self.district
        return {
            "id": self.id,
            "type": self.type,
            "url": self.url,
            "headline": self.headline,
            "headline_marks": [list(mark) for mark in self.headline_marks],
            "kicker": self.kicker,
            "heading": self.heading,
            "district": district
            and {"key": district.key, "code": district.code, "name": district.name, "city": district.city},
            "year": self.year,
            "year_basis": self.year_basis or None,
            "year_evidence": self.year_evidence,
            "published_on": self.published_on.isoformat() if self.published_on else None,
            "source": self.source,
            "page_label": self.page_label,
            "sample": self.is_sample,
            "initiatives": [{"slug": label.slug, "name": label.name} for label in self.initiatives],
            "score": self.score,
            "snippets": [
                {
                    "field": snippet.field,
                    "section": snippet.section,
                    "anchor": snippet.anchor,
                    "heading": snippet.heading,
                    "text": snippet.text,
                    "marks": [list(mark) for mark in snippet.marks],
                }
                for snippet in self.snippets
            ],
        }


class FacetValue(NamedTuple):
    """``parent``: of a district, the city or province around it that the facet lists. ``inferred``: of a
    year, how many of its hits have it by inference."""

    value: str
    label: str
    count: int  # type: ignore[assignment]  # in place of the method of tuples
    selected: bool
    excluded: bool = False
    parent: str | None = None
    inferred: int = 0

    @property
    def inferred_in_words(self) -> str:
        return labels.inferred_count(self.inferred) if self.inferred else ""

    def as_json(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "label": self.label,
            "count": self.count,
            "selected": self.selected,
            "excluded": self.excluded,
            "parent": self.parent,
            "inferred": self.inferred,
        }


@dataclass(frozen=True, slots=True)
class Relaxation:
    """``request`` drops one word or condition of a search without hits, and finds ``total``."""

    label: str
    request: SearchRequest
    total: int

    @property
    def in_words(self) -> labels.Linked:
        return labels.relaxation(self.label, self.total)

    def as_json(self) -> dict[str, Any]:
        """``parameters`` is the query part of an address, for the page and for ``/search.json`` alike."""
        return {
            "label": self.label,
            "parameters": urlencode(self.request.parameters()),
            "total": self.total,
        }


@dataclass(frozen=True, slots=True)
class WordCount:
    """What one word of a search without hits finds alone: ``total`` with the refinements of the search
    (``request``), ``unrefined`` without."""

    term: str
    request: SearchRequest
    total: int
    unrefined: int

    @property
    def in_words(self) -> str:
        return labels.word_count(self.term, self.total, self.unrefined if self.request.is_refined else None)

    def as_json(self) -> dict[str, Any]:
        return {"term": self.term, "total": self.total, "total_unrefined": self.unrefined}


@dataclass(frozen=True, slots=True)
class ResultPage:
    """``request`` is the search as answered: with canonical keys, and the index version for its page links.

    ``suggestion`` is a query that finds more (``suggestion_total`` hits). ``notices`` are sentences in
    Chinese for the reader (query read as plain words, index changed…). ``relaxations`` are given only where
    nothing was found, and so are ``words`` and ``completions`` (what a text in Latin letters may stand for).
    ``is_missed``: the words of the query find nothing without refinements either.
    """

    request: SearchRequest
    interpreted: str
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    suggestion: str | None
    took_ms: float
    index_version: str
    notices: tuple[str, ...] = ()
    suggestion_total: int | None = None
    relaxations: tuple[Relaxation, ...] = ()
    words: tuple[WordCount, ...] = ()
    completions: tuple[Relaxation, ...] = ()
    is_missed: bool = False

    relaxations_lead: ClassVar[str] = labels.RELAXATIONS
    words_lead: ClassVar[str] = labels.WORD_COUNTS
    count_heads: ClassVar[Mapping[str, str]] = labels.COUNT_HEADS

    @property
    def page_count(self) -> int:
        return max(1, -(-self.total // self.request.page_size))

    @property
    def first_number(self) -> int:
        """The number of the first hit of this page among all hits."""
        return (self.request.page - 1) * self.request.page_size + 1

    @property
    def understood(self) -> labels.Linked | None:
        """How the query was understood; None where that is only its words side by side."""
        typed = " ".join(self.request.q.split())
        if not typed or self.interpreted.replace(" 且 ", " ") == typed:
            return None
        return labels.understood(self.interpreted)

    @property
    def restated(self) -> labels.Linked | None:
        """That the search stands for a question, with a link to the question as typed."""
        request = self.request
        if not request.question:
            return None
        is_ranked = bool(self.total) and request.sort is Sort.RELEVANCE and request.scope is Scope.ARTICLE
        return labels.restated(request.question, by_question=is_ranked)

    @property
    def as_typed(self) -> SearchRequest:
        """The question as typed, without what was made of it."""
        question = self.request.question
        return replace(self.request.unrefined(), q=question, asked=question)

    @property
    def completions_lead(self) -> str:
        return labels.completions(self.request.q)

    @property
    def suggestion_in_words(self) -> labels.Linked | None:
        return labels.suggestion(self.suggestion, self.suggestion_total) if self.suggestion else None

    @property
    def total_in_words(self) -> str:
        request = self.request
        return labels.total(request.scope, self.total, self.page_count, self.first_number, len(self.hits))

    @property
    def sentences(self) -> list[str]:
        """The sentences that every page and command shows of this search, in order."""
        sentences: list[object] = [self.restated, self.understood, self.suggestion_in_words]
        sentences.append(self.total_in_words)
        if self.completions:
            sentences += [self.completions_lead, *(completion.in_words for completion in self.completions)]
        if self.words:
            sentences += [self.words_lead, *(word.in_words for word in self.words)]
        if self.relaxations:
            sentences += [self.relaxations_lead, *(relaxation.in_words for relaxation in self.relaxations)]
        return [*self.notices, *(str(sentence) for sentence in sentences if sentence)]

    def as_json(self) -> dict[str, Any]:
        """The body of ``/search.json``: values that ``json.dumps`` takes; docs/search.md lists them."""
        request = self.request
        return {
            "query": {
                "q": request.q,
                "interpreted": self.interpreted,
                "scope": request.scope.value,
                "sort": request.sort.value,
                "asked": request.asked,
                **{facet: list(request.selected(facet)) for facet in FACETS},
                **{f"-{facet}": list(values) for facet, values in request.excluded.items()},
                "named": request.named,
                "from": request.date_from.isoformat() if request.date_from else None,
                "to": request.date_to.isoformat() if request.date_to else None,
            },
            "total": self.total,
            "page": request.page,
            "page_size": request.page_size,
            "page_count": self.page_count,
            "took_ms": self.took_ms,
            "hits": [hit.as_json() for hit in self.hits],
            "facets": {facet: [value.as_json() for value in self.facets.get(facet, ())] for facet in FACETS},
            "suggestion": self.suggestion,
            "suggestion_total": self.suggestion_total,
            "completions": [completion.as_json() for completion in self.completions],
            "words": [word.as_json() for word in self.words],
            "relaxations": [relaxation.as_json() for relaxation in self.relaxations],
            "notices": list(self.notices),
            "sentences": self.sentences,
            "index_version": self.index_version,
        }

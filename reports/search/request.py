"""A search as a value: every page, JSON, CSV and command builds one."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from . import labels
from .syntax.parser import MAX_LENGTH, shorten
from .syntax.tokens import clean

FACETS = ("district", "initiative", "year", "source")
NAMED = "named"
"""The facet of the index that a search with ``named`` uses in place of ``district``."""
INDEXED_FACETS = (*FACETS, NAMED)
UNDATED = "none"
_INFERRED = "-inferred"
MAX_PAGE_SIZE = 100
MAX_PAGE = 10**9
MAX_VALUES = 200

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_VERSION = re.compile(r"[\w.:+-]{1,64}")


def inferred(year: str) -> str:
    """The value of the year facet that stands beside ``year`` on articles whose year is inferred.

    No address can select it. Its count is how many of the year's hits have an inferred year.
    """
    return year + _INFERRED


def selectable(counts: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    """Facet counts without those of inferred years, which are no values of their own for a reader."""
    years = counts.get("year", {})
    return {**counts, "year": {year: n for year, n in years.items() if not year.endswith(_INFERRED)}}


class Scope(StrEnum):
    ARTICLE = "article"
    SECTION = "section"
    FIGURE = "figure"


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "-date"
    OLDEST = "date"
    DISTRICT = "district"


Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. ``refinements`` maps each facet to its selected values: alternatives within a facet, while
    all facets must match. ``excluded`` maps each facet to the values that no hit may have.

    A district selects the articles whose main district it is or lies in it; with ``named`` also those that
    only name such a district.

    ``asked`` is the text that the reader typed, where ``q`` and the refinements replace it: the best answers
    to it come first. Where it equals ``q``, the reader wants the text searched as it is.

    ``version_of_first_page`` is the version of the index that gave the earlier pages: a page says when it has
    changed. ``notices`` say in Chinese which parameters could not be read. Both are left out of comparisons.
    """

    q: str = ""
    scope: Scope = Scope.ARTICLE
    refinements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: bool = False
    date_from: date | None = None
    date_to: date | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = 20
    asked: str = ""
    version_of_first_page: str = field(default="", compare=False)
    notices: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Sequence[str]]) -> SearchRequest:
        """Read URL parameters (name -> values). Invalid values are left out; they are no error."""
        reader = _ParameterReader(parameters)
        first, last = reader.dates()
        page = reader.number("page", 1, MAX_PAGE)
        return cls(
            q=reader.query(),
            scope=reader.choice("scope", Scope.ARTICLE),
            refinements={facet: values for facet in FACETS if (values := reader.values(facet))},
            excluded={facet: values for facet in FACETS if (values := reader.values(facet, "-"))},
            named=reader.is_on("named"),
            date_from=first,
            date_to=last,
            sort=reader.choice("sort", Sort.RELEVANCE),
            page=page,
            page_size=reader.number("page_size", 20, MAX_PAGE_SIZE),
            asked=reader.asked(),
            version_of_first_page=reader.version() if page > 1 else "",
            notices=tuple(reader.notices),
        )

    def parameters(self) -> list[tuple[str, str]]:
        """The same request as URL parameters, defaults left out, in a fixed order."""
        pairs = [("q", self.q)] if self.q else []
        if self.scope != Scope.ARTICLE:
            pairs.append(("scope", self.scope.value))
        pairs += [(facet, value) for facet in FACETS for value in self.selected(facet)]
        pairs += [(f"-{facet}", value) for facet in FACETS for value in self.excluded.get(facet, ())]
        if self.named:
            pairs.append((NAMED, "1"))
        for name, day in (("from", self.date_from), ("to", self.date_to)):
            if day:
                pairs.append((name, day.isoformat()))
        if self.sort != Sort.RELEVANCE:
            pairs.append(("sort", self.sort.value))
        if self.page_size != 20:
            pairs.append(("page_size", str(self.page_size)))
        if self.asked:
            pairs.append(("asked", self.asked))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
            # The first page starts again with the newest index: only links between pages carry the version.
            if self.version_of_first_page:
                pairs.append(("v", self.version_of_first_page))
        return pairs

    @property
    def question(self) -> str:
        """The question that ``q`` and the refinements replace; empty if there is none."""
        return "" if self.is_as_typed else self.asked

    @property
    def is_as_typed(self) -> bool:
        """Whether the reader has asked to search a question as it is."""
        return bool(self.q) and self.asked == self.q

    @property
    def is_refined(self) -> bool:
        return bool(self.refinements or self.excluded or self.date_from or self.date_to)

    def unrefined(self) -> SearchRequest:
        """The same words in the whole scope, on the first page."""
        return replace(self, refinements={}, excluded={}, named=False, date_from=None, date_to=None, page=1)

    def with_query(self, q: str) -> SearchRequest:
        """Another query with the same refinements, on the first page."""
        return replace(self, q=q, asked="", page=1)

    def with_page(self, page: int) -> SearchRequest:
        return replace(self, page=page)

    def selected(self, facet: str) -> tuple[str, ...]:
        return self.refinements.get(facet, ())

    def with_toggled(self, facet: str, value: str) -> SearchRequest:
        """With ``value`` selected, or no longer selected, on the first page."""
        excluded = _with(self.excluded, facet, _without(self.excluded.get(facet, ()), value))
        selected = _toggled(self.selected(facet), value)
        return replace(self, refinements=_with(self.refinements, facet, selected), excluded=excluded, page=1)

    def with_exclusion_toggled(self, facet: str, value: str) -> SearchRequest:
        """With ``value`` excluded, or no longer excluded, on the first page."""
        refinements = _with(self.refinements, facet, _without(self.selected(facet), value))
        excluded = _toggled(self.excluded.get(facet, ()), value)
        return replace(self, refinements=refinements, excluded=_with(self.excluded, facet, excluded), page=1)

    def with_refinement(self, facet: str, values: Iterable[str]) -> SearchRequest:
        return replace(self, refinements=_with(self.refinements, facet, tuple(values)), page=1)


def _without(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value)


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return _without(values, value) if value in values else (*values, value)


def _with(
    by_facet: Mapping[str, tuple[str, ...]], facet: str, values: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """``by_facet`` with other values of one facet; facets without a value are left out."""
    return {name: of_name for name, of_name in {**by_facet, facet: values}.items() if of_name}


class _ParameterReader:
    """Reads parameters one by one; ``notices`` says what was left out."""

    def __init__(self, parameters: Mapping[str, Sequence[str]]) -> None:
        self.parameters = parameters
        self.notices: list[str] = []

    def query(self) -> str:
        typed = self._last("q", MAX_LENGTH + 1)
        shortened = shorten(typed)
        if shortened != typed:
            self.notices.append(labels.query_too_long(len(shortened)))
        return shortened

    def asked(self) -> str:
        return shorten(self._last("asked", MAX_LENGTH + 1))

    def choice(self, name: str, default: Choice) -> Choice:
        given = self._last(name)
        if not given:
            return default
        try:
            return type(default)(given)
        except ValueError:
            self.notices.append(labels.unknown_choice(name, given))
            return default

    def values(self, facet: str, sign: str = "") -> tuple[str, ...]:
        """``sign`` "-": the excluded values."""
        given = [clean(value).strip() for value in self.parameters.get(f"{sign}{facet}", ())]
        if facet == "year":
            given = [year for value in given if value and (year := self._year(value))]
        return tuple(dict.fromkeys(value for value in given if value))[:MAX_VALUES]

    def dates(self) -> tuple[date | None, date | None]:
        first, last = self._day("from", 0), self._day("to", -1)
        if first and last and first > last:
            # Read again: a year or month in the other field means its other end.
            self.notices.append(labels.DATES_SWAPPED)
            return self._day("to", 0), self._day("from", -1)
        return first, last

    def number(self, name: str, default: int, most: int) -> int:
        try:
            number = int(self._last(name, 12))
        except ValueError:
            return default
        return min(max(number, 1), most)

    def is_on(self, name: str) -> bool:
        return self._last(name, 12) == "1"

    def version(self) -> str:
        given = self._last("v")
        return given if _VERSION.fullmatch(given) else ""

    def _last(self, name: str, length: int = 500) -> str:
        given = self.parameters.get(name) or ("",)
        return clean(given[-1][: length + 200]).strip()[:length]

    def _year(self, value: str) -> str:
        if value == UNDATED:
            return value
        if re.fullmatch(r"\d{4}年?", value):
            return str(int(value[:4]))
        self.notices.append(labels.unreadable(labels.FACETS["year"], value))
        return ""

    def _day(self, name: str, end: int) -> date | None:
        """The first (``end`` 0) or last (-1) day of the year, month or day given."""
        given = self._last(name)
        if not given:
            return None
        try:
            if match := _DATE.fullmatch(given):
                year, month, day = (int(part) if part else 0 for part in match.groups())
                month = month or (1 if end == 0 else 12)
                return date(year, month, day or (1 if end == 0 else monthrange(year, month)[1]))
        except ValueError:
            pass  # no such day: the notice below says so
        self.notices.append(labels.unreadable(labels.DATES, given))
        return None

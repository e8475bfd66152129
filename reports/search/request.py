"""A search as a value: what every face (page, JSON, CSV, command line) builds and hands down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

FACETS = ("district", "initiative", "year", "city", "source")
UNDATED = "none"
MAX_PAGE_SIZE = 100


class Scope(StrEnum):
    REPORT = "report"
    SECTION = "section"
    FIGURE = "figure"


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "-date"
    OLDEST = "date"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. ``refinements`` maps each facet to the chosen values (OR inside, AND between)."""

    q: str = ""
    scope: Scope = Scope.REPORT
    refinements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_from: date | None = None
    date_to: date | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = 20

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Sequence[str]]) -> SearchRequest:
        """Read URL parameters (name -> values). What makes no sense is left out, never an error."""
        raise NotImplementedError

    def parameters(self) -> list[tuple[str, str]]:
        """The same request as URL parameters, defaults left out, in a fixed order."""
        raise NotImplementedError

    def on_page(self, page: int) -> SearchRequest:
        return replace(self, page=page)

    def chosen(self, facet: str) -> tuple[str, ...]:
        return self.refinements.get(facet, ())

    def toggled(self, facet: str, value: str) -> SearchRequest:
        """With ``value`` chosen, or no longer chosen, and back on the first page."""
        now = self.chosen(facet)
        after = tuple(v for v in now if v != value) if value in now else (*now, value)
        return self.with_refinement(facet, after)

    def with_refinement(self, facet: str, values: Iterable[str]) -> SearchRequest:
        refinements = {**self.refinements, facet: tuple(values)}
        return replace(self, refinements={k: v for k, v in refinements.items() if v}, page=1)

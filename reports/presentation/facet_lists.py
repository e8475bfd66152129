"""Facets as the search page lists them, with the address that each value leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote_plus

from reports.search import labels
from reports.search.page import FacetValue, ResultPage
from reports.search.request import FACETS, SearchRequest

from .addresses import search_address

_SHOWN_AT_FIRST = 8
_MAX_UNFOLDED = 200
_PLACEHOLDER = "\x01"  # requests are read without control characters, so no parameter contains it


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value, and the address of the search with the value selected, or not selected any more.

    ``count`` as it is shown: 12,345.
    """

    value: FacetValue
    url: str
    count: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet as the page lists it: the first values, then all values if there are more.

    ``all`` is empty if ``first`` has all values, or if there are so many that they have a separate page.
    ``total`` is the number of values in every case.
    """

    name: str
    label: str
    first: Sequence[FacetLink]
    all: Sequence[FacetLink]
    total: int

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.first)


@dataclass(frozen=True, slots=True)
class SelectedRefinement:
    """A selected refinement and the search without it."""

    kind: str
    label: str
    without: SearchRequest


def facet_lists(page: ResultPage) -> list[Facet]:
    return [facet_list(page, name) for name in FACETS if page.facets.get(name)]


def facet_list(page: ResultPage, name: str) -> Facet:
    """Years keep their order; other facets show the most frequent values first. Selected values always
    show."""
    values = page.facets[name]
    ordered = list(values) if name == "year" else sorted(values, key=lambda value: -value.count)
    first = ordered
    if len(ordered) > _SHOWN_AT_FIRST + 1:  # unfolding a list for only one more value is not worth a click
        by_count = sorted(range(len(ordered)), key=lambda i: -ordered[i].count)[:_SHOWN_AT_FIRST]
        shown = set(by_count) | {i for i, value in enumerate(ordered) if value.selected}
        first = [ordered[i] for i in sorted(shown)]
    unfolded = ordered if len(first) < len(ordered) <= _MAX_UNFOLDED else []
    return Facet(
        name,
        labels.FACETS[name],
        facet_links(page.request, name, first),
        facet_links(page.request, name, unfolded),
        len(ordered),
    )


def facet_links(request: SearchRequest, name: str, values: Iterable[FacetValue]) -> list[FacetLink]:
    """The values with their addresses. The long common part of the addresses is built only once."""
    pattern = search_address(request.with_toggled(name, _PLACEHOLDER)).replace("%", "%%")
    pattern = pattern.replace(f"%%{ord(_PLACEHOLDER):02X}", "%s")
    return [
        FacetLink(
            value,
            search_address(request.with_toggled(name, value.value))
            if value.selected
            else pattern % quote_plus(value.value),
            f"{value.count:,}",
        )
        for value in values
    ]


def selected_refinements(page: ResultPage) -> list[SelectedRefinement]:
    """Every selected refinement, including the date range."""
    request = page.request
    selected = []
    for name in FACETS:
        names = {value.value: value.label for value in page.facets.get(name, ())}
        selected += [
            SelectedRefinement(
                labels.FACETS[name], names.get(value, value), request.with_toggled(name, value)
            )
            for value in request.selected(name)
        ]
    if request.date_from or request.date_to:
        label = labels.date_range(request.date_from, request.date_to)
        without = replace(request, date_from=None, date_to=None, page=1)
        selected.append(SelectedRefinement(labels.DATES, label, without))
    return selected

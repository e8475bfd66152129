"""Facets as the search page lists them, with the address that each value leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reports.language.pinyin import initials, syllables
from reports.search import labels
from reports.search.page import FacetValue, ResultPage
from reports.search.request import FACETS, SearchRequest

from .addresses import search_address, values_address
from .district_tree import DistrictTree, Node
from .facet_links import AddressOf, FacetLink, facet_links
from .year_chart import YearChart, year_chart

_SHOWN_AT_FIRST = 8


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet as the page lists it: ``links`` to the first values. ``total``: the number of all values, which
    have a page of their own. ``chart``: the years as columns."""

    name: str
    label: str
    links: Sequence[FacetLink]
    total: int
    chart: YearChart | None = None

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.links)


@dataclass(frozen=True, slots=True)
class SelectedRefinement:
    """A selected refinement and the search without it. ``is_excluded``: it selects the others."""

    kind: str
    label: str
    without: SearchRequest
    is_excluded: bool = False


def facet_lists(page: ResultPage) -> list[Facet]:
    return [facet_list(page, name) for name in FACETS if page.facets.get(name)]


def facet_list(page: ResultPage, name: str) -> Facet:
    """The most frequent values, years in a chart, districts as a tree. Chosen values always show."""
    values = page.facets[name]
    label = labels.FACETS[name]
    if name == "district":
        tree = DistrictTree(values)
        links = _district_links(page.request, tree, tree.first(_SHOWN_AT_FIRST), search_address)
        return Facet(name, label, links, len(values))
    chart = None
    if name == "year":
        chart = year_chart(facet_links(page.request, name, values, search_address))
    shown = _first_of(values, only_without_year=chart is not None)
    return Facet(name, label, facet_links(page.request, name, shown, search_address), len(values), chart)


def all_values(page: ResultPage, name: str) -> list[FacetLink]:
    """Every value, for the page of the facet. Choosing one leads back to that page, to choose the next."""

    def address(request: SearchRequest) -> str:
        return values_address(request, name)

    values = page.facets.get(name, ())
    if name == "district":
        tree = DistrictTree(values)
        links = _district_links(page.request, tree, tree.all(), address)
    else:
        links = facet_links(page.request, name, values, address)
    return [link._replace(words=filter_words(link.value.label)) for link in links]


def filter_words(label: str) -> str:
    """The label, its syllables and their initials, for who types 济南, jinan or jn."""
    return f"{label} {''.join(syllables(label))} {initials(label)}"


def _first_of(values: Sequence[FacetValue], only_without_year: bool) -> list[FacetValue]:
    if only_without_year:  # the others are in the chart
        return [value for value in values if not value.value.isdigit() or value.selected or value.excluded]
    # To list all for only one more value is not worth a click.
    count = _SHOWN_AT_FIRST if len(values) > _SHOWN_AT_FIRST + 1 else len(values)
    return [v for index, v in enumerate(values) if index < count or v.selected or v.excluded]


def _district_links(
    request: SearchRequest, tree: DistrictTree, nodes: Iterable[Node], address: AddressOf
) -> list[FacetLink]:
    nodes = list(nodes)
    plain = facet_links(request, "district", [node.value for node in nodes], address)
    if request.selected("district"):  # choosing one may take the place of others
        plain = [
            link._replace(url=address(tree.toggled(request, node.value)))
            for link, node in zip(plain, nodes, strict=True)
        ]
    return [
        link._replace(label=node.label, depth=node.depth) for link, node in zip(plain, nodes, strict=True)
    ]


def selected_refinements(page: ResultPage) -> list[SelectedRefinement]:
    """Every selected refinement, including exclusions and the date range."""
    request = page.request
    selected = []
    for name in FACETS:
        if not (request.selected(name) or request.excluded.get(name)):
            continue
        names = {value.value: value.label for value in page.facets.get(name, ())}
        kind = labels.FACETS[name]
        for value in request.selected(name):
            without = request.with_toggled(name, value)
            selected.append(SelectedRefinement(kind, names.get(value, value), without))
        for value in request.excluded.get(name, ()):
            without = request.with_exclusion_toggled(name, value)
            selected.append(SelectedRefinement(kind, names.get(value, value), without, is_excluded=True))
    if request.date_from or request.date_to:
        label = labels.date_range(request.date_from, request.date_to)
        without = replace(request, date_from=None, date_to=None, page=1)
        selected.append(SelectedRefinement(labels.DATES, label, without))
    return selected

"""Links, marks and words for pages that show search results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote_plus, urlencode

from django import template
from django.urls import reverse
from django.utils.encoding import uri_to_iri
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from reports.search import labels
from reports.search.page import FacetValue, Hit, ResultPage, Snippet
from reports.search.request import FACETS, Scope, SearchRequest, Sort

register = template.Library()


@register.filter
def readable_address(address: str) -> str:
    """An address with its Chinese characters bare: encoded once more it is half as long."""
    return uri_to_iri(address)


_SHOWN_AT_FIRST = 8
_UNFOLDED_IN_PLACE = 200
_PLACEHOLDER = "\x01"  # no parameter holds it: requests are read without control characters


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value and the search that choosing it, or letting it go, gives."""

    value: FacetValue
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet as the page lists it: the first values, then all where there are more.

    ``all`` is empty where the first are all, or where there are so many that they have a page of their
    own (``total`` says how many there are in any case).
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
class Tag:
    """A chosen refinement and the search without it."""

    kind: str
    label: str
    without: SearchRequest


def address(request: SearchRequest, name: str = "search") -> str:
    """The URL of a search, on the page ``name`` (``search``, ``search_json``, ``search_csv``)."""
    pairs = request.parameters()
    return reverse(name) + (f"?{urlencode(pairs)}" if pairs else "")


@register.simple_tag
def search_url(request: SearchRequest, name: str = "search") -> str:
    return address(request, name)


@register.simple_tag
def values_url(request: SearchRequest, facet: str) -> str:
    """The page that lists all values of one facet of a search."""
    pairs = request.with_page(1).parameters()
    return reverse("values", args=[facet]) + (f"?{urlencode(pairs)}" if pairs else "")


@register.simple_tag
def page_url(request: SearchRequest, page: int) -> str:
    return address(request.with_page(page))


@register.simple_tag
def query_url(request: SearchRequest, q: str) -> str:
    """The same search for other words, from its first page."""
    return address(replace(request, q=q, page=1))


@register.simple_tag
def plain_url(request: SearchRequest) -> str:
    """The same words without any refinement."""
    return address(request.unrefined())


@register.simple_tag
def refined_url(facet: str, value: object, other: str = "", other_value: object = "") -> str:
    """All articles with one facet value, or with two."""
    refinements = {facet: (str(value),)}
    if other:
        refinements[other] = (str(other_value),)
    return address(SearchRequest(refinements=refinements))


@register.simple_tag
def reading_url(request: SearchRequest, hit: Hit, anchor: str = "") -> str:
    """The hit on the reading page. The search rides along: for the marks and for the way back."""
    path, _, own = hit.url.partition("#")
    pairs = request.parameters()
    fragment = anchor or own
    return path + (f"?{urlencode(pairs)}" if pairs else "") + (f"#{fragment}" if fragment else "")


@register.filter
def marked(snippet: Snippet) -> SafeString:
    """The passage as HTML: everything escaped, the marks as ``<mark>``."""
    return mark_text(snippet.text, snippet.marks)


@register.filter
def headline(hit: Hit) -> SafeString:
    return mark_text(hit.headline, hit.headline_marks)


def mark_text(text: str, marks: Iterable[tuple[int, int]]) -> SafeString:
    """``text`` escaped, each (start, end) in ``<mark>``. Overlaps are taken once, in order."""
    pieces: list[str] = []
    at = 0
    for start, end in sorted(marks):
        start = max(start, at)
        if end <= start or start >= len(text):
            continue
        pieces += [conditional_escape(text[at:start]), format_html("<mark>{}</mark>", text[start:end])]
        at = end
    pieces.append(conditional_escape(text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece above is escaped


@register.simple_tag
def scope_tabs(request: SearchRequest) -> list[dict[str, object]]:
    return [
        {
            "label": labels.SCOPES[scope],
            "chosen": scope == request.scope,
            "request": replace(request, scope=scope, page=1),
        }
        for scope in Scope
    ]


@register.simple_tag
def sort_choices(request: SearchRequest) -> list[dict[str, object]]:
    return [
        {
            "label": labels.SORTS[sort],
            "chosen": sort == request.sort,
            "request": replace(request, sort=sort, page=1),
        }
        for sort in Sort
    ]


@register.simple_tag
def facet_lists(page: ResultPage) -> list[Facet]:
    return [facet_list(page, name) for name in FACETS if page.facets.get(name)]


def facet_list(page: ResultPage, name: str) -> Facet:
    """Years keep their order; elsewhere the most frequent come first. Chosen values are never hidden."""
    values = page.facets[name]
    ordered = list(values) if name == "year" else sorted(values, key=lambda v: -v.count)
    first = ordered
    if len(ordered) > _SHOWN_AT_FIRST + 1:  # a list to unfold for one more value would be a nuisance
        by_count = sorted(range(len(ordered)), key=lambda i: -ordered[i].count)[:_SHOWN_AT_FIRST]
        shown = set(by_count) | {i for i, value in enumerate(ordered) if value.selected}
        first = [ordered[i] for i in sorted(shown)]
    unfolded = ordered if len(first) < len(ordered) <= _UNFOLDED_IN_PLACE else []
    return Facet(
        name,
        labels.FACETS[name],
        facet_links(page.request, name, first),
        facet_links(page.request, name, unfolded),
        len(ordered),
    )


def facet_links(request: SearchRequest, name: str, values: Iterable[FacetValue]) -> list[FacetLink]:
    """Each value with the search without or with it; the long rest of the addresses is written once."""
    pattern = address(request.with_toggled(name, _PLACEHOLDER)).replace("%", "%%")
    pattern = pattern.replace(f"%%{ord(_PLACEHOLDER):02X}", "%s")
    return [
        FacetLink(
            value,
            address(request.with_toggled(name, value.value))
            if value.selected
            else pattern % quote_plus(value.value),
        )
        for value in values
    ]


@register.simple_tag
def chosen_tags(page: ResultPage) -> list[Tag]:
    """Every refinement in force, the date range included, with the search that lacks it."""
    request = page.request
    tags = []
    for name in FACETS:
        names = {value.value: value.label for value in page.facets.get(name, ())}
        tags += [
            Tag(labels.FACETS[name], names.get(value, value), request.with_toggled(name, value))
            for value in request.selected(name)
        ]
    if request.date_from or request.date_to:
        label = labels.date_range(request.date_from, request.date_to)
        tags.append(Tag(labels.DATES, label, replace(request, date_from=None, date_to=None, page=1)))
    return tags


@register.simple_tag
def hidden_parameters(request: SearchRequest, *left_out: str) -> list[tuple[str, str]]:
    """What a form of its own fields must carry along; a new search starts on the first page."""
    return [(name, value) for name, value in request.parameters() if name not in {*left_out, "page", "v"}]


@register.simple_tag
def page_numbers(page: ResultPage) -> list[int | None]:
    """First, last and the neighbours of the present page; ``None`` stands for the gap between."""
    now, last = page.request.page, page.page_count
    pages = sorted({1, last, *range(max(1, now - 2), min(last, now + 2) + 1)})
    numbers: list[int | None] = []
    for number in pages:
        if numbers and (previous := numbers[-1]) is not None and number - previous > 1:
            numbers.append(previous + 1 if number - previous == 2 else None)
        numbers.append(number)
    return numbers


@register.filter
def grouped(number: int) -> str:
    """12345 as 12,345."""
    return f"{number:,}"

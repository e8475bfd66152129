"""Tags and filters of pages that show search results."""

from __future__ import annotations

from dataclasses import replace

from django import template
from django.utils.encoding import uri_to_iri
from django.utils.safestring import SafeString

from reports.presentation import facet_lists as facets
from reports.presentation import paging, results
from reports.presentation.addresses import (
    article_address,
    initiative_address,
    query_string,
    search_address,
    values_address,
)
from reports.presentation.highlighted_text import highlighted_text
from reports.search import labels
from reports.search.page import Hit, Snippet
from reports.search.request import Scope, SearchRequest, Sort

register = template.Library()
register.simple_tag(search_address, name="search_url")
register.simple_tag(values_address, name="values_url")
register.simple_tag(article_address, name="article_url")
register.filter(initiative_address)
register.simple_tag(query_string)
register.simple_tag(facets.facet_lists)
register.simple_tag(facets.selected_refinements)
register.simple_tag(paging.page_numbers)
register.simple_tag(results.results_title)
register.simple_tag(results.grouped_hits)


@register.filter
def readable_address(address: str) -> str:
    """An address with unescaped Chinese characters: a link that escapes them again becomes half as long."""
    return uri_to_iri(address)


@register.simple_tag
def page_url(request: SearchRequest, page: int) -> str:
    return search_address(request.with_page(page))


@register.simple_tag
def query_url(request: SearchRequest, q: str) -> str:
    """The same search with another query, from its first page."""
    return search_address(request.with_query(q))


@register.simple_tag
def plain_url(request: SearchRequest) -> str:
    """The same query without refinements."""
    return search_address(request.unrefined())


@register.simple_tag
def refined_url(facet: str, value: object, second_facet: str = "", second_value: object = "") -> str:
    """All articles with one facet value, or with two."""
    refinements = {facet: (str(value),)}
    if second_facet:
        refinements[second_facet] = (str(second_value),)
    return search_address(SearchRequest(refinements=refinements))


@register.filter
def highlighted_snippet(snippet: Snippet) -> SafeString:
    return highlighted_text(snippet.text, snippet.marks)


@register.filter
def headline(hit: Hit) -> SafeString:
    return highlighted_text(hit.headline, hit.headline_marks)


@register.simple_tag
def named_choice(request: SearchRequest) -> dict[str, object]:
    """Whether articles that only name a district count, and the search with the other choice."""
    return {"selected": request.named, "request": replace(request, named=not request.named, page=1)}


@register.simple_tag
def scope_tabs(request: SearchRequest) -> list[dict[str, object]]:
    return [
        {
            "label": labels.SCOPES[scope],
            "selected": scope == request.scope,
            "request": replace(request, scope=scope, page=1),
        }
        for scope in Scope
    ]


@register.simple_tag
def sort_choices(request: SearchRequest) -> list[dict[str, object]]:
    return [
        {
            "label": labels.SORTS[sort],
            "selected": sort == request.sort,
            "request": replace(request, sort=sort, page=1),
        }
        for sort in Sort
    ]


@register.simple_tag
def hidden_parameters(request: SearchRequest, *own_fields: str) -> list[tuple[str, str]]:
    """The parameters that a form must send in addition to its own fields; it starts on the first page.

    With another query, the question that the present one stands for no longer counts.
    """
    left_out = {*own_fields, "page", "v"} | ({"asked"} if "q" in own_fields else set())
    return [(name, value) for name, value in request.parameters() if name not in left_out]


@register.filter
def grouped(number: int) -> str:
    """12345 as 12,345."""
    return f"{number:,}"

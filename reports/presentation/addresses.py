"""Addresses of searches and hits."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

from django.urls import get_script_prefix, reverse

from reports.search.page import Hit
from reports.search.request import SearchRequest


def search_address(request: SearchRequest, name: str = "search") -> str:
    """The address of a search on the page ``name``: ``search``, ``search_json``, ``search_csv``…"""
    return _path(name, get_script_prefix()) + query_string(request)


@lru_cache(maxsize=100)
def _path(name: str, script_prefix: str) -> str:
    return reverse(name)


def initiative_address(slug: str) -> str:
    """The address of an initiative's page; a page of hits has a hundred of them."""
    before, after = _around_slug(get_script_prefix())
    return before + slug + after


@lru_cache(maxsize=100)
def _around_slug(script_prefix: str) -> tuple[str, str]:
    before, after = reverse("initiative", args=["x"]).rsplit("x", 1)
    return before, after


def values_address(request: SearchRequest, facet: str) -> str:
    """The address of the page that lists all values of one facet of a search."""
    return reverse("values", args=[facet]) + query_string(request.with_page(1))


def article_address(query: str, hit: Hit, anchor: str = "") -> str:
    """The address of a hit, with the query string of the search: for highlighting and for the link back."""
    path, _, anchor_of_hit = hit.url.partition("#")
    fragment = anchor or anchor_of_hit
    return path + query + (f"#{fragment}" if fragment else "")


def query_string(request: SearchRequest) -> str:
    """The parameters of a search with their question mark; empty if there are none."""
    pairs = request.parameters()
    return f"?{urlencode(pairs)}" if pairs else ""

"""Addresses of searches and hits."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from reports.search.page import Hit
from reports.search.request import SearchRequest


def search_address(request: SearchRequest, name: str = "search") -> str:
    """The address of a search on the page ``name``: ``search``, ``search_json``, ``search_csv``…"""
    return reverse(name) + query_string(request)


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

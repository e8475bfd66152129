"""How many articles of the whole archive have each facet value."""

from __future__ import annotations

from collections.abc import Mapping

from reports.search.contract.engine import Engine
from reports.search.request import SearchRequest, Sort
from reports.search.syntax.tree import Every

from .kept import KeptForVersion
from .searcher import find_in

_EVERYTHING = SearchRequest(sort=Sort.NEWEST)

Counts = Mapping[str, Mapping[str, int]]


def _count(engine: Engine) -> Counts:
    return find_in(engine, _EVERYTHING, Every(), with_facets=True).facets


archive_counts = KeptForVersion(_count)
"""Facet -> value -> articles."""

"""How many articles of the whole archive have each facet value, counted once per version of the index."""

from __future__ import annotations

from collections.abc import Mapping

from reports.search import connection
from reports.search.request import SearchRequest, Sort
from reports.search.syntax.tree import Every

from .searcher import find_in

_EVERYTHING = SearchRequest(sort=Sort.NEWEST)

Counts = Mapping[str, Mapping[str, int]]

_counted: tuple[tuple[str, str], Counts] | None = None
"""The index and its version, and the counts: replaced as a whole, so safe for threads."""


def archive_counts() -> Counts:
    """Facet -> value -> articles."""
    global _counted
    engine = connection.engine()
    version = engine.place, engine.version()
    counted = _counted
    if counted is None or counted[0] != version:
        counted = _counted = version, find_in(engine, _EVERYTHING, Every(), with_facets=True).facets
    return counted[1]

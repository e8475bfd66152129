"""The queries of the benchmark as a reader would type them, and as addresses of the archive."""

from __future__ import annotations

from urllib.parse import urlencode

from bench.documents import facet_key
from bench.queries import Query


def typed(query: Query) -> str:
    if query.kind == "phrase":
        return f"“{query.words[0]}”"
    return f"{query.words[0]}*" if query.kind == "prefix" else " ".join(query.words)


def address(query: Query, path: str = "/") -> str:
    refinements = [(facet, facet_key(facet, value)) for facet, value in query.refinements]
    return f"{path}?{urlencode([('q', typed(query)), *refinements])}"

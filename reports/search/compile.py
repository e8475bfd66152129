"""A request and its tree as the engine takes them."""

from __future__ import annotations

from reports.language.segment import Segmenter

from .engines.contract import CompiledSearch
from .request import SearchRequest
from .syntax.tree import And, Field, Node, Not, Or, Phrase, Prefix


def compile_search(
    request: SearchRequest, tree: Node, *, start: int, limit: int | None, with_facets: bool = True
) -> CompiledSearch:
    """``start`` and ``limit`` instead of the page: exports and counts cut elsewhere."""
    return CompiledSearch(
        tree=tree,
        scope=request.scope,
        refinements=request.refinements,
        date_from=request.date_from,
        date_to=request.date_to,
        sort=request.sort,
        start=start,
        limit=limit,
        with_facets=with_facets,
    )


def settle_prefixes(tree: Node, segmenter: Segmenter) -> Node:
    """Prefixes longer than any one word as phrases.

    ``党建引领*`` asks for words that begin so; where the segmenter makes two words of it, no word
    does, and what was meant is the text that goes on from there.
    """
    match tree:
        case Prefix(text) if len(segmenter.cut(text)) > 1:
            return Phrase(text)
        case And(children):
            return And(tuple(settle_prefixes(child, segmenter) for child in children))
        case Or(children):
            return Or(tuple(settle_prefixes(child, segmenter) for child in children))
        case Not(child):
            return Not(settle_prefixes(child, segmenter))
        case Field(name, child):
            return Field(name, settle_prefixes(child, segmenter))
        case _:
            return tree

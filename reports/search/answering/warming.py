"""Warming up before the first search: load the dictionaries, open the index, read its columns.

gunicorn calls this once, before it forks, so that its workers share the memory (archive/gunicorn.py).
"""

from __future__ import annotations

import logging

from reports.language.pinyin import characters_by_reading
from reports.search import connection
from reports.search.request import Scope, SearchRequest

from .question import parse_query
from .searcher import compiled
from .snippets import SNIPPETS

log = logging.getLogger(__name__)

# Two words that articles and sections certainly contain, so that every part of a search runs.
_QUERY = "党建引领 产业链"


def warm_up() -> None:
    """Ask the engine once in every scope. The database is not used; an unreadable index is logged."""
    engine = connection.engine()
    segmenter = engine.segmenter()
    segmenter.search_tokens(_QUERY)
    characters_by_reading()
    try:
        for scope in Scope:
            question = parse_query(SearchRequest(q=_QUERY, scope=scope), segmenter, {})
            result = engine.find(compiled(question.request, question.tree, limit=20, with_facets=True))
            engine.passages(question.tree, scope, result.hits, SNIPPETS)
        engine.vocabulary()
    except Exception:
        # The server has to start after any error: all pages that need no index work.
        log.exception("The index could not be opened at the start; searches will say so")

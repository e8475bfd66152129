"""Getting ready before the first question: dictionaries loaded, the index open, its columns laid out.

gunicorn calls this once, before it forks, so that its workers share what was loaded (archive/gunicorn.py).
"""

from __future__ import annotations

import logging

from reports.language.pinyin import characters_by_reading

from .compile import compile_search
from .request import Scope, SearchRequest
from .service import engine, understand

log = logging.getLogger(__name__)

# Two words that article and section are sure to hold, so that every part of an answer is gone through.
_QUERY = "党建引领 产业链"


def warm_up() -> None:
    """Ask the engine once in every scope. Touches no database; an index that cannot be read is logged."""
    engine().segmenter().search_tokens(_QUERY)
    characters_by_reading()
    parsed, _ = understand(_QUERY)
    try:
        for scope in Scope:
            request = SearchRequest(q=_QUERY, scope=scope)
            found = engine().find(compile_search(request, parsed.tree, start=0, limit=20, with_facets=True))
            engine().passages(parsed.tree, scope, found.hits)
        engine().vocabulary()
    except Exception:
        # Whatever it is, the service has to start: all that needs no index works.
        log.exception("The index could not be opened at the start; searches will say so")

"""Search: a :class:`SearchRequest` in, a :class:`ResultPage` out. docs/search.md explains the language."""

from .page import Hit, ResultPage
from .request import SearchRequest
from .service import iterate_hits, search

__all__ = ["Hit", "ResultPage", "SearchRequest", "iterate_hits", "search"]

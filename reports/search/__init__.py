"""Search: a :class:`SearchRequest` in, a :class:`ResultPage` out. docs/search.md explains the language."""

from .answering.service import iterate_hits, search
from .page import Hit, ResultPage
from .request import SearchRequest

__all__ = ["Hit", "ResultPage", "SearchRequest", "iterate_hits", "search"]

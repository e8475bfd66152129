"""Who may keep a copy of an answer: readers' pages their reader at most, everything else nobody."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .access import url_name

_READING = frozenset(
    {
        *("front", "search", "values", "search_json", "suggest", "opensearch"),
        *("article", "initiatives", "initiative", "districts", "district"),
    }
)
_NO_STORE = "no-store"


def never_store(response: HttpResponse) -> HttpResponse:
    """For an answer of a reading page that not every reader gets, such as a draft."""
    response["Cache-Control"] = _NO_STORE
    return response


class CachingMiddleware:
    """``Cache-Control`` for every answer that does not bring its own.

    What is not known here as a page for readers is kept by no one, so a new page is safe by itself.
    Static files never come this far.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.has_header("Cache-Control"):
            return response
        if url_name(request) not in _READING or response.status_code != HTTPStatus.OK:
            return never_store(response)
        # The page names the account that is logged in.
        if not settings.ARCHIVE_PUBLIC or request.user.is_authenticated:
            response["Cache-Control"] = "private"
        return response

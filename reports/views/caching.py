"""Cache headers: only the reader's own browser may store pages for readers; nothing may store other
answers."""

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
    """Forbid storing an answer of a reading page that not every reader may see, such as a draft."""
    response["Cache-Control"] = _NO_STORE
    return response


class CachingMiddleware:
    """Sets ``Cache-Control`` of every answer that does not have it.

    Answers of pages that are not listed in ``_READING`` are never stored, so new pages are safe by default.
    Static files do not pass this middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.has_header("Cache-Control"):
            return response
        if url_name(request) not in _READING or response.status_code != HTTPStatus.OK:
            return never_store(response)
        # The page contains the name of the account.
        if not settings.ARCHIVE_PUBLIC or request.user.is_authenticated:
            response["Cache-Control"] = "private"
        return response

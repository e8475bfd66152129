"""Keeps two things away from views, forms and queries: text that is not UTF-8, and the character NUL.

Django decodes parameters with the ``charset`` that a request names, and PostgreSQL refuses NUL in any text.
Both are handled here, so that no other code has to check.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import parse_header_parameters

from .access import View

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_UTF_8 = frozenset({"utf-8", "ascii"})
_NUL = "\0"
_UNKNOWN = "application/octet-stream; charset=unknown"


def decodable_content_type(content_type: str) -> str:
    """The Content-Type; one with an unknown charset if Django would fail to decode the request.

    Some charset names (hex, zlib) are not encodings of text. ``PlainAddressMiddleware`` refuses requests with
    a body and another charset than UTF-8.
    """
    try:
        declared = parse_header_parameters(content_type)[1].get("charset")
    except ValueError:
        return _UNKNOWN
    return content_type if declared is None or _is_utf_8(declared) else _UNKNOWN


class NotUtf8(BadRequest):
    """The body is declared to have another encoding."""


class NulInForm(BadRequest):
    """A name or a value of a form contains NUL, which cannot be typed."""


class PlainAddressMiddleware(MiddlewareMixin):
    """Read every request as UTF-8 and remove NUL from its query. It is the first middleware, as others read
    it.

    A search works without the NUL, which has no meaning in it; a path with NUL gives 404.
    """

    def process_request(self, request: HttpRequest) -> None:
        declared = request.content_params.get("charset") if request.content_params else None
        if declared is not None:
            request.encoding = "utf-8"
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or _NUL in query:
            request.META["QUERY_STRING"] = _without_nul(query)
            request.__dict__.pop("GET", None)
        if _NUL in request.path_info:
            raise Http404
        if declared is not None and request.method not in _SAFE and not _is_utf_8(declared):
            raise NotUtf8


class PlainFormMiddleware(MiddlewareMixin):
    """Refuse a form with NUL. It comes after the access checks, so that no upload of a stranger is read for
    it."""

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method in _SAFE:
            return None
        texts: list[Iterable[str]] = [(name, *values) for name, values in request.POST.lists()]
        texts += [(name, *(file.name or "" for file in files)) for name, files in request.FILES.lists()]
        if any(_NUL in text for several in texts for text in several):
            raise NulInForm
        return None


def _is_utf_8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in _UTF_8
    except (LookupError, ValueError):
        return False


def _without_nul(query: str) -> str:
    # Repeated, because removing %00 from %%0000 leaves another one.
    while "%00" in query or _NUL in query:
        query = query.replace("%00", "").replace(_NUL, "")
    return query

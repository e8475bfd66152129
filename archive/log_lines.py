"""Format of the log: records cannot be forged, and a bad request is one line."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import Any

# Control characters, all line breaks, characters that turn or hide text, and lone surrogates.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_MARGIN = "    "


class LineFormatter(logging.Formatter):
    """Escapes control characters in messages, which may contain text of a request.

    A traceback keeps its lines, each with a margin, so that no line looks like a record.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        return _escaped(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return _with_margin(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        return _with_margin(super().formatStack(stack_info))


class OneLineARequest(logging.Filter):
    """Reduces the log of a bad request to its first line, without traceback.

    Django and its packages often log two lines, the cause and the answer. Errors of the archive (status 500
    and above) keep all lines.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        status = getattr(record, "status_code", None)
        if request is None or status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return True
        record.exc_info = record.exc_text = None
        # Each handler calls this filter, so the same record comes again.
        if not hasattr(request, "logged_as"):
            request.logged_as = record
        return request.logged_as is record


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def _with_margin(lines: str) -> str:
    return "\n".join(_MARGIN + _escaped(line) for line in lines.split("\n"))

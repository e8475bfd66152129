"""How the log is written: no record can be forged, and a bad request is one line."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import Any

# Control characters, line breaks of any kind, what turns or hides text, and what no encoding takes.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_MARGIN = "    "


class LineFormatter(logging.Formatter):
    """What came from outside is printed with its control characters escaped.

    A traceback keeps its lines, each with a margin, so that none passes for a record.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        return _escaped(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return _with_margin(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        return _with_margin(super().formatStack(stack_info))


class OneLineARequest(logging.Filter):
    """A request that was not in order gets one line, without a traceback: the first that is written of it.

    Django and what is built on it often write two, the cause and then the answer. Faults of our own, from
    500 on, keep everything.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        status = getattr(record, "status_code", None)
        if request is None or status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return True
        record.exc_info = record.exc_text = None
        # Each handler asks: the same record passes again.
        if not hasattr(request, "logged_as"):
            request.logged_as = record
        return request.logged_as is record


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def _with_margin(lines: str) -> str:
    return "\n".join(_MARGIN + _escaped(line) for line in lines.split("\n"))

"""An export leaves one event: in which format, how many rows, and whether it came to its end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from django.db import DatabaseError

from reports.models import User
from reports.models.event import Act, Result, Subject

from .events import event, record

logger = logging.getLogger(__name__)


class RecordedExport:
    """The pieces of an export. Whoever sends them closes it, as a server does with what it sends.

    The search is left out: what somebody looks for is nobody's business. An export of which nothing was
    taken was none.
    """

    def __init__(
        self,
        pieces: Iterator[bytes],
        file_format: str,
        written: Callable[[], int],
        by: User | None = None,
        on: Subject | None = None,
    ) -> None:
        self._pieces = pieces
        self._format = file_format
        self._written = written
        self._is_open = False
        # Made now: by the time the last piece is sent the request, and who and where it came from, is over.
        self._event = event(Act.EXPORT, by, on)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        self._is_open = True
        try:
            return next(self._pieces)
        except StopIteration:
            self._end(Result.DONE)
            raise
        except Exception:
            self._end(Result.FAILED)
            raise

    def close(self) -> None:
        """Before the last piece was taken, this is its end: the reader has gone."""
        if close := getattr(self._pieces, "close", None):
            close()
        if self._is_open:
            self._end(Result.FAILED)

    def _end(self, result: Result) -> None:
        self._is_open = False
        self._event.result = result
        self._event.after = f"{self._format}，{self._written()}条"
        try:
            record(self._event)
        except DatabaseError:
            # The file has been sent already; it cannot be taken back.
            logger.exception("导出未能写入操作记录")

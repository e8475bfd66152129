"""Records one event per export: format, number of rows, and whether it was completed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from django.db import DatabaseError

from reports.models import User
from reports.models.event import Act, Result, Subject

from .events import event, record

logger = logging.getLogger(__name__)


class RecordedExport:
    """The pieces of an export. The sender calls ``close``, as WSGI servers do.

    The event does not contain the query, which is private. An export from which no piece was read is not
    recorded.
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
        # Created now, because the request with its origin has ended when the last piece is sent.
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
        """If pieces remain, record that the export was not completed: the client has disconnected."""
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
            # The file has been sent already, so the error is only logged.
            logger.exception("导出未能写入操作记录")

"""One running export a process, of whatever format: each computes for seconds, a few would take every thread.

The place is held from the search until the server has closed the response. Whoever finds it taken is told at
once to come again; pages, health and readiness always find a thread.
"""

from __future__ import annotations

import errno
import logging
import threading
import weakref
from collections.abc import Iterable, Iterator
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from .access import View
from .availability import unavailable

_RETRY_AFTER = 10
"""Seconds; an export of 20,000 articles takes some five."""

logger = logging.getLogger(__name__)
_export_lock = threading.Lock()


class _RunningExport:
    """The taken place, and what is streamed while it is held.

    ``close`` gives it back, once. A generator's own ``finally`` would not do: it does not run if nothing was
    taken from the generator. Where nobody calls ``close``, the place comes back when this is collected.
    """

    def __init__(self, described: str) -> None:
        self._described = described
        self._pieces: Iterator[bytes] = iter(())
        self._give_back = weakref.finalize(self, _export_lock.release)

    def with_pieces(self, pieces: Iterable[bytes]) -> _RunningExport:
        self._pieces = iter(pieces)
        return self

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except StopIteration:
            raise
        except Exception as failure:
            logger.exception("导出中断：%s", self._described)
            # The answer is broken off, so that the reader's program sees that the file is not whole. A server
            # takes this for a lost connection, and need not log once more what has just been logged.
            raise ConnectionResetError(errno.ECONNRESET, "export broken off") from failure

    def close(self) -> None:
        # What makes the pieces is closed by the response, which was given it first.
        self._give_back()


def one_at_a_time(view: View) -> View:
    """Have one answer of such views under way in a process; answer 503 in Chinese to who comes meanwhile.

    A HEAD computes no file and needs no place.
    """

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "HEAD":
            return view(request, *args, **kwargs)
        if not _export_lock.acquire(blocking=False):
            return unavailable(
                request,
                heading="暂时不能导出",
                reason="正在导出的人较多，请过十几秒再试。",
                advice="检索和阅读不受影响。",
                retry_after=_RETRY_AFTER,
            )
        running = _RunningExport(request.get_full_path())
        try:
            response = view(request, *args, **kwargs)
        except BaseException:
            running.close()
            raise
        if isinstance(response, StreamingHttpResponse):
            # Assigning has the response call the close of what it is given when the server closes it.
            response.streaming_content = running.with_pieces(
                cast(Iterable[bytes], response.streaming_content)
            )
        else:
            running.close()
        return response

    return limited

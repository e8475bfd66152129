"""Allows one running export per process: each computes for seconds, and a few would occupy every thread.

The lock is held from the search until the last piece is given, or the server has closed the response. Other
users get the answer to try again later at once, so a thread is always free for pages, health and readiness.
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
"""Seconds; an export of 20,000 articles takes about five."""

logger = logging.getLogger(__name__)
_export_lock = threading.Lock()


class _RunningExport:
    """The held lock, and the pieces that are streamed meanwhile.

    ``close`` releases the lock, once. The ``finally`` of a generator is not enough: it does not run if the
    generator was never started. If ``close`` is never called, garbage collection releases the lock.
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
            # Before the client sees the end of the file: it may ask for the next one at once.
            self._give_back()
            raise
        except Exception as failure:
            logger.exception("导出中断：%s", self._described)
            # Break the connection, so that the client sees that the file is incomplete. The server treats
            # this as a lost connection and does not log the error a second time.
            raise ConnectionResetError(errno.ECONNRESET, "export broken off") from failure

    def close(self) -> None:
        # The response closes the iterator of the pieces, which it was given first.
        self._give_back()


def one_at_a_time(view: View) -> View:
    """Allow one running answer of such views per process; answer 503 in Chinese to others meanwhile.

    A HEAD request computes no file and needs no lock.
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
            # The response calls ``close`` of the assigned iterator when the server closes the response.
            response.streaming_content = running.with_pieces(
                cast(Iterable[bytes], response.streaming_content)
            )
        else:
            running.close()
        return response

    return limited

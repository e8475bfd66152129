"""The archive with turns: one reading request computes at a time in a process.

``make serving`` compares it with the archive as shipped (set-up ``64k0t``); docs/decisions/0006-serving.md
has the result. Sending to readers, waiting for them, and all writing requests are outside the turns.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from archive.wsgi import application as archive

_FREE = ("/healthz", "/readyz", "/static/")
_turn = threading.Lock()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] != "GET" or environ["PATH_INFO"].startswith(_FREE):
        return archive(environ, start_response)
    with _turn:
        answer = archive(environ, start_response)
    return _Pieces(answer) if answer.streaming else answer


class _Pieces:
    """A streamed answer: each piece takes one turn."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        self._pieces = iter(answer)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with _turn:
            return next(self._pieces)

    def close(self) -> None:
        self._answer.close()

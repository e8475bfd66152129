"""Lists that grow with the archive, cut so that any database takes each piece in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

CHUNK = 500
"""SQLite may be built to take no more than 999 values in a statement, PostgreSQL takes 65,535."""


def in_chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """``values`` in lists of at most ``size``, for conditions like ``pk__in``."""
    remaining = iter(values)
    while chunk := list(islice(remaining, size)):
        yield chunk

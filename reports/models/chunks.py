"""Divides long lists into chunks that every database accepts in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

CHUNK = 500
"""Values per statement. Some builds of SQLite accept 999 values in a statement, PostgreSQL 65,535."""


def in_chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """``values`` in lists of at most ``size``, for conditions like ``pk__in``."""
    remaining = iter(values)
    while chunk := list(islice(remaining, size)):
        yield chunk

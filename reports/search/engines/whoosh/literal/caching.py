"""What was used last, bounded in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

# An entry costs this much beside its arrays, so that any number of empty ones is bounded too.
_ENTRY = 300


class Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept", bound=Sized)


class ArrayCache(Generic[Key, Kept]):
    """Least recently used goes first once the arrays take more than ``limit`` bytes. Safe for threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Kept]) -> Kept:
        found = self.peek(key)
        return self.keep(key, make()) if found is None else found

    def peek(self, key: Key) -> Kept | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Key, made: Kept) -> Kept:
        """Returns ``made``."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._size += made.nbytes + _ENTRY
                while self._size > self._limit:
                    _, dropped = self._kept.popitem(last=False)
                    self._size -= dropped.nbytes + _ENTRY
        return made

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0

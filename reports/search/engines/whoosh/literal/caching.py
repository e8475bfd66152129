"""A cache of arrays, limited in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

# Bytes of an entry in addition to its arrays, so that the number of empty entries is limited, too.
_ENTRY_BYTES = 300


class Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", bound=Sized)


class ArrayCache(Generic[Key, Value]):
    """Removes the least recently used entries when the arrays take more than ``limit`` bytes. Thread-safe."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        value = self.peek(key)
        return self.put(key, make()) if value is None else value

    def peek(self, key: Key) -> Value | None:
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Key, value: Value) -> Value:
        """Returns ``value``."""
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._size += value.nbytes + _ENTRY_BYTES
                while self._size > self._limit:
                    _, removed = self._values.popitem(last=False)
                    self._size -= removed.nbytes + _ENTRY_BYTES
        return value

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self._size = 0

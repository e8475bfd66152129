"""What is the same for every search of one version of the index is made once for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from reports.search import connection
from reports.search.contract.engine import Engine
from reports.search.contract.values import EMPTY_VERSION

T = TypeVar("T")


class KeptForVersion(Generic[T]):
    """A value made from the index, or from what the database says of indexed articles.

    Whatever changes such a value changes the index a moment later (``workflow.outbox``), and then the value
    is made anew. Nothing is kept while there is no index.
    """

    def __init__(self, make: Callable[[Engine], T]) -> None:
        self._make = make
        # The index, its version and the value: replaced as a whole, so safe for threads.
        self._kept: tuple[tuple[str, str], T] | None = None

    def __call__(self) -> T:
        engine = connection.engine()
        version = engine.place, engine.version()  # before the value is made: a commit meanwhile makes it anew
        kept = self._kept
        if kept is None or kept[0] != version or version[1] == EMPTY_VERSION:
            kept = self._kept = version, self._make(engine)
        return kept[1]

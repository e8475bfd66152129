"""Finds many names in a text in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class NameMatcher:
    """Leftmost-longest search for names of two characters and more.

    Names are indexed by their first two characters. So a text costs one look-up per character and a few
    comparisons where a name may begin, independent of the number of names.
    """

    __slots__ = ("_by_beginning",)

    def __init__(self, names: Iterable[str]) -> None:
        by_beginning: dict[str, list[str]] = {}
        for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
            by_beginning.setdefault(name[:2], []).append(name)
        self._by_beginning = by_beginning

    def at(self, text: str, start: int) -> str:
        """The longest name that begins at ``start``, or an empty string."""
        for name in self._by_beginning.get(text[start : start + 2], ()):
            if text.startswith(name, start):
                return name
        return ""

    def next(self, text: str, start: int) -> tuple[int, str] | None:
        """(start, name) of the first name that begins at ``start`` or later; None if there is none."""
        by_beginning, last = self._by_beginning, len(text) - 1
        while start < last:
            for name in by_beginning.get(text[start : start + 2], ()):
                if text.startswith(name, start):
                    return start, name
            start += 1
        return None

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """(start, name) for each name, without overlaps."""
        start = 0
        while found := self.next(text, start):
            yield found
            start = found[0] + len(found[1])

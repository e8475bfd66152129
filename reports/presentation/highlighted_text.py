"""Text with highlighted ranges, as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import count

from django.utils.safestring import SafeString, mark_safe


def highlighted_text(text: str, marks: Iterable[tuple[int, int]], first: int | None = None) -> SafeString:
    """``text`` escaped, each range (start, end) in ``<mark>``. Overlapping ranges are merged in order.

    ``first``: the number of the first mark; marks then have the anchors ``m3``, ``m4`` and so on.
    """
    numbers = count(first or 1)
    pieces: list[str] = []
    end_of_last = 0
    for start, end in sorted(marks):
        start = max(start, end_of_last)
        if end <= start or start >= len(text):
            continue
        pieces += [
            escape(text[end_of_last:start]),
            f'<mark id="m{next(numbers)}">' if first else "<mark>",
            escape(text[start:end]),
            "</mark>",
        ]
        end_of_last = end
    pieces.append(escape(text[end_of_last:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece above is escaped

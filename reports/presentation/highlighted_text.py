"""Text with highlighted ranges, as HTML."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe


def highlighted_text(text: str, marks: Iterable[tuple[int, int]]) -> SafeString:
    """``text`` escaped, each range (start, end) in ``<mark>``. Overlapping ranges are merged in order."""
    pieces: list[str] = []
    end_of_last = 0
    for start, end in sorted(marks):
        start = max(start, end_of_last)
        if end <= start or start >= len(text):
            continue
        pieces += [
            conditional_escape(text[end_of_last:start]),
            format_html("<mark>{}</mark>", text[start:end]),
        ]
        end_of_last = end
    pieces.append(conditional_escape(text[end_of_last:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece above is escaped

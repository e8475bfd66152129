"""A window of a block around its densest marks, cut where the reader pauses."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from reports.search.contract.values import Marks

WIDTH = 110
"""Characters of an excerpt: three lines of a narrow column."""

_SENTENCE_ENDS = frozenset("。！？!?；;…\n")
_CLAUSE_ENDS = frozenset("，、：,:")
# Closing marks go with the sentence before them.
_CLOSERS = frozenset("”’」』）)》〉】]\"'")

Mark = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """``marks`` are offsets into ``text``. ``before`` and ``after``: something was cut away there."""

    text: str
    marks: tuple[Mark, ...]
    before: bool
    after: bool


def excerpt(text: str, marks: Marks = (), width: int = WIDTH) -> Excerpt:
    """At most ``width`` characters of ``text``; from its beginning where nothing is marked.

    ``marks`` in order, none touching the next, as a passage has them.
    """
    if len(text) <= width:
        return _cut(text, marks, 0, len(text))
    first, last = _densest(text, marks, width)
    start = _start(text, first, last, width)
    end = max(_end(text, start, start + width), min(last, start + width))
    return _cut(text, marks, start, end)


def _cut(text: str, marks: Sequence[Mark], start: int, end: int) -> Excerpt:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    inside = tuple((max(a, start) - start, min(b, end) - start) for a, b in marks if a < end and b > start)
    return Excerpt(
        # A line break inside a block is set as a blank: of the same length, so marks stay right.
        text=text[start:end].replace("\n", " "),
        marks=inside,
        before=bool(text[:start].strip()),
        after=bool(text[end:].strip()),
    )


def _densest(text: str, marks: Sequence[Mark], width: int) -> Mark:
    """The stretch within ``width`` with the most different marked strings, then the most marks."""
    best, stretch = (0, 0), (0, 0)
    last = 0
    for first, (start, end) in enumerate(marks):
        last = max(last, first)
        while last + 1 < len(marks) and marks[last + 1][1] <= start + width:
            last += 1
        shown = marks[first : last + 1]
        value = (len({text[a:b] for a, b in shown}), len(shown))
        if value > best:
            best, stretch = value, (start, max(end, marks[last][1]))
    return stretch


def _start(text: str, first: int, last: int, width: int) -> int:
    """Where to begin so that ``first`` to ``last`` stay inside: after a sentence, a clause, or a word."""
    spare = max(0, width - (last - first))
    earliest = max(0, first - spare)
    if earliest == 0 and first <= width // 2:
        return 0
    for ends, reach in (
        (_SENTENCE_ENDS, max(earliest, first - width * 2 // 3)),
        (_CLAUSE_ENDS, max(earliest, first - width // 2)),
    ):
        for position in range(first, reach - 1, -1):
            if _begins_after(text, position, ends):
                return position
    return _whole(text, max(earliest, first - spare // 2), first, step=1)


def _end(text: str, start: int, limit: int) -> int:
    """Where to end at the latest at ``limit``: behind a sentence or clause of the last third, or a word."""
    if limit >= len(text):
        return len(text)
    for ends in (_SENTENCE_ENDS, _CLAUSE_ENDS):
        for position in range(limit, start + (limit - start) * 2 // 3, -1):
            if _begins_after(text, position, ends):
                return position
    return _whole(text, limit, start, step=-1)


def _begins_after(text: str, position: int, ends: frozenset[str]) -> bool:
    """Whether a sentence (or clause) ends right before ``position`` and nothing closing follows."""
    if position == 0:
        return True
    before = position - 1
    while before > 0 and text[before] in _CLOSERS:
        before -= 1
    if text[before] not in ends or (position < len(text) and text[position] in _CLOSERS | _SENTENCE_ENDS):
        return False
    # 1,234 and 8:30 go on.
    return not (text[before] in ",:" and position < len(text) and text[position].isdigit())


def _whole(text: str, position: int, bound: int, step: int) -> int:
    """The next position towards ``bound`` that cuts no number, Latin word or combined character."""
    for nearby in range(position, min(max(position + step * 30, 0), len(text)), step):
        if nearby == bound or not _is_inside(text, nearby):
            return nearby
    return position


def _is_inside(text: str, position: int) -> bool:
    if not 0 < position < len(text):
        return False
    left, right = text[position - 1], text[position]
    if unicodedata.category(right) in {"Mn", "Me", "Mc", "Cf"} or left == "\u200d":
        return True
    return _is_narrow(left) and _is_narrow(right)


def _is_narrow(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in ".,%+-")

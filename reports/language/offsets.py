"""The map from offsets in a normalised text to offsets in the printed text, stored as a list of steps.

A step is ``(start, printed_start, width)`` and holds from the normalised offset ``start`` up to the next
step. If ``width`` is 0, the characters correspond one to one, from ``printed_start`` on. Otherwise all of
them come from the ``width`` printed characters at ``printed_start``, which belong together. An empty list
means that both texts have the same offsets. Steps are plain integers, so that an index can store them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter

Step = tuple[int, int, int]
Cut = tuple[int, int, int]  # a range (start, end) and the number of its characters that remain

_start_of = itemgetter(0)
_IDENTITY: Step = (0, 0, 0)


def printed_range(steps: Sequence[Step], start: int, end: int) -> tuple[int, int]:
    """The smallest printed range that covers the normalised range; characters of one step stay together.

    An empty range becomes an empty one, after the printed form of the character before it.
    """
    if start == end:
        edge = printed_range(steps, start - 1, start)[1] if start else 0
        return edge, edge
    first, printed_first, first_width = _step_at(steps, start)
    last, printed_last, last_width = _step_at(steps, end - 1)
    return (
        printed_first if first_width else printed_first + start - first,
        printed_last + last_width if last_width else printed_last + end - last,
    )


def _step_at(steps: Sequence[Step], position: int) -> Step:
    index = bisect_right(steps, position, key=_start_of)
    return steps[index - 1] if index else _IDENTITY


def merge_ranges(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The ranges (start, end) in order, without empty ones; ranges that overlap or touch become one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(span for span in ranges if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def merged_printed_ranges(
    steps: Sequence[Step], ranges: Iterable[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """The printed ranges that cover normalised ones, merged."""
    return merge_ranges(printed_range(steps, start, end) for start, end in ranges)


class StepBuilder:
    """Collects steps in order."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def add(self, start: int, printed_start: int, width: int = 0) -> None:
        """Add the step that holds from ``start`` on; it replaces an earlier one with the same ``start``."""
        while self._steps and self._steps[-1][0] == start:
            self._steps.pop()
        self._steps.append((start, printed_start, width))

    def steps(self, length: int) -> tuple[Step, ...]:
        """The steps of a normalised text of ``length`` characters, without redundant ones."""
        distinct_steps: list[Step] = []
        last, printed_last, last_width = _IDENTITY
        ends = [start for start, _, _ in self._steps[1:]] + [length]
        for (start, printed_start, width), end in zip(self._steps, ends, strict=False):
            if start >= length:
                break
            if width == 1 == end - start:
                width = 0  # one character from one
            if width or last_width or printed_start - start != printed_last - last:
                last, printed_last, last_width = start, printed_start, width
                distinct_steps.append((start, printed_start, width))
        return tuple(distinct_steps)


def steps_after_cuts(steps: Sequence[Step], cuts: Iterable[Cut], length: int) -> tuple[Step, ...]:
    """The steps of a text after ``cuts``, given its ``steps`` before them.

    ``cuts`` are in order, do not overlap, and count offsets before cutting; each leaves one character
    of its range, or none. ``length`` is the length of the text after cutting.
    """
    builder = StepBuilder()
    removed = position = 0
    for start, end, remaining in cuts:
        while position < len(steps) and steps[position][0] < start:
            before, printed, width = steps[position]
            builder.add(before - removed, printed, width)
            position += 1
        if remaining:
            first, last = printed_range(steps, start, end)
            builder.add(start - removed, first, last - first)
        removed += end - start - remaining
        while position < len(steps) and steps[position][0] <= end:
            position += 1
        before, printed, width = steps[position - 1] if position else _IDENTITY
        builder.add(end - removed, printed if width else printed + end - before, width)
    for before, printed, width in steps[position:]:
        builder.add(before - removed, printed, width)
    return builder.steps(length)

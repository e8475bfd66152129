"""Strings near each other: in any order, without overlap, with a limited number of characters between
neighbours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np

from reports.search.engines.whoosh.directory.arrays import Int64s, Integers, Mask

# Up to this number of strings, all blocks are searched at once, in steps whose number doubles with every
# string. With more strings few blocks contain all of them, and those are searched one by one.
_MAX_STRINGS_AT_ONCE = 4
# To place many strings without overlap is as hard as the travelling salesman problem. A block that is not
# decided after this number of steps contains all strings many times, nearly as the query asks: it counts as a
# hit.
_MAX_STEPS = 5_000
_STEPS_PER_OCCURRENCE = 16


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """Where one string occurs: its length, its offsets, ascending, and the number of the block (or document)
    that contains each. Lengths and offsets are in the same unit: code points or UTF-16 units."""

    length: int
    start: Int64s
    owner: Integers

    def within(self, owners: Integers) -> Occurrences:
        inside = np.flatnonzero(np.isin(self.owner, owners))
        return Occurrences(self.length, self.start[inside], self.owner[inside])


def blocks_with_chain(strings: Sequence[Occurrences], distance: int) -> Integers:
    """Blocks, ascending, that have a chain: one occurrence of every string, so that in reading order none
    overlaps the next and at most ``distance`` code points are between them."""
    if not strings:
        return np.zeros(0, np.int64)
    common = reduce(
        partial(np.intersect1d, assume_unique=True), [distinct(string.owner) for string in strings]
    )
    if len(strings) == 1:
        return common
    strings = [string.within(common) for string in strings]
    if len(strings) <= _MAX_STRINGS_AT_ONCE:
        return _chained_at_once(strings, distance)
    lengths = [string.length for string in strings]
    blocks = []
    for block in common.tolist():
        bounds = [string.owner.searchsorted([block, block + 1]) for string in strings]
        starts = [
            string.start[low:high].tolist() for string, (low, high) in zip(strings, bounds, strict=True)
        ]
        if _has_chain(starts, lengths, distance):
            blocks.append(block)
    return np.array(blocks, np.int64)


def _chained_at_once(strings: Sequence[Occurrences], distance: int) -> Int64s:
    """Goes through the sets of placed strings, smaller sets first. Of each set it stores only the offsets
    where a chain of it can end: an occurrence follows if the nearest end before its start is near enough,
    since other ends are further away.
    """
    # Blocks are moved apart by more than the distance, so near enough also means in the same block.
    starts = [string.start + string.owner * (distance + 1) for string in strings]
    everything = (1 << len(strings)) - 1
    ends: dict[int, list[Int64s]] = {1 << i: [starts[i] + string.length] for i, string in enumerate(strings)}
    blocks = []
    for placed in range(1, everything):
        parts = ends.pop(placed, None)
        if parts is None:
            continue
        reached = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
        for i, start in enumerate(starts):
            if placed >> i & 1:
                continue
            follows = _follows(start, reached, distance)
            if placed | 1 << i == everything:
                blocks.append(strings[i].owner[follows])
            elif follows.any():
                ends.setdefault(placed | 1 << i, []).append(start[follows] + strings[i].length)
    return np.unique(np.concatenate([np.zeros(0, np.int64), *blocks]))


def _has_chain(starts: Sequence[Sequence[int]], lengths: Sequence[int], distance: int) -> bool:
    """Whether one block has a chain: a depth-first search. ``starts``: of each string in the block."""
    everything = (1 << len(starts)) - 1
    # Of equal strings the later one is placed after the earlier one: their other orders are the same chain.
    keys = list(zip(starts, lengths, strict=True))
    earlier_equal = [
        next((j for j in range(i - 1, -1, -1) if keys[j] == keys[i]), None) for i in range(len(starts))
    ]
    waiting = [
        (1 << i, start + lengths[i])
        for i, starts_of_string in enumerate(starts)
        if earlier_equal[i] is None
        for start in reversed(starts_of_string)
    ]
    seen = set(waiting)
    steps_left = _MAX_STEPS + _STEPS_PER_OCCURRENCE * sum(map(len, starts))
    while waiting:
        placed, end = waiting.pop()
        steps_left -= 1
        if placed == everything or not steps_left:
            return True
        unplaced = [i for i in range(len(starts)) if not placed >> i & 1]
        if any(starts[i][-1] < end for i in unplaced):
            continue  # a string that occurs only before this position can no longer be placed
        for i in unplaced:
            earlier = earlier_equal[i]
            if earlier is not None and not placed >> earlier & 1:
                continue
            first, after = bisect_left(starts[i], end), bisect_right(starts[i], end + distance)
            for start in starts[i][first:after]:
                state = placed | 1 << i, start + lengths[i]
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
    return False


def distinct(ascending: Integers) -> Integers:
    """The same numbers, each once."""
    return ascending[np.flatnonzero(np.diff(ascending, prepend=-1))]


def _follows(start: Int64s, ends: Int64s, distance: int) -> Mask:
    """Which starts have an end at most ``distance`` before them."""
    nearest = ends.searchsorted(start, side="right") - 1
    return (nearest >= 0) & (start - ends[nearest] <= distance) if len(ends) else np.zeros(len(start), bool)

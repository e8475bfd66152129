"""Strings near each other: in any order, apart, with at most so many characters between neighbours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

# Up to so many texts all blocks are gone through at once, in steps that double with every text;
# with more, few blocks hold all of them, and those are tried one by one.
_MOST_AT_ONCE = 4
# To place many texts without overlap is as hard as to find a travelling salesman's tour. A block that
# is not decided after so many steps holds all the texts many times, nearly as asked: it counts as a hit.
_MOST_STEPS = 5_000
_STEPS_AN_OCCURRENCE = 16

Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """Where one text stands, ascending: offsets in code points, and the block of each."""

    length: int
    start: Offsets
    block: Offsets

    def within(self, blocks: Offsets) -> Occurrences:
        kept = np.flatnonzero(np.isin(self.block, blocks))
        return Occurrences(self.length, self.start[kept], self.block[kept])


def blocks_with_chain(texts: Sequence[Occurrences], distance: int) -> Offsets:
    """Blocks, ascending, that hold one occurrence of every text so that, read in order, none
    overlaps the next and at most ``distance`` code points lie between them."""
    if not texts:
        return np.zeros(0, np.int64)
    common = reduce(_common, [distinct(text.block) for text in texts])
    placed = [text.within(common) for text in texts]
    if len(texts) == 1:
        return common
    if len(texts) <= _MOST_AT_ONCE:
        return _chained_at_once(placed, distance)
    lengths = [text.length for text in placed]
    found = []
    for block in common.tolist():
        bounds = [text.block.searchsorted([block, block + 1]) for text in placed]
        starts = [text.start[low:high].tolist() for text, (low, high) in zip(placed, bounds, strict=True)]
        if holds_chain(starts, lengths, distance):
            found.append(block)
    return np.array(found, np.int64)


def _chained_at_once(placed: Sequence[Occurrences], distance: int) -> Offsets:
    """Goes through the sets of texts already placed, smaller sets first. Of each set only the offsets
    where a chain of it can end are kept: an occurrence follows if the nearest end before its start
    is near enough, for ends further away are not nearer.
    """
    # Blocks moved apart by more than the distance: near enough then also means in the same block.
    starts = [text.start + text.block * (distance + 1) for text in placed]
    everything = (1 << len(placed)) - 1
    ends: dict[int, list[Offsets]] = {1 << i: [starts[i] + text.length] for i, text in enumerate(placed)}
    found = []
    for done in range(1, everything):
        parts = ends.pop(done, None)
        if parts is None:
            continue
        reached = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
        for i, start in enumerate(starts):
            if done >> i & 1:
                continue
            follows = _follows(start, reached, distance)
            if done | 1 << i == everything:
                found.append(placed[i].block[follows])
            elif follows.any():
                ends.setdefault(done | 1 << i, []).append(start[follows] + placed[i].length)
    return np.unique(np.concatenate([np.zeros(0, np.int64), *found]))


def holds_chain(starts: Sequence[Sequence[int]], lengths: Sequence[int], distance: int) -> bool:
    """The same for the occurrences in one block, tried deepest first."""
    everything = (1 << len(starts)) - 1
    # The same text again is placed after its first: one order of equals stands for all.
    places_of = list(zip(starts, lengths, strict=True))
    twin = [
        next((j for j in range(i - 1, -1, -1) if places_of[j] == places_of[i]), None)
        for i in range(len(starts))
    ]
    waiting = [
        (1 << i, start + lengths[i])
        for i, places in enumerate(starts)
        if twin[i] is None
        for start in reversed(places)
    ]
    seen = set(waiting)
    steps_left = _MOST_STEPS + _STEPS_AN_OCCURRENCE * sum(map(len, starts))
    while waiting:
        done, end = waiting.pop()
        steps_left -= 1
        if done == everything or not steps_left:
            return True
        left = [i for i in range(len(starts)) if not done >> i & 1]
        if any(starts[i][-1] < end for i in left):
            continue  # a text that stands only before this can no longer be placed
        for i in left:
            before = twin[i]
            if before is not None and not done >> before & 1:
                continue
            places = starts[i]
            for start in places[bisect_left(places, end) : bisect_right(places, end + distance)]:
                state = done | 1 << i, start + lengths[i]
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
    return False


def distinct(ascending: Offsets) -> Offsets:
    """The same numbers, each once."""
    return ascending[np.flatnonzero(np.diff(ascending, prepend=-1))]


def _common(one: Offsets, other: Offsets) -> Offsets:
    return np.intersect1d(one, other, assume_unique=True)


def _follows(start: Offsets, ends: Offsets, distance: int) -> npt.NDArray[np.bool_]:
    """Which starts have an end at them or at most ``distance`` before them."""
    nearest = ends.searchsorted(start, side="right") - 1
    return (nearest >= 0) & (start - ends[nearest] <= distance) if len(ends) else np.zeros(len(start), bool)

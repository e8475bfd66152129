"""Strings near each other: in any order, apart, with at most so many characters between neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

# The steps double with every text.
MAX_NEAR_TEXTS = 8

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
    overlaps the next and at most ``distance`` code points lie between them.

    Goes through the sets of texts already placed, smaller sets first. Of each set only the offsets
    where a chain of it can end are kept: an occurrence follows if the nearest end before its start
    is near enough, for ends further away are not nearer.
    """
    if not texts:
        return np.zeros(0, np.int64)
    common = reduce(_common, [distinct(text.block) for text in texts])
    placed = [text.within(common) for text in texts]
    # Blocks moved apart by more than the distance: near enough then also means in the same block.
    starts = [text.start + text.block * (distance + 1) for text in placed]
    everything = (1 << len(texts)) - 1
    ends: dict[int, list[Offsets]] = {1 << i: [starts[i] + texts[i].length] for i in range(len(texts))}
    found = [common if len(texts) == 1 else common[:0]]
    for done in range(1, everything):
        if done not in ends:
            continue
        parts = ends.pop(done)
        reached = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
        for i, start in enumerate(starts):
            if done >> i & 1:
                continue
            follows = _follows(start, reached, distance)
            if done | 1 << i == everything:
                found.append(placed[i].block[follows])
            elif follows.any():
                ends.setdefault(done | 1 << i, []).append(start[follows] + texts[i].length)
    return np.unique(np.concatenate(found))


def distinct(ascending: Offsets) -> Offsets:
    """The same numbers, each once."""
    return ascending[np.flatnonzero(np.diff(ascending, prepend=-1))]


def _common(one: Offsets, other: Offsets) -> Offsets:
    return np.intersect1d(one, other, assume_unique=True)


def _follows(start: Offsets, ends: Offsets, distance: int) -> npt.NDArray[np.bool_]:
    """Which starts have an end at them or at most ``distance`` before them."""
    nearest = ends.searchsorted(start, side="right") - 1
    return (nearest >= 0) & (start - ends[nearest] <= distance) if len(ends) else np.zeros(len(start), bool)

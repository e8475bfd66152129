"""Pairs of neighbouring UTF-16 units, each with its sorted positions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.directory.arrays import ArrayFilesWriter, Int64s

_UNIT_VALUES = 1 << 16
# Pairs sorted at a time: 8 million take 64 MB, and the same again while they are collected.
_SORTED_AT_ONCE = 1 << 23
# NumPy sorts and compares without holding the interpreter's lock.
_THREADS = 2
_SCANNED_AT_ONCE = 1 << 21

Text = npt.NDArray[np.uint16]
Keys = npt.NDArray[np.uint64]


def write_bigrams(writer: ArrayFilesWriter, text: Text) -> None:
    """Write ``bigrams`` (first unit << 16 | second, ascending), ``bigram_starts`` and ``positions``.

    Pairs that begin with the 0 between blocks are left out. Pairs that end with it are included, so every
    character of the text begins exactly one pair. Pairs are sorted by ranges of first units to limit memory.
    """
    codes, starts = writer.create("bigrams", "<u4"), writer.create("bigram_starts", "<u4")
    positions = writer.create("positions", "<u4")
    for keys in _sorted_ranges(text, _SORTED_AT_ONCE):
        halves = keys.view("<u4").reshape(-1, 2)  # low half: position, high half: pair
        pairs = halves[:, 1]
        first = np.concatenate(([0], np.flatnonzero(pairs[1:] != pairs[:-1]) + 1))
        codes.append(pairs[first])
        starts.append(first + positions.count)
        positions.append(halves[:, 0])
    starts.append([positions.count])


def _sorted_ranges(text: Text, max_pairs: int) -> Iterator[Keys]:
    counts = _count_units(text)
    waiting: deque[Future[Keys]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        for low, high in _ranges(counts, max_pairs):
            waiting.append(pool.submit(_sorted_keys, text, low, high, int(counts[low:high].sum())))
            if len(waiting) == _THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _count_units(text: Text) -> Int64s:
    """The number of pairs that begin with each unit."""
    counts = np.zeros(_UNIT_VALUES, np.int64)
    for start in range(0, len(text), _SCANNED_AT_ONCE):
        counts += np.bincount(text[start : start + _SCANNED_AT_ONCE], minlength=_UNIT_VALUES)
    counts[0] = 0
    return counts


def _ranges(counts: Int64s, max_pairs: int) -> Iterator[tuple[int, int]]:
    """Ranges of first units with at most ``max_pairs`` pairs each, or of one unit alone."""
    units = np.flatnonzero(counts)
    ends = np.cumsum(counts[units])
    index, pairs_before = 0, 0
    while index < len(units):
        after = max(index + 1, int(np.searchsorted(ends, pairs_before + max_pairs, side="right")))
        yield int(units[index]), int(units[after - 1]) + 1
        index, pairs_before = after, int(ends[after - 1])


def _sorted_keys(text: Text, low: int, high: int, count: int) -> Keys:
    """``first << 48 | second << 32 | position`` of every pair with ``low <= first < high``."""
    keys = np.empty(count, "<u8")
    filled = 0
    for start in range(0, len(text), _SCANNED_AT_ONCE):
        part = text[start : start + _SCANNED_AT_ONCE + 1]
        first = part[:_SCANNED_AT_ONCE]
        # One comparison: units below the range wrap around to values above it.
        offsets = np.flatnonzero(first - np.uint16(low) < np.uint16(high - low))
        # The text ends with a 0, which begins no pair: there is always a second unit.
        key = first[offsets].astype("<u8")
        key <<= np.uint64(16)
        key |= part[offsets + 1]
        key <<= np.uint64(32)
        key |= (offsets + start).astype("<u8")
        keys[filled : filled + len(offsets)] = key
        filled += len(offsets)
    keys.sort()
    return keys

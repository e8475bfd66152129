"""Pairs of adjacent UTF-16 units, each with the sorted positions where it stands."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.directory.arrays import SegmentWriter

UNITS = 1 << 16
# Sorted at once: 8 million take 64 MB, and as much again while they are gathered.
_SORTED_AT_ONCE = 1 << 23
# NumPy sorts and compares without holding the interpreter: two ranges at a time.
_THREADS = 2
_SCANNED_AT_ONCE = 1 << 21

Text = npt.NDArray[np.uint16]


def write_bigrams(writer: SegmentWriter, text: Text) -> None:
    """Write ``bigrams`` (first unit << 16 | second, ascending), ``bigram_starts`` and ``positions``.

    A pair that begins with the 0 between blocks is left out; one that ends with it is kept, so that
    every character of the text begins exactly one pair. Sorted by ranges of first units to bound memory.
    """
    codes, starts = writer.create("bigrams", "<u4"), writer.create("bigram_starts", "<u4")
    positions = writer.create("positions", "<u4")
    for keys in _sorted_ranges(text, _SORTED_AT_ONCE):
        halves = keys.view("<u4").reshape(-1, 2)  # position below, pair above
        pairs = halves[:, 1]
        first = np.concatenate(([0], np.flatnonzero(pairs[1:] != pairs[:-1]) + 1))
        codes.append(pairs[first])
        starts.append(first + positions.count)
        positions.append(halves[:, 0])
    starts.append([positions.count])


def _sorted_ranges(text: Text, sorted_at_once: int) -> Iterator[npt.NDArray[np.uint64]]:
    counts = _count_units(text)
    waiting: deque[Future[npt.NDArray[np.uint64]]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        for low, high in _ranges(counts, sorted_at_once):
            waiting.append(pool.submit(_sorted_keys, text, low, high, int(counts[low:high].sum())))
            if len(waiting) == _THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _count_units(text: Text) -> npt.NDArray[np.int64]:
    counts = np.zeros(UNITS, np.int64)
    for start in range(0, len(text), _SCANNED_AT_ONCE):
        counts += np.bincount(text[start : start + _SCANNED_AT_ONCE], minlength=UNITS)
    counts[0] = 0
    return counts


def _ranges(counts: npt.NDArray[np.int64], most: int) -> Iterator[tuple[int, int]]:
    """Ranges of first units with at most ``most`` pairs each, or of one unit alone."""
    found = np.flatnonzero(counts)
    ends = np.cumsum(counts[found])
    at, done = 0, 0
    while at < len(found):
        after = max(at + 1, int(np.searchsorted(ends, done + most, side="right")))
        yield int(found[at]), int(found[after - 1]) + 1
        at, done = after, int(ends[after - 1])


def _sorted_keys(text: Text, low: int, high: int, count: int) -> npt.NDArray[np.uint64]:
    """``first << 48 | second << 32 | position`` of every pair with ``low <= first < high``."""
    keys = np.empty(count, "<u8")
    filled = 0
    for start in range(0, len(text), _SCANNED_AT_ONCE):
        part = text[start : start + _SCANNED_AT_ONCE + 1]
        first = part[:_SCANNED_AT_ONCE]
        # One comparison: what lies below the range wraps around and lies above it.
        here = np.flatnonzero(first - np.uint16(low) < np.uint16(high - low))
        # The text ends with a 0, which begins no pair: there is always a second unit.
        key = first[here].astype("<u8")
        key <<= np.uint64(16)
        key |= part[here + 1]
        key <<= np.uint64(32)
        key |= (here + start).astype("<u8")
        keys[filled : filled + len(here)] = key
        filled += len(here)
    keys.sort()
    return keys

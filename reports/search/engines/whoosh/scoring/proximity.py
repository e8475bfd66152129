"""How close together strings stand in a few documents, worked out for all of them at once.

Places are offsets into a segment's text (UTF-16 units), ascending, each with the number of its document among
those asked for (ascending too). Documents do not overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Offsets = npt.NDArray[np.int64]
Documents = npt.NDArray[np.int64 | np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where one string stands: its length, the offsets, and the document of each."""

    length: int
    start: Offsets
    document: Documents


def shortest_gaps(strings: Sequence[Places], documents: int) -> Floats:
    """Per document, the fewest characters that lie in a stretch with all the strings beside the strings
    themselves; infinite where one of them does not stand. Strings may overlap and come in any order.

    The shortest such stretch ends with the start of one string and begins with the last start before it of
    some other: every start is tried as that end.
    """
    gaps = np.full(documents, np.inf)
    if not all(len(string.start) for string in strings):
        return gaps
    together = sum(string.length for string in strings)
    for last in strings:
        first = last.start.copy()
        complete = np.ones(len(first), bool)
        for other in strings:
            if other is last:
                continue
            before = other.start.searchsorted(last.start, side="right") - 1
            complete &= (before >= 0) & (other.document[before] == last.document)
            first = np.minimum(first, other.start[before])
        found = np.flatnonzero(complete)
        stretch = last.start[found] + last.length - first[found] - together
        np.minimum.at(gaps, last.document[found], np.maximum(stretch, 0).astype(np.float64))
    return gaps


def best_windows(strings: Sequence[Places], weights: Sequence[float], reach: int, documents: int) -> Floats:
    """Per document, the greatest weight of different strings that begin within ``reach`` of each other.

    Each place counts from where it is until ``reach`` after it, or until the string stands again: the sum
    of what counts at an offset is the weight of the window that ends there.
    """
    best = np.zeros(documents)
    offsets, changes, owners = [], [], []
    for string, weight in zip(strings, weights, strict=True):
        # Documents moved apart by the reach: what counts in one has ended before the next begins.
        start = string.start + string.document * reach
        end = start + reach
        end[:-1] = np.minimum(end[:-1], start[1:])
        offsets += [start, end]
        changes += [np.full(len(start), weight), np.full(len(start), -weight)]
        owners += [string.document, string.document]
    if not offsets:
        return best
    change = np.concatenate(changes)
    # At one offset ends come first: a string that stands again there must not count twice.
    order = np.lexsort((change, np.concatenate(offsets)))
    np.maximum.at(best, np.concatenate(owners)[order], np.cumsum(change[order]))
    return best

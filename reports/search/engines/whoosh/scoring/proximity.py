"""How near to each other strings occur in some documents, computed for all documents at once.

Offsets are positions in a segment's text, in UTF-16 units. The owner of an occurrence is the index of its
document among the given ones; offsets and owners ascend together, since documents do not overlap.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reports.search.engines.whoosh.directory.arrays import Floats
from reports.search.engines.whoosh.literal.proximity import Occurrences


def shortest_spans(strings: Sequence[Occurrences], documents: int) -> Floats:
    """Per document, the smallest number of other characters in a span that contains all strings; infinite if
    one of them does not occur. Strings may overlap and come in any order.

    The shortest span ends with the start of one string and begins with the last start before it of another
    one: every start is tried as this end.
    """
    shortest = np.full(documents, np.inf)
    if not all(len(string.start) for string in strings):
        return shortest
    own_length = sum(string.length for string in strings)
    for last in strings:
        first = last.start.copy()
        is_complete = np.ones(len(first), bool)
        for string in strings:
            if string is last:
                continue
            before = string.start.searchsorted(last.start, side="right") - 1
            is_complete &= (before >= 0) & (string.owner[before] == last.owner)
            first = np.minimum(first, string.start[before])
        ends = np.flatnonzero(is_complete)
        span = last.start[ends] + last.length - first[ends] - own_length
        np.minimum.at(shortest, last.owner[ends], np.maximum(span, 0).astype(np.float64))
    return shortest


def best_windows(
    strings: Sequence[Occurrences], weights: Sequence[float], width: int, documents: int
) -> Floats:
    """Per document, the greatest weight of different strings that begin within ``width`` of each other.

    Each occurrence counts from its start for ``width`` units, or until the string occurs again. The sum of
    the weights that count at an offset is the weight of the window that ends there.
    """
    best = np.zeros(documents)
    offsets, changes, owners = [], [], []
    for string, weight in zip(strings, weights, strict=True):
        # Documents are moved apart by the width: all windows of one end before the next begins.
        start = string.start + string.owner * width
        end = start + width
        end[:-1] = np.minimum(end[:-1], start[1:])
        offsets += [start, end]
        changes += [np.full(len(start), weight), np.full(len(start), -weight)]
        owners += [string.owner, string.owner]
    if not offsets:
        return best
    change = np.concatenate(changes)
    # At one offset ends come first: a string that occurs again there must not count twice.
    order = np.lexsort((change, np.concatenate(offsets)))
    np.maximum.at(best, np.concatenate(owners)[order], np.cumsum(change[order]))
    return best

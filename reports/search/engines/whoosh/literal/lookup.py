"""From a string to its sorted positions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.directory.arrays import ArrayFiles, Integers, UInt32s

from .caching import ArrayCache
from .prepared import is_searchable
from .units import UnitRanges, expand_ranges

CodeUnits = npt.NDArray[np.uint16]
_NOWHERE: UInt32s = np.zeros(0, np.uint32)
_PAIRS_OF_A_UNIT = 1 << 16
_CACHE_BYTES = 8 << 20  # per segment and process
_SORT_COST = 4  # to sort one position costs as much as to read this number of UTF-16 units


def code_units(text: str) -> CodeUnits | None:
    """The UTF-16 units of ``text``; None if no index can contain it."""
    return np.frombuffer(text.encode("utf-16-le"), np.uint16) if is_searchable(text) else None


class BigramIndex:
    """The rarest pair of neighbouring characters gives the candidates; the text itself confirms them."""

    def __init__(self, files: ArrayFiles) -> None:
        self._text: CodeUnits = files["text"]
        # A binary search in a memoryview takes a fifth of the time that one call of numpy does.
        self._pairs: memoryview = files["bigrams"].data
        self._starts: memoryview = files["bigram_starts"].data
        self._positions: UInt32s = files["positions"]
        self._characters: CodeUnits = files["letters"]
        self._character_starts = files["letter_starts"]
        self._character_documents: UInt32s = files["letter_documents"]
        self.cache: ArrayCache[str, UInt32s] = ArrayCache(_CACHE_BYTES)

    def find(self, text: str) -> UInt32s:
        """Every position, ascending, where ``text`` begins, including hidden blocks."""
        if len(text) == 2:
            return self._find(text)  # a slice of the file
        # One query looks up the same string several times, and many queries share strings.
        return self.cache.get(text, lambda: self._find(text))

    def _find(self, text: str) -> UInt32s:
        units = code_units(text)
        if units is None:
            return _NOWHERE
        if len(units) == 1:
            first, after = self._slice_of_character(int(units[0]))
            # Sorted by the following unit, then by position: sorted runs, which a stable sort merges.
            return np.sort(self._positions[first:after], kind="stable")
        slices = self._slices_of_pairs(units)
        if not slices:
            return _NOWHERE
        counts = [high - low for low, high in slices]
        rarest = counts.index(min(counts))
        low, high = slices[rarest]
        positions = self._positions[low:high]
        return positions if len(units) == 2 else self._confirmed(positions, units, rarest, counts)

    def find_inside(self, text: str, ranges: UnitRanges) -> tuple[UInt32s, Integers]:
        """The positions in ``ranges`` where ``text`` begins, ascending, and the number of the range of each.

        ``text`` must end in the range in which it begins, as a text without a 0 does in a block.
        """
        units = code_units(text)
        if units is None or len(units) > 1:
            return ranges.inside(self.find(text))
        low, high = ranges.starts.astype(np.intp), ranges.ends.astype(np.intp)
        # To sort the positions of a frequent character costs more than to read short ranges.
        if _SORT_COST * self.max_occurrences(text) < int((high - low).sum()):
            return ranges.inside(self.find(text))
        positions = expand_ranges(low, high)
        found = np.flatnonzero(self._text.take(positions) == units[0])
        owner = np.repeat(np.arange(len(low)), high - low)[found]
        return positions[found].astype(np.uint32), owner

    def max_occurrences(self, text: str) -> int:
        """An upper bound of the number of occurrences, without a search."""
        units = code_units(text)
        if units is None:
            return 0
        if len(units) == 1:
            low, high = self._slice_of_character(int(units[0]))
            return high - low
        return min((high - low for low, high in self._slices_of_pairs(units)), default=0)

    def documents_with_character(self, character: str) -> UInt32s:
        """Documents, ascending, whose visible text contains a character of one UTF-16 unit."""
        unit = np.uint16(ord(character))
        index = int(self._characters.searchsorted(unit))
        if index == len(self._characters) or self._characters[index] != unit:
            return _NOWHERE
        start, end = int(self._character_starts[index]), int(self._character_starts[index + 1])
        return self._character_documents[start:end]

    def _slice_of_character(self, unit: int) -> tuple[int, int]:
        low = bisect_left(self._pairs, unit * _PAIRS_OF_A_UNIT)
        high = bisect_left(self._pairs, (unit + 1) * _PAIRS_OF_A_UNIT, low)
        return self._starts[low], self._starts[high]

    def _slices_of_pairs(self, units: CodeUnits) -> list[tuple[int, int]]:
        """The slice of ``positions`` of each pair of the string; nothing if one pair does not occur."""
        slices = []
        for first, second in pairwise(units.tolist()):
            pair = first * _PAIRS_OF_A_UNIT + second
            index = bisect_left(self._pairs, pair)
            if index == len(self._pairs) or self._pairs[index] != pair:
                return []
            slices.append((self._starts[index], self._starts[index + 1]))
        return slices

    def _confirmed(self, positions: UInt32s, units: CodeUnits, rarest: int, counts: Sequence[int]) -> UInt32s:
        """The positions where the string begins; ``positions`` are those of its pair number ``rarest``."""
        first = int(positions.searchsorted(np.uint32(rarest)))
        # ScoredDocuments that reach beyond the end of the text are left out; the text ends with a 0 anyway.
        last = max(0, len(self._text) - len(units) + 1)
        begin = positions[first:].astype(np.intp)
        begin -= rarest
        begin = begin[: int(begin.searchsorted(last))]
        # Characters of rare pairs first: they exclude most.
        others = [i for i in range(len(units)) if i not in (rarest, rarest + 1)]
        others.sort(key=lambda i: counts[i - 1] if i > rarest else counts[i])
        for i in others:
            agrees = self._text[i:].take(begin) == units[i]
            if not agrees.all():
                begin = begin.compress(agrees)
        return begin.astype(np.uint32)

"""From a string to the sorted positions where it stands."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.directory.arrays import SegmentFiles
from reports.search.engines.whoosh.literal.caching import ArrayCache
from reports.search.engines.whoosh.literal.prepared import askable
from reports.search.engines.whoosh.literal.units import Extents, Positions, UnitIds, ranges

Units = npt.NDArray[np.uint16]
_NOWHERE: Positions = np.zeros(0, np.uint32)
_PAIRS_OF_A_UNIT = 1 << 16
# What was found lately is kept: it is this process's own memory.
_REMEMBERED_BYTES = 8 << 20
_READ_RATHER_THAN_SORT = 4  # units of text for one position


def units_of(text: str) -> Units | None:
    """UTF-16 code units of what may be asked for; None where that stands nowhere."""
    return np.frombuffer(text.encode("utf-16-le"), np.uint16) if askable(text) else None


class BigramIndex:
    """The rarest pair of adjacent characters gives the candidates, the text itself confirms them."""

    def __init__(self, files: SegmentFiles) -> None:
        self._text: Units = files["text"]
        self._pairs = files["bigrams"]
        self._starts = files["bigram_starts"]
        self._positions: Positions = files["positions"]
        self._letters: Units = files["letters"]
        self._letter_starts = files["letter_starts"]
        self._letter_documents: Positions = files["letter_documents"]
        self._recent: ArrayCache[str, Positions] = ArrayCache(_REMEMBERED_BYTES)

    def find(self, text: str) -> Positions:
        """Every position, ascending, where ``text`` begins, hidden blocks included."""
        if len(text) == 2:
            return self._find(text)  # one stretch of the file, nothing to be kept
        # One query asks for the same string several times, and so do many queries.
        return self._recent.get(text, lambda: self._find(text))

    def drop_cache(self) -> None:
        self._recent.clear()

    def _find(self, text: str) -> Positions:
        units = units_of(text)
        if units is None:
            return _NOWHERE
        if len(units) == 1:
            first, after = self._span_of_letter(int(units[0]))
            # Sorted by the unit that follows, then by place: runs, which a stable sort merges.
            return np.sort(self._positions[first:after], kind="stable")
        spans = self._spans_of_pairs(units)
        if spans is None:
            return _NOWHERE
        low, high = spans
        counts = high - low
        rarest = int(counts.argmin())
        positions = self._positions[low[rarest] : high[rarest]]
        return positions if len(units) == 2 else self._confirmed(positions, units, rarest, counts)

    def find_inside(self, text: str, extents: Extents) -> tuple[Positions, UnitIds]:
        """Where ``text`` begins within the stretches, ascending, and the stretch of each.

        ``text`` is expected to end in the stretch it begins in, as one without a 0 does in a block.
        """
        units = units_of(text)
        if units is None or len(units) > 1:
            return extents.inside(self.find(text))
        low, high = extents.starts.astype(np.intp), extents.ends.astype(np.intp)
        # To put a common character's positions in order costs more than to read short stretches.
        if _READ_RATHER_THAN_SORT * self.at_most(text) < int((high - low).sum()):
            return extents.inside(self.find(text))
        places = ranges(low, high)
        found = np.flatnonzero(self._text.take(places) == units[0])
        stretch = np.repeat(np.arange(len(low)), high - low)[found]
        return places[found].astype(np.uint32), stretch

    def at_most(self, text: str) -> int:
        """An upper bound of how often ``text`` stands here, without looking for it."""
        units = units_of(text)
        if units is None:
            return 0
        if len(units) == 1:
            low, high = self._span_of_letter(int(units[0]))
            return high - low
        spans = self._spans_of_pairs(units)
        return 0 if spans is None else int((spans[1] - spans[0]).min())

    def documents_with_letter(self, letter: str) -> Positions:
        """Documents, ascending, whose visible text holds a character of one UTF-16 unit."""
        unit = np.uint16(ord(letter))
        place = int(self._letters.searchsorted(unit))
        if place == len(self._letters) or self._letters[place] != unit:
            return _NOWHERE
        return self._letter_documents[int(self._letter_starts[place]) : int(self._letter_starts[place + 1])]

    def _span_of_letter(self, unit: int) -> tuple[int, int]:
        # The last unit that may be asked for is U+FFFE, so that the bound fits 32 bits.
        bounds = np.array([unit * _PAIRS_OF_A_UNIT, (unit + 1) * _PAIRS_OF_A_UNIT], np.uint32)
        low, high = self._starts[self._pairs.searchsorted(bounds)].tolist()
        return low, high

    def _spans_of_pairs(self, units: Units) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None:
        """Where the positions of each pair of the string begin and end; None if one stands nowhere."""
        pairs = units[:-1].astype(np.uint32) << np.uint32(16) | units[1:]
        places = self._pairs.searchsorted(pairs)
        if int(places.max()) >= len(self._pairs) or (self._pairs[places] != pairs).any():
            return None
        return self._starts[places].astype(np.int64), self._starts[places + 1].astype(np.int64)

    def _confirmed(
        self, positions: Positions, units: Units, rarest: int, counts: npt.NDArray[np.int64]
    ) -> Positions:
        """Beginnings of the string, of the positions of its pair number ``rarest``."""
        first = int(positions.searchsorted(np.uint32(rarest)))
        # The text ends with a 0, so that a candidate may reach beyond it, but never match there.
        last = max(0, len(self._text) - len(units) + 1)
        begin = positions[first:].astype(np.intp)
        begin -= rarest
        begin = begin[: int(begin.searchsorted(last))]
        # Characters of rare pairs first: they strike out most.
        others = [i for i in range(len(units)) if i not in (rarest, rarest + 1)]
        others.sort(key=lambda i: counts[i - 1] if i > rarest else counts[i])
        for i in others:
            agrees = self._text[i:].take(begin) == units[i]
            if not agrees.all():
                begin = begin.compress(agrees)
        return begin.astype(np.uint32)

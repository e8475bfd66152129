"""Units of search: the articles, sections or figures of a segment, and the ranges of text of each unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reports.search.contract.kinds import HIDDEN_KINDS, SCOPE_KINDS, Kinds
from reports.search.engines.whoosh.directory.arrays import (
    Array,
    ArrayFilesWriter,
    Int32s,
    Int64s,
    Integers,
    Mask,
    UInt32s,
)
from reports.search.request import Scope

# A binary search in a sorted list costs as much as reading this number of its members.
_SEARCH_COST = 8
_COARSE_BITS = 6  # the coarse table has an entry for each 2 ** 6 UTF-16 units of text


class UnitTable(NamedTuple):
    """Per unit: its document, and the permanent number of the section or figure (-1 for articles)."""

    document: UInt32s
    number: Int32s


def default_kinds(scope: str, present: Kinds) -> Kinds:
    """The kinds of block of a search without a field; never hidden kinds. ``present``: kinds of the
    segment."""
    kinds = SCOPE_KINDS[Scope(scope)]
    return present - HIDDEN_KINDS if kinds is None else kinds


def write_units(writer: ArrayFilesWriter, tables: Mapping[str, Array], kinds: Mapping[str, int]) -> None:
    """Write ``<scope>_document``, ``<scope>_number`` and ``<scope>_of_block`` (-1: no unit) of sections and
    figures."""
    document, kind = tables["block_document"], tables["block_kind"]
    for scope, number in ((Scope.SECTION, tables["block_section"]), (Scope.FIGURE, tables["block_figure"])):
        numbered = np.flatnonzero(number >= 1)
        key = (document[numbered].astype(np.int64) << 32) | number[numbered]
        codes = [kinds[name] for name in default_kinds(scope, frozenset()) if name in kinds]
        units = np.unique(key[np.isin(kind[numbered], codes)])
        unit = np.searchsorted(units, key)
        exists = unit < len(units)
        exists[exists] = units[unit[exists]] == key[exists]
        of_block = np.full(len(document), -1, np.int32)
        of_block[numbered[exists]] = unit[exists]
        writer.save(f"{scope}_document", "<u4", units >> 32)
        writer.save(f"{scope}_number", "<i4", units & 0xFFFFFFFF)
        writer.save(f"{scope}_of_block", "<i4", of_block)


class UnitOccurrences(NamedTuple):
    """Where a string occurs, by unit: ``positions[low[i]:high[i]]``, at least one, are in unit ``unit[i]``.

    A unit of several ranges may come several times. ``is_complete``: no unit is left out.
    """

    positions: UInt32s
    low: Integers
    high: Integers
    unit: Integers
    is_complete: bool = True

    def mask(self, unit_count: int) -> Mask:
        """Which units contain the string."""
        mask = np.zeros(unit_count, bool)
        mask[self.unit] = True
        return mask

    def counts(self, unit_count: int) -> Int64s:
        """The number of occurrences in each unit."""
        return np.bincount(self.unit, self.high - self.low, unit_count).astype(np.int64)

    def within(self, among: Mask) -> UnitOccurrences:
        """The occurrences in some units only."""
        inside = np.flatnonzero(among[self.unit])
        return UnitOccurrences(self.positions, self.low[inside], self.high[inside], self.unit[inside], False)


class UnitRanges:
    """Ranges of text, ascending, not overlapping, each of one unit. ``unit`` None: range i is unit i.

    There are two ways to find the units of occurrences: few positions search for their range; many positions
    are counted between the bounds of every range. With ``text_length``, a coarse table gives the range at
    every 64th position, and positions look there: worth its memory for the ranges that are used most.
    """

    def __init__(
        self, starts: UInt32s, ends: UInt32s, unit: Int32s | None, unit_count: int, text_length: int = 0
    ) -> None:
        self.starts = starts
        self.ends = ends
        self.unit = unit
        self.unit_count = unit_count
        self._bounds: UInt32s | None = None
        """The bounds of all ranges where there is no gap between them."""
        if len(starts) and bool((starts[1:] == ends[:-1]).all()):
            self._bounds = np.append(starts, ends[-1:])
        self._coarse: Int32s | None = None
        if text_length and self._bounds is not None and starts[0] == 0:
            every = np.arange(0, text_length + (1 << _COARSE_BITS), 1 << _COARSE_BITS, dtype=np.uint32)
            self._coarse = (starts.searchsorted(every, side="right") - 1).astype(np.int32)

    def occurrences(self, positions: UInt32s, among: Integers | None = None) -> UnitOccurrences:
        """The sorted positions by unit, without those outside of every range. If ``among`` names few units
        (ascending), other units may be left out."""
        if not len(positions) or not len(self.starts):
            nothing = np.zeros(0, np.int64)
            return UnitOccurrences(positions[:0], nothing, nothing, nothing)
        if among is not None and self.unit is None and len(among) * _SEARCH_COST < len(positions):
            low = positions.searchsorted(self.starts[among])
            high = positions.searchsorted(self.ends[among])
            found = np.flatnonzero(high > low)
            return UnitOccurrences(positions, low[found], high[found], among[found], False)
        few = len(self.starts) * _SEARCH_COST if self._coarse is not None else len(self.starts)
        if len(positions) < few:
            owner, inside = self._ranges_of(positions)
            positions = positions if len(inside) == len(positions) else positions[inside]
            changes = np.flatnonzero(owner[1:] != owner[:-1]) + 1
            low = np.concatenate((np.zeros(min(1, len(owner)), np.int64), changes))
            high = np.append(low, len(owner))[1:]
            owner = owner[low]
        else:
            low, high = self._slices(positions)
            owner = np.flatnonzero(high > low)
            low, high = low[owner], high[owner]
        return UnitOccurrences(positions, low, high, owner if self.unit is None else self.unit[owner])

    def inside(self, positions: UInt32s) -> tuple[UInt32s, Integers]:
        """The sorted positions that are in a range, and the number of the range of each."""
        if not len(positions) or not len(self.starts):
            return positions[:0], np.zeros(0, np.intp)
        if len(positions) < len(self.starts):
            owner, inside = self._ranges_of(positions)
            return positions[inside], owner
        low, high = self._slices(positions)
        return positions[expand_ranges(low, high)], np.repeat(np.arange(len(low)), high - low)

    def _ranges_of(self, positions: UInt32s) -> tuple[Integers, npt.NDArray[np.intp]]:
        """The range of every position that is in one, and the indexes of these positions."""
        if self._coarse is None or self._bounds is None:
            owner = self.starts.searchsorted(positions, side="right") - 1
            inside = np.flatnonzero((owner >= 0) & (positions < self.ends[owner]))
            return owner[inside], inside
        # No gaps: only positions after the last range are outside.
        inside = np.arange(int(positions.searchsorted(self._bounds[-1])))
        positions = positions[: len(inside)]
        coarse = self._coarse.take(positions >> np.uint32(_COARSE_BITS))
        after = np.flatnonzero(positions >= self.ends.take(coarse))
        while len(after):
            coarse[after] += 1
            after = after[positions[after] >= self.ends.take(coarse[after])]
        return coarse, inside

    def _slices(self, positions: UInt32s) -> tuple[Int64s, Int64s]:
        """Per range, the slice of ``positions`` that is in it."""
        if self._bounds is not None:
            bounds = positions.searchsorted(self._bounds)
            return bounds[:-1], bounds[1:]
        return positions.searchsorted(self.starts), positions.searchsorted(self.ends)


def expand_ranges(low: Integers, high: Integers) -> npt.NDArray[np.intp]:
    """Every number from each ``low`` up to its ``high``, one range after another."""
    lengths = high - low
    before = np.cumsum(lengths) - lengths
    return np.repeat(low - before, lengths) + np.arange(int(lengths.sum()))


def ranges_of_blocks(
    blocks: Int64s, unit_of_block: Int32s, block_start: UInt32s, unit_count: int
) -> UnitRanges:
    """The ranges of the given blocks (ascending); neighbouring blocks of one unit become one range."""
    unit = unit_of_block[blocks]
    if not len(blocks):
        return UnitRanges(block_start[:0], block_start[:0], unit, unit_count)
    is_first = np.concatenate(([True], (np.diff(blocks) != 1) | (unit[1:] != unit[:-1])))
    last = np.append(np.flatnonzero(is_first)[1:], len(blocks)) - 1
    starts, ends = block_start[blocks[is_first]], block_start[blocks[last] + 1]
    return UnitRanges(starts, ends, unit[is_first], unit_count)

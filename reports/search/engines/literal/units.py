"""Units of search: the reports, sections or figures of a segment, and which text belongs to each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .files import SegmentWriter
from .prepared import HIDDEN_KINDS

REPORT, SECTION, FIGURE = "report", "section", "figure"
SCOPES = (REPORT, SECTION, FIGURE)
# The kinds a search without a field looks into. The other blocks that bear a section's or figure's
# number belong to the unit too, and are found when their kind is asked for.
SECTION_KINDS = frozenset({"heading", "body"})
FIGURE_KINDS = frozenset({"caption", "credit"})

Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.uint32]
UnitIds = npt.NDArray[np.int64]


class UnitTable(NamedTuple):
    """Per unit: its document, and its section's or figure's permanent number (-1 for reports)."""

    document: npt.NDArray[np.uint32]
    number: npt.NDArray[np.int32]


def default_kinds(scope: str, present: frozenset[str]) -> frozenset[str]:
    """What a search without a field looks into; hidden kinds never."""
    if scope == SECTION:
        return SECTION_KINDS
    if scope == FIGURE:
        return FIGURE_KINDS
    return present - HIDDEN_KINDS


def write_units(
    writer: SegmentWriter, tables: Mapping[str, npt.NDArray[Any]], kinds: Mapping[str, int]
) -> None:
    """Write per scope ``<scope>_document``, ``<scope>_number`` and ``<scope>_of_block`` (-1: none)."""
    document, kind = tables["block_document"], tables["block_kind"]
    section, figure = tables["block_section"], tables["block_figure"]
    for scope, number, members in ((SECTION, section, SECTION_KINDS), (FIGURE, figure, FIGURE_KINDS)):
        numbered = np.flatnonzero(number >= 1)
        key = (document[numbered].astype(np.int64) << 32) | number[numbered]
        founding = np.isin(kind[numbered], [kinds[name] for name in members if name in kinds])
        units = np.unique(key[founding])
        place = np.searchsorted(units, key)
        known = place < len(units)
        known[known] = units[place[known]] == key[known]
        of_block = np.full(len(document), -1, np.int32)
        of_block[numbered[known]] = place[known]
        writer.save(f"{scope}_document", "<u4", units >> 32)
        writer.save(f"{scope}_number", "<i4", units & 0xFFFFFFFF)
        writer.save(f"{scope}_of_block", "<i4", of_block)


class Extents:
    """Stretches of text, ascending and apart, each belonging to one unit.

    Hits are told to units either way round: few hits look for their stretch, many are counted
    between the ends of every stretch.
    """

    def __init__(
        self, starts: Positions, ends: Positions, unit: npt.NDArray[np.int32] | None, units: int
    ) -> None:
        self.starts = starts
        self.ends = ends
        self.unit = unit  # None: stretch i is unit i
        self.units = units
        self._gapless = len(starts) > 0 and bool((starts[1:] == ends[:-1]).all())
        if self._gapless:
            self._bounds = np.append(starts, ends[-1:])

    def mask(self, positions: Positions) -> Mask:
        """Which units hold any of the sorted positions."""
        mask = np.zeros(self.units, bool)
        if not len(positions) or not len(self.starts):
            return mask
        if len(positions) < len(self.starts):
            found = self._places(positions)[0]
        else:
            low, high = self._between(positions)
            found = np.flatnonzero(high > low)
        mask[found if self.unit is None else self.unit[found]] = True
        return mask

    def inside(self, positions: Positions) -> tuple[Positions, npt.NDArray[np.intp]]:
        """The sorted positions that lie in a stretch, and the number of the stretch of each."""
        if not len(positions) or not len(self.starts):
            return positions[:0], np.zeros(0, np.intp)
        if len(positions) < len(self.starts):
            places, kept = self._places(positions)
            return positions[kept], places
        low, high = self._between(positions)
        return positions[ranges(low, high)], np.repeat(np.arange(len(low)), high - low)

    def counts(self, positions: Positions, marked: Mask) -> tuple[UnitIds, UnitIds, UnitIds]:
        """Units that hold any of the sorted positions, how many, and how many of them ``marked``."""
        if not len(positions) or not len(self.starts):
            nothing = np.zeros(0, np.int64)
            return nothing, nothing, nothing
        if len(positions) < len(self.starts):
            found, kept = self._places(positions)
            unit = found if self.unit is None else self.unit[found]
            often = np.bincount(unit, minlength=self.units)
            whole = np.bincount(unit[marked[kept]], minlength=self.units)
        else:
            low, high = self._between(positions)
            sums = np.concatenate(([0], np.cumsum(marked)))
            often, whole = high - low, sums[high] - sums[low]
            if self.unit is not None:
                often = np.bincount(self.unit, often, self.units).astype(np.int64)
                whole = np.bincount(self.unit, whole, self.units).astype(np.int64)
        units = np.flatnonzero(often)
        return units, often[units], whole[units]

    def frequencies(self, positions: Positions) -> tuple[UnitIds, UnitIds]:
        """Units that hold any of the sorted positions, ascending, and how many."""
        if not len(positions) or not len(self.starts):
            nothing = np.zeros(0, np.int64)
            return nothing, nothing
        if len(positions) < len(self.starts):
            found = self._places(positions)[0]
            often = np.bincount(found if self.unit is None else self.unit[found], minlength=self.units)
        else:
            low, high = self._between(positions)
            often = high - low
            if self.unit is not None:
                often = np.bincount(self.unit, often, self.units).astype(np.int64)
        units = np.flatnonzero(often)
        return units, often[units]

    def _places(self, positions: Positions) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any]]:
        """Stretch of every position that lies in one, and which positions those are."""
        place = self.starts.searchsorted(positions, side="right") - 1
        kept = np.flatnonzero((place >= 0) & (positions < self.ends[place]))
        return place[kept], kept

    def _between(self, positions: Positions) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        if self._gapless:
            bounds = positions.searchsorted(self._bounds)
            return bounds[:-1], bounds[1:]
        return positions.searchsorted(self.starts), positions.searchsorted(self.ends)


def ranges(low: npt.NDArray[np.intp], high: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Every number from each ``low`` up to its ``high``, one range after another."""
    lengths = high - low
    before = np.cumsum(lengths) - lengths
    return np.repeat(low - before, lengths) + np.arange(int(lengths.sum()))


def extents_of_blocks(
    blocks: npt.NDArray[np.int64],
    unit_of_block: npt.NDArray[np.int32],
    block_start: Positions,
    units: int,
) -> Extents:
    """Stretches of the given blocks (ascending); neighbours of one unit become one stretch."""
    unit = unit_of_block[blocks]
    if not len(blocks):
        return Extents(block_start[:0], block_start[:0], unit, units)
    new = np.concatenate(([True], (np.diff(blocks) != 1) | (unit[1:] != unit[:-1])))
    last = np.append(np.flatnonzero(new)[1:], len(blocks)) - 1
    return Extents(block_start[blocks[new]], block_start[blocks[last] + 1], unit[new], units)

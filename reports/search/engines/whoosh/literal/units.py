"""Units of search: the articles, sections or figures of a segment, and which text belongs to each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from reports.search.contract.kinds import HIDDEN_KINDS, SCOPE_KINDS, Kinds
from reports.search.engines.whoosh.directory.arrays import SegmentWriter
from reports.search.request import Scope

ARTICLE, SECTION, FIGURE = "article", "section", "figure"
SCOPES = (ARTICLE, SECTION, FIGURE)

Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.uint32]
UnitIds = npt.NDArray[np.int64 | np.int32]

# To search a sorted list for a place costs so many times what reading one place of it does.
_LOOKED_UP = 8
_COARSE = 6  # the table of stretches has a place for each 2 ** 6 units of text


class UnitTable(NamedTuple):
    """Per unit: its document, and its section's or figure's permanent number (-1 for articles)."""

    document: npt.NDArray[np.uint32]
    number: npt.NDArray[np.int32]


def default_kinds(scope: str, present: Kinds) -> Kinds:
    """What a search without a field looks into; hidden kinds never."""
    kinds = SCOPE_KINDS[Scope(scope)]
    return present - HIDDEN_KINDS if kinds is None else kinds


def write_units(
    writer: SegmentWriter, tables: Mapping[str, npt.NDArray[Any]], kinds: Mapping[str, int]
) -> None:
    """Write ``<scope>_document``, ``<scope>_number`` and ``<scope>_of_block`` (-1: none) of both scopes
    below articles."""
    document, kind = tables["block_document"], tables["block_kind"]
    section, figure = tables["block_section"], tables["block_figure"]
    for scope, number in ((SECTION, section), (FIGURE, figure)):
        numbered = np.flatnonzero(number >= 1)
        key = (document[numbered].astype(np.int64) << 32) | number[numbered]
        founding = np.isin(
            kind[numbered], [kinds[name] for name in default_kinds(scope, frozenset()) if name in kinds]
        )
        units = np.unique(key[founding])
        place = np.searchsorted(units, key)
        known = place < len(units)
        known[known] = units[place[known]] == key[known]
        of_block = np.full(len(document), -1, np.int32)
        of_block[numbered[known]] = place[known]
        writer.save(f"{scope}_document", "<u4", units >> 32)
        writer.save(f"{scope}_number", "<i4", units & 0xFFFFFFFF)
        writer.save(f"{scope}_of_block", "<i4", of_block)


class Standing(NamedTuple):
    """Where a string stands: ``positions[low[i]:high[i]]`` are its places in unit ``unit[i]``, never none.

    A unit of several stretches may come several times. ``complete``: no unit is left out.
    """

    positions: Positions
    low: UnitIds
    high: UnitIds
    unit: UnitIds
    complete: bool = True

    def mask(self, units: int) -> Mask:
        """Which of so many units hold the string."""
        mask = np.zeros(units, bool)
        mask[self.unit] = True
        return mask

    def often(self, units: int) -> UnitIds:
        """How often each of so many units holds it."""
        return np.bincount(self.unit, self.high - self.low, units).astype(np.int64)

    def within(self, among: Mask) -> Standing:
        """The same in some units only."""
        kept = np.flatnonzero(among[self.unit])
        return Standing(self.positions, self.low[kept], self.high[kept], self.unit[kept], False)


class Extents:
    """Stretches of text, ascending and apart, each belonging to one unit.

    Hits are told to units either way round: few hits look for their stretch, many are counted
    between the ends of every stretch. With ``reach``, the length of the text, a table says which stretch
    every 64th place lies in, and hits look there: worth its memory for the stretches asked for most.
    """

    def __init__(
        self,
        starts: Positions,
        ends: Positions,
        unit: npt.NDArray[np.int32] | None,
        units: int,
        reach: int = 0,
    ) -> None:
        self.starts = starts
        self.ends = ends
        self.unit = unit  # None: stretch i is unit i
        self.units = units
        self._gapless = len(starts) > 0 and bool((starts[1:] == ends[:-1]).all())
        if self._gapless:
            self._bounds = np.append(starts, ends[-1:])
        self._coarse = self._coarse_table(reach) if reach and self._gapless and starts[0] == 0 else None

    def _coarse_table(self, reach: int) -> npt.NDArray[np.int32]:
        every = np.arange(0, reach + (1 << _COARSE), 1 << _COARSE, dtype=np.uint32)
        return (self.starts.searchsorted(every, side="right") - 1).astype(np.int32)

    def standing(self, positions: Positions, among: UnitIds | None = None) -> Standing:
        """The sorted positions by unit; those outside every stretch are left out, and so are, where
        ``among`` names few units (ascending), those of other units."""
        if not len(positions) or not len(self.starts):
            nothing = np.zeros(0, np.int64)
            return Standing(positions[:0], nothing, nothing, nothing)
        if among is not None and self.unit is None and len(among) * _LOOKED_UP < len(positions):
            low = positions.searchsorted(self.starts[among])
            high = positions.searchsorted(self.ends[among])
            found = np.flatnonzero(high > low)
            return Standing(positions, low[found], high[found], among[found], False)
        few = len(self.starts) * _LOOKED_UP if self._coarse is not None else len(self.starts)
        if len(positions) < few:
            stretch, kept = self._places(positions)
            positions = positions if len(kept) == len(positions) else positions[kept]
            turns = np.flatnonzero(stretch[1:] != stretch[:-1]) + 1
            low = np.concatenate((np.zeros(min(1, len(stretch)), np.int64), turns))
            high = np.append(low, len(stretch))[1:]
            stretch = stretch[low]
        else:
            low, high = self._between(positions)
            stretch = np.flatnonzero(high > low)
            low, high = low[stretch], high[stretch]
        return Standing(positions, low, high, stretch if self.unit is None else self.unit[stretch])

    def inside(self, positions: Positions) -> tuple[Positions, UnitIds]:
        """The sorted positions that lie in a stretch, and the number of the stretch of each."""
        if not len(positions) or not len(self.starts):
            return positions[:0], np.zeros(0, np.intp)
        if len(positions) < len(self.starts):
            places, kept = self._places(positions)
            return positions[kept], places
        low, high = self._between(positions)
        return positions[ranges(low, high)], np.repeat(np.arange(len(low)), high - low)

    def _places(self, positions: Positions) -> tuple[UnitIds, npt.NDArray[Any]]:
        """Stretch of every position that lies in one, and which positions those are."""
        if self._coarse is None:
            place = self.starts.searchsorted(positions, side="right") - 1
            kept = np.flatnonzero((place >= 0) & (positions < self.ends[place]))
            return place[kept], kept
        # Gapless: only what lies behind the last stretch is outside.
        kept = np.arange(int(positions.searchsorted(self._bounds[-1])))
        positions = positions[: len(kept)]
        stretch = self._coarse.take(positions >> np.uint32(_COARSE))
        behind = np.flatnonzero(positions >= self.ends.take(stretch))
        while len(behind):
            stretch[behind] += 1
            behind = behind[positions[behind] >= self.ends.take(stretch[behind])]
        return stretch, kept

    def _between(self, positions: Positions) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        if self._gapless:
            bounds = positions.searchsorted(self._bounds)
            return bounds[:-1], bounds[1:]
        return positions.searchsorted(self.starts), positions.searchsorted(self.ends)


def ranges(low: UnitIds, high: UnitIds) -> npt.NDArray[np.intp]:
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

"""A literal segment opened for queries. Immutable, so safe for threads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import log2
from pathlib import Path
from typing import Self

import numpy as np

from reports.search.contract.kinds import Kinds
from reports.search.contract.passages import MatchedBlock
from reports.search.engines.whoosh.directory.arrays import (
    Array,
    ArrayFiles,
    Int32s,
    Int64s,
    Integers,
    Mask,
    UInt32s,
)
from reports.search.request import Scope

from .blocks import Blocks
from .lookup import BigramIndex, code_units
from .passages import best_first
from .prepared import utf16_length
from .proximity import Occurrences, blocks_with_chain, distinct
from .units import UnitOccurrences, UnitRanges, UnitTable, default_kinds, expand_ranges, ranges_of_blocks

_MAX_RANGES_CACHED = 16  # one per scope and field in use


class LiteralSegment:
    """Takes normalised texts. ``kinds`` None: the kinds of a search without a field, that is every visible
    block; in scope section headings and bodies, in scope figure captions and credits. An unsearchable text
    (empty, or not well-formed Unicode) does not occur.

    Positions are offsets in the segment's normalised text, in UTF-16 units: a 0 follows every block; visible
    blocks come first, in order of document, then the hidden ones (initiative, district).
    """

    def __init__(self, files: ArrayFiles) -> None:
        self.files = files
        self.documents: int = files.facts["documents"]
        self.blocks = Blocks(files)
        self.index = BigramIndex(files)
        self._document_first_block: UInt32s = files["document_first_block"]
        self._ranges: dict[tuple[str, Kinds | None], UnitRanges] = {}
        self._unit_blocks: dict[str, tuple[Array, Array]] = {}

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Raises IndexDamaged if a file is missing or has not the size it was written with."""
        return cls(ArrayFiles(folder))

    @property
    def length(self) -> int:
        """UTF-16 units of text."""
        return int(self.blocks.start[-1])

    # Units

    def unit_table(self, scope: str) -> UnitTable:
        """The units of a scope, by document and number."""
        if scope == Scope.ARTICLE:
            documents = np.arange(self.documents, dtype=np.uint32)
            return UnitTable(documents, np.full(self.documents, -1, np.int32))
        return UnitTable(self.files[f"{scope}_document"], self.files[f"{scope}_number"])

    def unit_count(self, scope: str) -> int:
        return self.documents if scope == Scope.ARTICLE else len(self.files[f"{scope}_document"])

    def unit_of_block(self, scope: str) -> Int32s:
        """The unit of every block; -1 if it belongs to no unit of the scope."""
        if scope == Scope.ARTICLE:
            return self.blocks.document.view(np.int32)
        return self.files[f"{scope}_of_block"]

    def blocks_of(self, unit: int, scope: str) -> Sequence[int]:
        """The visible blocks of a unit, in reading order."""
        if scope == Scope.ARTICLE:
            return range(int(self._document_first_block[unit]), int(self._document_first_block[unit + 1]))
        starts, blocks = self._blocks_by_unit(scope)
        return blocks[starts[unit] : starts[unit + 1]].tolist()  # type: ignore[no-any-return]

    # Containment

    def positions(self, text: str, kinds: Kinds | None = None) -> UInt32s:
        """Where ``text`` begins, ascending, including overlapping occurrences."""
        return self._ranges_of(Scope.ARTICLE, kinds).inside(self.index.find(text))[0]

    def contains(self, text: str, scope: str, kinds: Kinds | None = None) -> Mask:
        """Which units have a block that contains ``text``."""
        units = code_units(text)
        if scope == Scope.ARTICLE and kinds is None and units is not None and len(units) == 1:
            mask = np.zeros(self.documents, bool)
            mask[self.index.documents_with_character(text)] = True
            return mask
        return self.occurrences(text, scope, kinds).mask(self.unit_count(scope))

    def occurrences(
        self, text: str, scope: str, kinds: Kinds | None = None, among: Integers | None = None
    ) -> UnitOccurrences:
        """Where ``text`` begins, by unit, including overlapping occurrences. With ``among`` (ascending),
        other units may be left out: the fewer units, the faster."""
        return self._ranges_of(scope, kinds).occurrences(self.index.find(text), among)

    def term_frequencies(self, text: str, scope: str, kinds: Kinds | None = None) -> tuple[Integers, Int64s]:
        """The units that contain ``text``, ascending, and the number of occurrences in each."""
        counts = self.occurrences(text, scope, kinds).counts(self.unit_count(scope))
        units = np.flatnonzero(counts)
        return units, counts[units]

    def has_whole(self, occurrences: UnitOccurrences, length: int, scope: str) -> Mask:
        """Which units have the string of ``length`` UTF-16 units as one or several whole words."""
        positions, low, high, unit = occurrences[:4]
        mask = np.zeros(self.unit_count(scope), bool)
        # Mostly the first occurrence is a whole word: the others are examined only if it is not.
        first = self.blocks.is_whole(positions[low], length)
        mask[unit[first]] = True
        undecided = np.flatnonzero(~first & (high - low > 1))
        low, high, unit = low[undecided] + 1, high[undecided], unit[undecided]
        if 2 * int((high - low).sum()) > len(positions):
            whole_before = np.concatenate(([0], np.cumsum(self.blocks.is_whole(positions, length))))
            mask[unit[whole_before[high] > whole_before[low]]] = True
        elif len(undecided):
            whole = self.blocks.is_whole(positions[expand_ranges(low, high)], length)
            mask[np.repeat(unit, high - low)[whole]] = True
        return mask

    def occurrences_in(self, text: str, documents: Integers) -> Occurrences:
        """Where ``text`` occurs in the visible text of ``documents`` (ascending): offsets in UTF-16 units,
        and for each the index of its document in ``documents``. The fewer documents, the faster."""
        bounds = self.files["document_start"]
        ranges = UnitRanges(bounds[documents], bounds[documents + 1], None, len(documents))
        positions, owner = self.index.find_inside(text, ranges)
        return Occurrences(utf16_length(text), positions.astype(np.int64), owner)

    def near(self, texts: Sequence[str], distance: int, scope: str, kinds: Kinds | None = None) -> Mask:
        """Which units have a block with all ``texts``, in any order, without overlap, at most ``distance``
        characters between neighbours."""
        ranges = self._ranges_of(scope, kinds)
        strings: list[Occurrences] = []
        # The rarest first: the others are searched only in its blocks.
        for text in sorted(texts, key=self.index.max_occurrences):
            blocks = distinct(strings[-1].owner) if strings else None
            strings.append(self._occurrences_by_block(text, ranges, blocks))
        blocks = blocks_with_chain(strings, max(0, distance))
        return ranges.occurrences(self.blocks.start[blocks]).mask(ranges.unit_count)

    def matched_blocks(
        self,
        units: Sequence[int],
        texts: Sequence[str],
        scope: str,
        kinds: Kinds | None = None,
        whole: Collection[str] = frozenset(),
    ) -> list[list[MatchedBlock]]:
        """Per unit, its blocks that contain any of ``texts``, best first.

        Texts that are rare in the segment weigh more. Texts in ``whole`` count only as whole words.
        """
        texts = [text for text in dict.fromkeys(texts) if code_units(text) is not None]
        weights = [1 / (1 + log2(1 + self.index.max_occurrences(text))) for text in texts]
        kinds = self._kinds_of(scope, kinds)
        matched = []
        for unit in units:
            candidates = self.blocks.candidates(self.blocks_of(int(unit), scope), texts, kinds, whole)
            matched.append(
                [
                    MatchedBlock(
                        candidate.block,
                        *self.blocks.owner_of(candidate.block),
                        frozenset(texts[number] for number in candidate.texts),
                    )
                    for candidate in best_first(candidates, weights)
                ]
            )
        return matched

    # Private

    def _kinds_of(self, scope: str, kinds: Kinds | None) -> Kinds:
        return default_kinds(scope, frozenset(self.blocks.kinds)) if kinds is None else kinds

    def _ranges_of(self, scope: str, kinds: Kinds | None) -> UnitRanges:
        key = (str(scope), kinds)
        ranges = self._ranges.get(key)
        if ranges is None:
            if len(self._ranges) >= _MAX_RANGES_CACHED:
                self._ranges.clear()
            ranges = self._ranges[key] = self._make_ranges(scope, kinds)
        return ranges

    def _make_ranges(self, scope: str, kinds: Kinds | None) -> UnitRanges:
        if scope == Scope.ARTICLE and kinds is None:
            bounds = self.files["document_start"]
            return UnitRanges(bounds[:-1], bounds[1:], None, self.documents, self.files.facts["hidden_from"])
        unit_of_block = self.unit_of_block(scope)
        has_kind = np.isin(self.blocks.kind, self.blocks.codes(self._kinds_of(scope, kinds)))
        blocks = np.flatnonzero(has_kind & (unit_of_block >= 0))
        return ranges_of_blocks(blocks, unit_of_block, self.blocks.start, self.unit_count(scope))

    def _occurrences_by_block(self, text: str, ranges: UnitRanges, blocks: Integers | None) -> Occurrences:
        """With ``blocks``, only the occurrences in these."""
        block_start = self.blocks.start
        if blocks is None:
            positions = ranges.inside(self.index.find(text))[0]
            block: Integers = block_start.searchsorted(positions, side="right") - 1
        else:
            within = UnitRanges(block_start[blocks], block_start[blocks + 1], None, len(blocks))
            positions, index = self.index.find_inside(text, within)
            block = blocks[index]
        # Distances are in characters: a surrogate pair is one.
        start = positions.astype(np.int64) - self.files["astral"].searchsorted(positions)
        return Occurrences(len(text), start, block)

    def _blocks_by_unit(self, scope: str) -> tuple[Array, Array]:
        if scope not in self._unit_blocks:
            unit_of_block = self.unit_of_block(scope)
            visible = self._document_first_block[-1]
            blocks = np.flatnonzero(unit_of_block[:visible] >= 0)
            blocks = blocks[np.argsort(unit_of_block[blocks], kind="stable")]
            starts = np.searchsorted(unit_of_block[blocks], np.arange(self.unit_count(scope) + 1))
            self._unit_blocks[scope] = starts, blocks
        return self._unit_blocks[scope]

"""A literal segment opened for questions. Nothing in it changes, so any number of threads may ask."""

from __future__ import annotations

from collections.abc import Container, Sequence
from math import log2
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from reports.language.normalise import printed_range
from reports.language.offsets import merge_ranges
from reports.search.contract.kinds import Kinds
from reports.search.contract.passages import MatchedBlock
from reports.search.contract.values import Passage
from reports.search.engines.whoosh.directory.arrays import Array, SegmentFiles
from reports.search.engines.whoosh.literal.lookup import BigramIndex, units_of
from reports.search.engines.whoosh.literal.near import Occurrences, blocks_with_chain, distinct
from reports.search.engines.whoosh.literal.passages import Candidate, best_first, occurrences
from reports.search.engines.whoosh.literal.prepared import PreparedBlock
from reports.search.engines.whoosh.literal.texts import StoredTexts
from reports.search.engines.whoosh.literal.units import (
    ARTICLE,
    Extents,
    Mask,
    Positions,
    Standing,
    UnitIds,
    UnitTable,
    default_kinds,
    extents_of_blocks,
    ranges,
)

_MOST_EXTENTS = 16  # kept: one per scope and field in use


class LiteralSegment:
    """Asked with normalised texts. ``kinds`` None means what a search without a field looks into:
    every visible block; in scope section headings and bodies, in scope figure captions and credits.
    A text that is empty or no well-formed Unicode stands nowhere.

    Positions are UTF-16 units of the segment's normalised text: a 0 after every block, visible blocks
    in order of document first, hidden ones (initiative, district) behind. Blocks are numbered so too.
    """

    def __init__(self, files: SegmentFiles) -> None:
        facts = files.facts
        self.documents: int = facts["documents"]
        self._hidden_from = np.uint32(facts["hidden_from"])
        self._kinds: list[str] = facts["kinds"]
        self.block_start: Positions = files["block_start"]
        self.block_document: npt.NDArray[np.uint32] = files["block_document"]
        self.block_kind: npt.NDArray[np.uint8] = files["block_kind"]
        self.block_section: npt.NDArray[np.int32] = files["block_section"]
        self.block_figure: npt.NDArray[np.int32] = files["block_figure"]
        self.document_first_block: npt.NDArray[np.uint32] = files["document_first_block"]
        self.document_first_hidden: npt.NDArray[np.uint32] = files["document_first_hidden"]
        self.blocks = len(self.block_document)
        self._files = files
        self._index = BigramIndex(files)
        self._texts = StoredTexts(files)
        self._extents: dict[tuple[str, Kinds | None], Extents] = {}
        self._unit_blocks: dict[str, tuple[Array, Array]] = {}

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Raises LiteralSegmentError if a file is missing or has not the size it was written with."""
        return cls(SegmentFiles(folder))

    def close(self) -> None:
        """Let go of the files. The segment answers no more; a question being answered ends well."""
        self._files.close()
        self.__dict__.clear()

    def read_ahead(self) -> None:
        """Have the files brought into memory, without waiting for it."""
        self._files.read_ahead()

    def drop_caches(self) -> None:
        """Forget what was found lately, as for a measurement."""
        self._index.drop_cache()

    def size(self) -> int:
        """Bytes on disk."""
        return self._files.size()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the codes in ``block_kind``."""
        return tuple(self._kinds)

    @property
    def length(self) -> int:
        """UTF-16 units of text."""
        return int(self.block_start[-1])

    # Units

    def unit_table(self, scope: str) -> UnitTable:
        """The units of a scope, by document and number."""
        if scope == ARTICLE:
            documents = np.arange(self.documents, dtype=np.uint32)
            return UnitTable(documents, np.full(self.documents, -1, np.int32))
        return UnitTable(self._files[f"{scope}_document"], self._files[f"{scope}_number"])

    def unit_of_block(self, scope: str) -> npt.NDArray[np.int32]:
        """Unit of every block, -1 where it is in none of the scope."""
        if scope == ARTICLE:
            return self.block_document.view(np.int32)
        return self._files[f"{scope}_of_block"]

    # Containment

    def positions(self, text: str, kinds: Kinds | None = None) -> Positions:
        """Where ``text`` begins, ascending; occurrences may overlap."""
        return self._extents_of(ARTICLE, kinds).inside(self._index.find(text))[0]

    def contains(self, text: str, scope: str, kinds: Kinds | None = None) -> Mask:
        """Which units have a block that contains ``text``."""
        units = units_of(text)
        if scope == ARTICLE and kinds is None and units is not None and len(units) == 1:
            mask = np.zeros(self.documents, bool)
            mask[self._index.documents_with_letter(text)] = True
            return mask
        extents = self._extents_of(scope, kinds)
        return extents.standing(self._index.find(text)).mask(extents.units)

    def standing(
        self, text: str, scope: str, kinds: Kinds | None = None, among: UnitIds | None = None
    ) -> Standing:
        """Where ``text`` begins, overlaps included, by unit. With ``among``, units in ascending order,
        other units may be left out: the fewer they are, the cheaper it is."""
        return self._extents_of(scope, kinds).standing(self._index.find(text), among)

    def frequencies(self, text: str, scope: str, kinds: Kinds | None = None) -> tuple[UnitIds, UnitIds]:
        """Units that contain ``text``, ascending, and how often."""
        extents = self._extents_of(scope, kinds)
        often = extents.standing(self._index.find(text)).often(extents.units)
        units = np.flatnonzero(often)
        return units, often[units]

    def has_whole(self, standing: Standing, length: int, scope: str) -> Mask:
        """Which units have the string of ``length`` UTF-16 units somewhere as a whole word, or words."""
        positions, low, high, unit = standing[:4]
        mask = np.zeros(len(self.unit_table(scope).document), bool)
        # Mostly the first place says it: only where it does not are the others looked at.
        first = self.is_whole(positions[low], length)
        mask[unit[first]] = True
        left = np.flatnonzero(~first & (high - low > 1))
        low, high, unit = low[left] + 1, high[left], unit[left]
        if 2 * int((high - low).sum()) > len(positions):
            so_far = np.concatenate(([0], np.cumsum(self.is_whole(positions, length))))
            mask[unit[so_far[high] > so_far[low]]] = True
        elif len(left):
            others = self.is_whole(positions[ranges(low, high)], length)
            mask[np.repeat(unit, high - low)[others]] = True
        return mask

    def places_in(self, text: str, documents: UnitIds) -> tuple[Positions, UnitIds]:
        """Where ``text`` begins in the visible text of some documents (ascending numbers), and the place
        of each one's document among them. The cheaper the fewer documents are asked for."""
        bounds = self._files["document_start"]
        within = Extents(bounds[documents], bounds[documents + 1], None, len(documents))
        return self._index.find_inside(text, within)

    def at_most(self, text: str) -> int:
        """How often ``text`` stands here at most, hidden blocks included, without looking for it."""
        return self._index.at_most(text)

    def is_whole(self, positions: Positions, length: int) -> Mask:
        """Which of the strings of ``length`` units at ``positions`` begin and end where words do."""
        return self._texts.is_whole(positions, length)

    def near(self, texts: Sequence[str], distance: int, scope: str, kinds: Kinds | None = None) -> Mask:
        """Which units have a block with all ``texts``, in any order, none overlapping another, at most
        ``distance`` characters between neighbours."""
        extents = self._extents_of(scope, kinds)
        placed: list[Occurrences] = []
        # The rarest first: the others are looked for in its blocks only.
        for text in sorted(texts, key=self._index.at_most):
            blocks = distinct(placed[-1].block) if placed else None
            placed.append(self._occurrences(text, extents, blocks))
        blocks = blocks_with_chain(placed, max(0, distance))
        return extents.standing(self.block_start[blocks]).mask(extents.units)

    # Passages

    def matched_blocks(
        self,
        units: Sequence[int],
        texts: Sequence[str],
        scope: str,
        kinds: Kinds | None = None,
        whole: Container[str] = frozenset(),
    ) -> list[list[MatchedBlock]]:
        """Per unit, its blocks that contain any of ``texts``, the best first.

        Texts that are rare in the segment weigh more. Those in ``whole`` count only where they occur as
        words.
        """
        asked = [text for text in dict.fromkeys(texts) if units_of(text) is not None]
        weights = [1 / (1 + log2(1 + self._index.at_most(text))) for text in asked]
        codes = self._codes(self._kinds_of(scope, kinds))
        return [
            [
                MatchedBlock(
                    candidate.block,
                    *self._place(candidate.block),
                    frozenset(asked[number] for number in candidate.texts),
                )
                for candidate in best_first(self._candidates(int(unit), asked, scope, codes, whole), weights)
            ]
            for unit in units
        ]

    def passage(self, block: MatchedBlock, whole: Container[str] = frozenset()) -> Passage:
        """A block as printed, with marks where its strings occur; those in ``whole`` as words only."""
        normalised = self._texts.normalised(block.number)
        steps = self._texts.steps(block.number)
        ranges = [
            place
            for text in block.strings
            for place in (
                self._whole_places(block.number, text, normalised)
                if text in whole
                else occurrences(text, normalised)
            )
        ]
        marks = merge_ranges(printed_range(steps, start, end) for start, end in ranges)
        return Passage(block.kind, block.section, block.figure, self._texts.printed(block.number), marks)

    def unmarked_passage(self, block: int) -> Passage:
        return Passage(*self._place(block), self._texts.printed(block))

    def blocks_of(self, unit: int, scope: str) -> Sequence[int]:
        """Visible blocks of a unit in reading order."""
        if scope == ARTICLE:
            return range(int(self.document_first_block[unit]), int(self.document_first_block[unit + 1]))
        starts, blocks = self._blocks_by_unit(scope)
        return blocks[starts[unit] : starts[unit + 1]].tolist()  # type: ignore[no-any-return]

    def prepared(self, document: int) -> list[PreparedBlock]:
        """All blocks of a document, hidden ones last, ready for ``build``: to merge segments without
        normalising or segmenting again."""
        hidden = range(
            int(self.document_first_hidden[document]), int(self.document_first_hidden[document + 1])
        )
        blocks = [*self.blocks_of(document, ARTICLE), *hidden]
        return [self._texts.prepared(block, *self._place(block)) for block in blocks]

    # Within

    def _kinds_of(self, scope: str, kinds: Kinds | None) -> Kinds:
        return default_kinds(scope, frozenset(self._kinds)) if kinds is None else kinds

    def _codes(self, kinds: Kinds) -> list[int]:
        return [code for code, name in enumerate(self._kinds) if name in kinds]

    def _place(self, block: int) -> tuple[str, int, int]:
        kind = self._kinds[int(self.block_kind[block])]
        return kind, int(self.block_section[block]), int(self.block_figure[block])

    def _extents_of(self, scope: str, kinds: Kinds | None) -> Extents:
        key = (str(scope), kinds)
        extents = self._extents.get(key)
        if extents is None:
            extents = self._make_extents(scope, kinds)
            if len(self._extents) >= _MOST_EXTENTS:
                self._extents.clear()
            self._extents[key] = extents
        return extents

    def _make_extents(self, scope: str, kinds: Kinds | None) -> Extents:
        if scope == ARTICLE and kinds is None:
            bounds = self._files["document_start"]
            return Extents(bounds[:-1], bounds[1:], None, self.documents, reach=int(self._hidden_from))
        unit_of_block = self.unit_of_block(scope)
        wanted = np.isin(self.block_kind, self._codes(self._kinds_of(scope, kinds)))
        blocks = np.flatnonzero(wanted & (unit_of_block >= 0))
        return extents_of_blocks(
            blocks, unit_of_block, self.block_start, len(self.unit_table(scope).document)
        )

    def _occurrences(self, text: str, extents: Extents, blocks: Array | None) -> Occurrences:
        if blocks is None:
            positions = extents.inside(self._index.find(text))[0]
            block = self.block_start.searchsorted(positions, side="right") - 1
        else:
            within = Extents(self.block_start[blocks], self.block_start[blocks + 1], None, len(blocks))
            positions, place = self._index.find_inside(text, within)
            block = blocks[place]
        # Distances are told in characters: a pair of surrogates is one.
        start = positions.astype(np.int64) - self._files["astral"].searchsorted(positions)
        return Occurrences(len(text), start, block)

    def _blocks_by_unit(self, scope: str) -> tuple[Array, Array]:
        found = self._unit_blocks.get(scope)
        if found is None:
            unit_of_block = self.unit_of_block(scope)
            visible = self.document_first_block[-1]
            blocks = np.flatnonzero(unit_of_block[:visible] >= 0)
            blocks = blocks[np.argsort(unit_of_block[blocks], kind="stable")]
            count = len(self.unit_table(scope).document)
            starts = np.searchsorted(unit_of_block[blocks], np.arange(count + 1))
            found = self._unit_blocks[scope] = starts, blocks
        return found

    def _candidates(
        self, unit: int, texts: Sequence[str], scope: str, codes: Sequence[int], whole: Container[str]
    ) -> list[Candidate]:
        blocks = self.blocks_of(unit, scope)
        if isinstance(blocks, range):
            normalised = self._texts.normalised_run(blocks.start, blocks.stop)
        else:
            normalised = [self._texts.normalised(block) for block in blocks]
        texts_of: dict[int, list[int]] = {}
        for number, asked in enumerate(texts):
            places = [place for place, text in enumerate(normalised) if asked in text]
            if asked in whole:
                places = [
                    place for place in places if self._whole_places(blocks[place], asked, normalised[place])
                ]
            for place in places:
                texts_of.setdefault(place, []).append(number)
        return [
            Candidate(blocks[place], frozenset(texts_of[place]))
            for place in sorted(texts_of)
            if self.block_kind[blocks[place]] in codes
        ]

    def _whole_places(self, block: int, text: str, normalised: str) -> list[tuple[int, int]]:
        """Where ``text`` occurs in a block as a word."""
        ends = set(self._texts.boundaries(block))
        return [place for place in occurrences(text, normalised) if ends.issuperset(place)]

"""The blocks of a segment: what each is, its texts, and its words."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from reports.language.offsets import merged_printed_ranges
from reports.search.contract.errors import IndexDamaged
from reports.search.contract.passages import MatchedBlock
from reports.search.contract.values import Passage
from reports.search.engines.whoosh.directory.arrays import Array, ArrayFiles, Int32s, Mask, UInt32s

from .passages import PassageCandidate
from .prepared import Steps


class Blocks:
    """Blocks are numbered: the visible ones in order of document, then the hidden ones in order of document.

    Raises IndexDamaged if the bytes of a block are not text.
    """

    def __init__(self, files: ArrayFiles) -> None:
        self.kinds: tuple[str, ...] = tuple(files.facts["kinds"])
        """The names of the codes in ``kind``."""
        self.start: UInt32s = files["block_start"]
        self.document: UInt32s = files["block_document"]
        self.kind: npt.NDArray[np.uint8] = files["block_kind"]
        self.section: Int32s = files["block_section"]
        self.figure: Int32s = files["block_figure"]
        self._text = files["text"]
        self._words = files["words"]
        self._printed, self._printed_start = files["printed"], files["printed_start"]
        self._steps, self._steps_start = files["steps"], files["steps_start"]

    def codes(self, kinds: Container[str]) -> list[int]:
        return [code for code, name in enumerate(self.kinds) if name in kinds]

    def kind_of(self, block: int) -> str:
        return self.kinds[int(self.kind[block])]

    def owner_of(self, block: int) -> tuple[str, int, int]:
        """Kind, section and figure."""
        return self.kind_of(block), int(self.section[block]), int(self.figure[block])

    # Texts

    def normalised(self, block: int) -> str:
        return _decode(self._text[int(self.start[block]) : int(self.start[block + 1]) - 1])

    def printed(self, block: int) -> str:
        start, end = int(self._printed_start[block]), int(self._printed_start[block + 1])
        return _decode(self._printed[start:end]) if end > start else self.normalised(block)

    def words(self, block: int) -> list[str]:
        """The normalised text, cut at its word boundaries."""
        text = self.normalised(block)
        return [text[start:end] for start, end in pairwise(self._boundaries(block))]

    def passage(self, block: MatchedBlock, whole: Container[str] = frozenset()) -> Passage:
        """A block as printed, with marks where its strings occur; strings in ``whole`` only as whole
        words."""
        normalised = self.normalised(block.number)
        steps = self._steps_of(block.number)
        ranges = [
            place
            for text in block.strings
            for place in self._ranges(block.number, text, normalised, text in whole)
        ]
        marks = merged_printed_ranges(steps, ranges)
        paragraph = self._paragraph_of(block.number)
        return Passage(block.kind, block.section, block.figure, self.printed(block.number), marks, paragraph)

    def unmarked_passage(self, block: int) -> Passage:
        return Passage(*self.owner_of(block), self.printed(block), paragraph=self._paragraph_of(block))

    def _paragraph_of(self, block: int) -> int:
        """The number of a block among its neighbours of the same document, kind, section and figure."""
        first = block
        while first and self._is_same_run(first - 1, block):
            first -= 1
        return block - first + 1

    def _is_same_run(self, one: int, other: int) -> bool:
        return self.document[one] == self.document[other] and self.owner_of(one) == self.owner_of(other)

    def candidates(
        self, blocks: Sequence[int], texts: Sequence[str], kinds: Container[str], whole: Collection[str]
    ) -> list[PassageCandidate]:
        """Those of ``blocks`` that are of ``kinds`` and contain any of ``texts``; texts in ``whole`` count
        only as whole words."""
        candidates = []
        for block, normalised in zip(blocks, self._normalised_texts(blocks), strict=True):
            numbers = [number for number, text in enumerate(texts) if text in normalised]
            if whole:
                numbers = [
                    number
                    for number in numbers
                    if texts[number] not in whole or any(self._ranges(block, texts[number], normalised, True))
                ]
            if numbers and self.kind_of(block) in kinds:
                candidates.append(PassageCandidate(block, frozenset(numbers)))
        return candidates

    # Words

    def is_whole(self, positions: UInt32s, length: int) -> Mask:
        """Which strings of ``length`` UTF-16 units at ``positions`` begin and end at word boundaries."""
        mask = self._is_boundary(positions)
        whole = np.flatnonzero(mask)
        mask[whole] = self._is_boundary(positions[whole] + np.uint32(length))
        return mask

    def _is_boundary(self, positions: UInt32s) -> Mask:
        bits: npt.NDArray[np.uint8] = self._words.take(positions >> np.uint32(3))
        bits >>= positions.astype(np.uint8) & np.uint8(7)
        bits &= np.uint8(1)
        return bits.view(bool)

    def _boundaries(self, block: int) -> list[int]:
        """The offsets in the normalised text, in code points, where a word begins or ends."""
        start, end = int(self.start[block]), int(self.start[block + 1])
        bits = np.unpackbits(self._words[start >> 3 : (end + 7) >> 3], bitorder="little")
        marks = bits[start & 7 : (start & 7) + end - start]
        units = self._text[start:end]
        # The second half of a surrogate pair begins no character.
        return np.flatnonzero(marks[(units < 0xDC00) | (units > 0xDFFF)]).tolist()

    def _ranges(self, block: int, text: str, normalised: str, is_whole: bool) -> Iterator[tuple[int, int]]:
        """Every range in which ``text`` occurs, including overlapping ones."""
        boundaries = set(self._boundaries(block)) if is_whole else set()
        start = normalised.find(text)
        while start >= 0:
            end = start + len(text)
            if not is_whole or (start in boundaries and end in boundaries):
                yield start, end
            start = normalised.find(text, start + 1)

    def _normalised_texts(self, blocks: Sequence[int]) -> list[str]:
        if not isinstance(blocks, range):
            return [self.normalised(block) for block in blocks]
        # Neighbouring blocks are decoded in one step.
        if not blocks:
            return []
        return _decode(self._text[int(self.start[blocks.start]) : int(self.start[blocks.stop]) - 1]).split(
            "\0"
        )

    def _steps_of(self, block: int) -> Steps:
        start, end = int(self._steps_start[block]), int(self._steps_start[block + 1])
        numbers = iter(self._steps[start:end].tolist())
        return tuple(zip(numbers, numbers, numbers, strict=True))


def _decode(units: Array) -> str:
    try:
        return units.tobytes().decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise IndexDamaged from error

"""The texts themselves: of a block as normalised and as printed, and the words in them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.directory.arrays import Array, SegmentFiles
from reports.search.engines.whoosh.directory.errors import LiteralSegmentError
from reports.search.engines.whoosh.literal.prepared import PreparedBlock, Steps
from reports.search.engines.whoosh.literal.units import Mask, Positions


class StoredTexts:
    """Reads blocks back. Raises LiteralSegmentError where the bytes are no text."""

    def __init__(self, files: SegmentFiles) -> None:
        self._text = files["text"]
        self._words = files["words"]
        self._block_start = files["block_start"]
        self._printed, self._printed_start = files["printed"], files["printed_start"]
        self._steps, self._steps_start = files["steps"], files["steps_start"]

    def normalised(self, block: int) -> str:
        return _decode(self._text[int(self._block_start[block]) : int(self._block_start[block + 1]) - 1])

    def normalised_run(self, first: int, after: int) -> list[str]:
        """The normalised texts of the blocks from ``first`` up to ``after``, read in one go."""
        if first == after:
            return []
        run = _decode(self._text[int(self._block_start[first]) : int(self._block_start[after]) - 1])
        return run.split("\0")

    def printed(self, block: int) -> str:
        start, end = int(self._printed_start[block]), int(self._printed_start[block + 1])
        return _decode(self._printed[start:end]) if end > start else self.normalised(block)

    def steps(self, block: int) -> Steps:
        start, end = int(self._steps_start[block]), int(self._steps_start[block + 1])
        if start == end:
            return ()
        numbers = iter(self._steps[start:end].tolist())
        return tuple(zip(numbers, numbers, numbers, strict=True))

    def boundaries(self, block: int) -> list[int]:
        """Code points of the normalised text where words begin or end."""
        start, end = int(self._block_start[block]), int(self._block_start[block + 1])
        bits = np.unpackbits(self._words[start >> 3 : (end + 7) >> 3], bitorder="little")
        marks = bits[start & 7 : (start & 7) + end - start]
        units = self._text[start:end]
        # The second half of a pair begins no character.
        return np.flatnonzero(marks[(units < 0xDC00) | (units > 0xDFFF)]).tolist()

    def is_whole(self, positions: Positions, length: int) -> Mask:
        """Which of the strings of ``length`` units at ``positions`` begin and end where words do."""
        mask = self._is_boundary(positions)
        whole = np.flatnonzero(mask)
        mask[whole] = self._is_boundary(positions[whole] + np.uint32(length))
        return mask

    def prepared(self, block: int, kind: str, section: int, figure: int) -> PreparedBlock:
        return PreparedBlock(
            kind,
            section,
            figure,
            self.printed(block),
            self.normalised(block),
            self.steps(block),
            self.boundaries(block),
        )

    def _is_boundary(self, positions: Positions) -> Mask:
        bits: npt.NDArray[np.uint8] = self._words.take(positions >> np.uint32(3))
        bits >>= positions.astype(np.uint8) & np.uint8(7)
        bits &= np.uint8(1)
        return bits.view(bool)


def _decode(units: Array) -> str:
    try:
        return units.tobytes().decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise LiteralSegmentError("文字不成 UTF-16") from error

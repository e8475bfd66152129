"""Which documents hold a single character: the lists that one-character queries are answered from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .files import SegmentWriter

LETTERS = 1 << 16  # UTF-16 code units
# A key is a unit and the number of its document within the batch, in 32 bits.
MOST_DOCUMENTS_AT_ONCE = 1 << 16


class LetterLists:
    """Collects (unit, document) pairs batch by batch, then puts them in order of unit and document."""

    def __init__(self) -> None:
        self._batches: list[tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32]]] = []

    def add(self, units: npt.NDArray[np.uint16], lengths: npt.NDArray[np.int64], first: int) -> None:
        """The text of documents ``first`` and following, ``lengths`` units each; 0 parts blocks."""
        local = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
        keys = units.astype(np.uint32)
        keys <<= np.uint32(16)
        keys |= local
        keys = keys[units != 0]
        keys.sort()
        if len(keys):
            keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
        documents = (keys & np.uint32(0xFFFF)) + np.uint32(first)
        self._batches.append(((keys >> np.uint32(16)).astype(np.uint16), documents))

    def write(self, writer: SegmentWriter) -> None:
        counts = np.zeros(LETTERS, np.int64)
        for letters, _ in self._batches:
            counts += np.bincount(letters, minlength=LETTERS)
        ends = np.cumsum(counts)
        free = ends - counts
        found = np.flatnonzero(counts)
        documents = np.empty(int(ends[-1]), np.uint32)
        for letters, numbers in self._batches:
            # Batches come in order of document, each sorted by letter: a letter's pairs of this
            # batch go, in their order, behind those of the batches before.
            here = np.bincount(letters, minlength=LETTERS)
            shift = free - (np.cumsum(here) - here)
            documents[np.arange(len(letters)) + shift[letters]] = numbers
            free += here
        self._batches.clear()
        writer.save("letters", "<u2", found)
        writer.save("letter_starts", "<u4", np.append(ends[found] - counts[found], ends[-1]))
        writer.save("letter_documents", "<u4", documents)

"""Which documents hold a single character: the lists that one-character queries are answered from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.directory.arrays import SegmentWriter

LETTERS = 1 << 16  # UTF-16 code units
_SETTLED_FROM = 1 << 20


class LetterLists:
    """Collects (unit, document) pairs document by document, then puts them in order of unit."""

    def __init__(self) -> None:
        self._waiting: list[npt.NDArray[np.uint16]] = []
        self._numbers: list[int] = []
        self._pairs = 0
        self._batches: list[tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32]]] = []

    def add(self, document: int, text: npt.NDArray[np.uint16]) -> None:
        """``text``: blocks with a 0 after each. Documents come in ascending order."""
        ordered = np.sort(text, kind="stable")  # by radix, for 16 bits
        # The first of each run; that of the zeros, which come first, is left out.
        letters = ordered[np.flatnonzero(ordered[1:] != ordered[:-1]) + 1]
        self._waiting.append(letters)
        self._numbers.append(document)
        self._pairs += len(letters)
        if self._pairs >= _SETTLED_FROM:
            self._settle()

    def _settle(self) -> None:
        if self._waiting:
            letters = np.concatenate(self._waiting)
            documents = np.repeat(np.array(self._numbers, np.uint32), [len(each) for each in self._waiting])
            order = np.argsort(letters, kind="stable")
            self._batches.append((letters[order], documents[order]))
        self._waiting, self._numbers, self._pairs = [], [], 0

    def write(self, writer: SegmentWriter) -> None:
        """Write ``letters``, ``letter_starts`` and ``letter_documents``."""
        self._settle()
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

"""Which documents contain a character: the lists that answer queries of one character."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.directory.arrays import ArrayFilesWriter, UInt32s

_UNIT_VALUES = 1 << 16  # UTF-16 code units
_BATCH_PAIRS = 1 << 20


class CharacterPostings:
    """Collects pairs (UTF-16 unit, document) document by document, and writes them in order of unit."""

    def __init__(self) -> None:
        self._units: list[npt.NDArray[np.uint16]] = []
        self._documents: list[int] = []
        self._pairs = 0
        self._batches: list[tuple[npt.NDArray[np.uint16], UInt32s]] = []

    def add(self, document: int, text: npt.NDArray[np.uint16]) -> None:
        """``text``: blocks with a 0 after each. Documents come in ascending order."""
        ordered = np.sort(text, kind="stable")  # a radix sort, for 16 bits
        # The first unit of each run of equal ones, without the zeros, which come first.
        units = ordered[np.flatnonzero(ordered[1:] != ordered[:-1]) + 1]
        self._units.append(units)
        self._documents.append(document)
        self._pairs += len(units)
        if self._pairs >= _BATCH_PAIRS:
            self._finish_batch()

    def _finish_batch(self) -> None:
        if self._units:
            units = np.concatenate(self._units)
            documents = np.repeat(np.array(self._documents, np.uint32), [len(part) for part in self._units])
            order = np.argsort(units, kind="stable")
            self._batches.append((units[order], documents[order]))
        self._units, self._documents, self._pairs = [], [], 0

    def write(self, writer: ArrayFilesWriter) -> None:
        """Write ``letters``, ``letter_starts`` and ``letter_documents``."""
        self._finish_batch()
        counts = np.zeros(_UNIT_VALUES, np.int64)
        for units, _ in self._batches:
            counts += np.bincount(units, minlength=_UNIT_VALUES)
        ends = np.cumsum(counts)
        next_free = ends - counts
        present = np.flatnonzero(counts)
        documents = np.empty(int(ends[-1]), np.uint32)
        for units, batch_documents in self._batches:
            # Batches are in order of document, and each is sorted by unit: the pairs of a unit in this batch
            # follow, in their order, its pairs of the batches before.
            in_batch = np.bincount(units, minlength=_UNIT_VALUES)
            shift = next_free - (np.cumsum(in_batch) - in_batch)
            documents[np.arange(len(units)) + shift[units]] = batch_documents
            next_free += in_batch
        self._batches.clear()
        writer.save("letters", "<u2", present)
        writer.save("letter_starts", "<u4", np.append(ends[present] - counts[present], ends[-1]))
        writer.save("letter_documents", "<u4", documents)

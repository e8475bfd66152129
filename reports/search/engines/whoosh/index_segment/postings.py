"""Word lists: for each word, its documents and term frequencies, as array files of a Whoosh segment.

Whoosh keeps the same numbers in compressed pickled blocks; unpacking the list of a frequent word takes
milliseconds. Here a list is a slice of a mapped array. The tests compare every list with Whoosh's.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from reports.search.engines.whoosh.directory.arrays import Array, ArrayFiles, ArrayFilesWriter, Int32s

from .schema import WORD_FIELDS

STEM = "words"
_BEGIN = 8  # bytes of a 64-bit number
_MAX_SHORT_FREQUENCY = np.iinfo(np.uint16).max


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """``documents`` ascending, including deleted ones; the term's frequency in each, as any type of
    number."""

    documents: Int32s
    frequencies: Array

    def __len__(self) -> int:
        return len(self.documents)


EMPTY = Postings(np.zeros(0, np.int32), np.zeros(0, np.float64))


class WordListWriter:
    """Collects the lists of a segment while its documents are added, in order of document number."""

    def __init__(self) -> None:
        # Field -> term -> document, frequency, document, frequency ...
        self._lists: dict[str, dict[str, array[int]]] = {field: {} for field in WORD_FIELDS}

    def add(self, document: int, words: Mapping[str, Mapping[str, int]]) -> None:
        """``words``: field -> term -> frequency in ``document``."""
        for field, frequencies in words.items():
            lists = self._lists[field]
            for term, frequency in frequencies.items():
                entries = lists.get(term)
                if entries is None:
                    entries = lists[term] = array("I")
                entries.append(document)
                entries.append(frequency)

    def write(self, folder: Path) -> None:
        with ArrayFilesWriter(folder, STEM) as writer:
            for field, lists in self._lists.items():
                _write_field(writer, field, lists)


def _write_field(writer: ArrayFilesWriter, field: str, lists: dict[str, array[int]]) -> None:
    encoded = sorted((term.encode("utf-8", "surrogatepass"), term) for term in lists)
    joined = array("I")
    for _, term in encoded:
        joined += lists[term]
    pairs = np.frombuffer(joined, np.uint32).reshape(-1, 2)
    is_short = int(pairs[:, 1].max(initial=0)) <= _MAX_SHORT_FREQUENCY
    term_ends = np.cumsum([0, *(len(term) for term, _ in encoded)])
    list_ends = np.cumsum([0, *(len(lists[term]) // 2 for _, term in encoded)])
    writer.save(f"{field}-terms", "<u1", np.frombuffer(b"".join(term for term, _ in encoded), np.uint8))
    writer.save(f"{field}-term_ends", "<u4", term_ends)
    writer.save(f"{field}-documents", "<u4", pairs[:, 0])
    writer.save(f"{field}-frequencies", "<u2" if is_short else "<u4", pairs[:, 1])
    writer.save(f"{field}-list_ends", "<u4", list_ends)


class WordLists:
    """The lists of a segment. Immutable, so safe for threads."""

    def __init__(self, folder: Path) -> None:
        """Raises IndexDamaged if a file is missing or has not the size it was written with."""
        self.files = ArrayFiles(folder, STEM)
        self._fields = {field: _PostingsOfField(self.files, field) for field in WORD_FIELDS}

    def postings(self, field: str, term: str) -> Postings:
        lists = self._fields[field]
        encoded = term.encode("utf-8", "surrogatepass")
        index = lists.index_of(encoded)
        return lists.postings(index) if index < len(lists) and lists.term(index) == encoded else EMPTY

    def terms_with_prefix(self, field: str, prefix: str) -> Iterator[str]:
        lists = self._fields[field]
        encoded = prefix.encode("utf-8", "surrogatepass")
        for index in range(lists.index_of(encoded), len(lists)):
            term = lists.term(index)
            if not term.startswith(encoded):
                return
            yield term.decode("utf-8", "surrogatepass")

    def document_frequencies(self, field: str) -> Iterator[tuple[str, int]]:
        """Every term of the field with its document frequency, including deleted documents."""
        lists = self._fields[field]
        for index, frequency in enumerate(np.diff(lists.list_ends).tolist()):
            yield lists.term(index).decode("utf-8", "surrogatepass"), frequency

    def words_of(self, documents: Collection[int]) -> dict[int, dict[str, Counter[str]]]:
        """Document -> field -> term -> frequency, as added. Reads every list, so only for small segments."""
        words = {document: {field: Counter[str]() for field in WORD_FIELDS} for document in documents}
        for field, lists in self._fields.items():
            for index in range(len(lists)):
                postings = lists.postings(index)
                term = lists.term(index).decode("utf-8", "surrogatepass")
                frequencies = postings.frequencies.tolist()
                for document, frequency in zip(postings.documents.tolist(), frequencies, strict=True):
                    if document in words:
                        words[document][field][term] = frequency
        return words


class _PostingsOfField:
    """Terms in order of their bytes; ``list_ends[i]:list_ends[i + 1]`` are the bounds of the list of term
    i."""

    def __init__(self, files: ArrayFiles, field: str) -> None:
        # A memoryview reads single items faster than an array does.
        self._terms: memoryview = files[f"{field}-terms"].data
        self._term_ends: memoryview = files[f"{field}-term_ends"].data
        self._documents: Int32s = files[f"{field}-documents"].view(np.int32)
        self._frequencies = files[f"{field}-frequencies"]
        self.list_ends = files[f"{field}-list_ends"]

    def __len__(self) -> int:
        return len(self.list_ends) - 1

    def term(self, index: int) -> bytes:
        return bytes(self._terms[self._term_ends[index] : self._term_ends[index + 1]])

    def index_of(self, encoded: bytes) -> int:
        """The index of the first term that is not before ``encoded``."""
        begin = int.from_bytes(encoded[:_BEGIN].ljust(_BEGIN, b"\0"), "big")
        low = bisect_left(self._begins, begin)
        if len(encoded) <= _BEGIN:
            return low
        return bisect_left(
            range(len(self)), encoded, low, bisect_right(self._begins, begin, low), key=self.term
        )

    @cached_property
    def _begins(self) -> memoryview:
        """The first bytes of every term as one number: a search compares numbers and reads hardly a term."""
        ends = np.asarray(self._term_ends).astype(np.int64)
        lengths, terms = np.diff(ends), np.asarray(self._terms)
        begins = np.zeros(len(lengths), np.uint64)
        for offset in range(_BEGIN):
            byte = np.zeros(len(lengths), np.uint64)
            has_byte = lengths > offset
            byte[has_byte] = terms[ends[:-1][has_byte] + offset]
            begins = begins << np.uint64(8) | byte
        return begins.data

    def postings(self, index: int) -> Postings:
        low, high = int(self.list_ends[index]), int(self.list_ends[index + 1])
        return Postings(self._documents[low:high], self._frequencies[low:high])

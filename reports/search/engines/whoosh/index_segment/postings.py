"""Word lists: which documents have a word and how often, as arrays beside a Whoosh segment.

Whoosh keeps the same numbers in compressed pickled blocks; unpacking the list of a frequent word takes
milliseconds. Here a list is a slice of a mapped array. The tests compare every list with Whoosh's.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.index_segment.schema import WORD_FIELDS
from reports.search.engines.whoosh.literal import SegmentFiles, SegmentWriter

STEM = "words"
_LARGEST_SMALL = np.iinfo(np.uint16).max


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """``documents`` ascending; ``weights`` the term's frequency in each, as any kind of number. Deleted
    documents included."""

    documents: npt.NDArray[np.int32]
    weights: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.documents)


EMPTY = Postings(np.zeros(0, np.int32), np.zeros(0, np.float64))


class WordListWriter:
    """Collects the lists of a segment while its documents are added, in the order of their numbers."""

    def __init__(self) -> None:
        # A term's list: document, frequency, document, frequency ...
        self._lists: dict[str, dict[str, array[int]]] = {field: {} for field in WORD_FIELDS}

    def add(self, number: int, words: Mapping[str, Mapping[str, int]]) -> None:
        """``words``: field -> term -> frequency in document ``number``."""
        for field, frequencies in words.items():
            lists = self._lists[field]
            for term, frequency in frequencies.items():
                entries = lists.get(term)
                if entries is None:
                    entries = lists[term] = array("I")
                entries.append(number)
                entries.append(frequency)

    def write(self, folder: Path) -> None:
        with SegmentWriter(folder, STEM) as writer:
            for field, lists in self._lists.items():
                _write_field(writer, field, lists)


def _write_field(writer: SegmentWriter, field: str, lists: dict[str, array[int]]) -> None:
    encoded = sorted((term.encode("utf-8", "surrogatepass"), term) for term in lists)
    joined = array("I")
    for _, term in encoded:
        joined += lists[term]
    pairs = np.frombuffer(joined, np.uint32).reshape(-1, 2)
    small = int(pairs[:, 1].max(initial=0)) <= _LARGEST_SMALL
    term_ends = np.cumsum([0, *(len(term) for term, _ in encoded)])
    list_ends = np.cumsum([0, *(len(lists[term]) // 2 for _, term in encoded)])
    writer.save(f"{field}-terms", "<u1", np.frombuffer(b"".join(term for term, _ in encoded), np.uint8))
    writer.save(f"{field}-term_ends", "<u4", term_ends)
    writer.save(f"{field}-documents", "<u4", pairs[:, 0])
    writer.save(f"{field}-frequencies", "<u2" if small else "<u4", pairs[:, 1])
    writer.save(f"{field}-list_ends", "<u4", list_ends)


class WordLists:
    """The lists of a segment. Nothing in it changes, so any number of threads may ask."""

    def __init__(self, folder: Path) -> None:
        """Raises LiteralSegmentError where a file is missing or has not the size it was written with."""
        self._files = SegmentFiles(folder, STEM)
        self._fields = {field: _Field(self._files, field) for field in WORD_FIELDS}

    def postings(self, field: str, term: str) -> Postings:
        lists = self._fields[field]
        encoded = term.encode("utf-8", "surrogatepass")
        place = lists.place(encoded)
        return lists.postings(place) if place < len(lists) and lists.term(place) == encoded else EMPTY

    def terms_with_prefix(self, field: str, prefix: str) -> Iterator[str]:
        lists = self._fields[field]
        encoded = prefix.encode("utf-8", "surrogatepass")
        for place in range(lists.place(encoded), len(lists)):
            term = lists.term(place)
            if not term.startswith(encoded):
                return
            yield term.decode("utf-8", "surrogatepass")

    def document_frequencies(self, field: str) -> Iterator[tuple[str, int]]:
        """Every term of the field with the number of its documents, deleted ones included."""
        lists = self._fields[field]
        for place, frequency in enumerate(np.diff(lists.list_ends).tolist()):
            yield lists.term(place).decode("utf-8", "surrogatepass"), frequency

    def words_of(self, numbers: Collection[int]) -> dict[int, dict[str, Counter[str]]]:
        """Document -> field -> term -> frequency, as added. Reads every list: for small segments."""
        words: dict[int, dict[str, Counter[str]]] = {
            number: {field: Counter() for field in WORD_FIELDS} for number in numbers
        }
        for field, lists in self._fields.items():
            for place in range(len(lists)):
                postings = lists.postings(place)
                term = lists.term(place).decode("utf-8", "surrogatepass")
                for number, frequency in zip(
                    postings.documents.tolist(), postings.weights.tolist(), strict=True
                ):
                    if number in words:
                        words[number][field][term] = frequency
        return words

    def read_ahead(self) -> None:
        """Have the files brought into memory, without waiting for it."""
        self._files.read_ahead()


class _Field:
    """Terms in order of their bytes; ``list_ends[i]:list_ends[i + 1]`` is the list of term i."""

    def __init__(self, files: SegmentFiles, field: str) -> None:
        # Read one item at a time, which a memoryview does faster than an array.
        self._terms: memoryview = files[f"{field}-terms"].data
        self._term_ends: memoryview = files[f"{field}-term_ends"].data
        self._documents: npt.NDArray[np.int32] = files[f"{field}-documents"].view(np.int32)
        self._frequencies = files[f"{field}-frequencies"]
        self.list_ends = files[f"{field}-list_ends"]

    def __len__(self) -> int:
        return len(self.list_ends) - 1

    def term(self, place: int) -> bytes:
        return bytes(self._terms[self._term_ends[place] : self._term_ends[place + 1]])

    def place(self, encoded: bytes) -> int:
        """Of the first term that is not before ``encoded``."""
        return bisect_left(range(len(self)), encoded, key=self.term)

    def postings(self, place: int) -> Postings:
        low, high = int(self.list_ends[place]), int(self.list_ends[place + 1])
        return Postings(self._documents[low:high], self._frequencies[low:high])

"""Word lists: in which documents each word stands and how often, as flat files beside a segment.

Whoosh keeps these numbers in pickled blocks together with positions, which a search for words never
asks for; unpacking a frequent word's list takes milliseconds. Derived from the segment as the literal
index is, with the same kind of files: a list is a slice of a mapped array.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3TermsReader

from .literal import SegmentFiles, SegmentWriter
from .postings import EMPTY, Postings, every_list
from .schema import WORD_FIELDS

STEM = "words"
_LARGEST_SMALL = np.iinfo(np.uint16).max


def build_word_lists(folder: Path, terms: W3TermsReader) -> None:
    """Write the lists of all word fields of a segment into ``folder``."""
    with SegmentWriter(folder, STEM) as writer:
        collected = {field: _Collected() for field in WORD_FIELDS}
        for field, term, postings in every_list(terms, WORD_FIELDS):
            collected[field].add(term, postings)
        for field, lists in collected.items():
            lists.write(writer, field)


class _Collected:
    """The lists of one field, one after another."""

    def __init__(self) -> None:
        self._terms = bytearray()
        self._term_ends = array("Q", [0])
        self._documents = bytearray()
        self._often = bytearray()
        self._list_ends = array("Q", [0])

    def add(self, term: bytes, postings: Postings) -> None:
        self._terms += term
        self._term_ends.append(len(self._terms))
        self._documents += postings.documents.astype("<u4").data
        self._often += postings.weights.astype("<u4").data
        self._list_ends.append(len(self._documents) // 4)

    def write(self, writer: SegmentWriter, field: str) -> None:
        often = np.frombuffer(self._often, "<u4")
        small = int(often.max(initial=0)) <= _LARGEST_SMALL
        writer.save(f"{field}-terms", "<u1", np.frombuffer(self._terms, np.uint8))
        writer.save(f"{field}-term_ends", "<u4", np.frombuffer(self._term_ends, np.uint64))
        writer.save(f"{field}-documents", "<u4", np.frombuffer(self._documents, "<u4"))
        writer.save(f"{field}-often", "<u2" if small else "<u4", often)
        writer.save(f"{field}-list_ends", "<u4", np.frombuffer(self._list_ends, np.uint64))


class WordLists:
    """The lists of a segment. Nothing in it changes, so any number of threads may ask."""

    def __init__(self, folder: Path) -> None:
        """Raises LiteralSegmentError where a file is missing or has not the size it was written with."""
        self._files = SegmentFiles(folder, STEM)
        self._fields = {field: _Field(self._files, field) for field in WORD_FIELDS}

    def postings(self, field: str, term: str) -> Postings:
        lists = self._fields[field]
        wanted = term.encode("utf-8", "surrogatepass")
        place = lists.place(wanted)
        return lists.postings(place) if place < len(lists) and lists.term(place) == wanted else EMPTY

    def terms_with_prefix(self, field: str, prefix: str) -> Iterator[str]:
        lists = self._fields[field]
        wanted = prefix.encode("utf-8", "surrogatepass")
        for place in range(lists.place(wanted), len(lists)):
            term = lists.term(place)
            if not term.startswith(wanted):
                return
            yield term.decode("utf-8", "surrogatepass")

    def document_frequencies(self, field: str) -> Iterator[tuple[str, int]]:
        """Every term of the field with the number of its documents, deleted ones included."""
        lists = self._fields[field]
        for place, frequency in enumerate(np.diff(lists.list_ends).tolist()):
            yield lists.term(place).decode("utf-8", "surrogatepass"), frequency

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
        self._often = files[f"{field}-often"]
        self.list_ends = files[f"{field}-list_ends"]

    def __len__(self) -> int:
        return len(self.list_ends) - 1

    def term(self, place: int) -> bytes:
        return bytes(self._terms[self._term_ends[place] : self._term_ends[place + 1]])

    def place(self, wanted: bytes) -> int:
        """Of the first term that is not before ``wanted``."""
        return bisect_left(range(len(self)), wanted, key=self.term)

    def postings(self, place: int) -> Postings:
        low, high = int(self.list_ends[place]), int(self.list_ends[place + 1])
        return Postings(self._documents[low:high], self._often[low:high])

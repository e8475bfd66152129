"""From postings document by document to posting lists term by term, in the files of Whoosh's own codec.

Whoosh's pool (``whoosh.writing.PostingPool``) keeps a tuple a posting, sorts millions of them and hands
them on one by one: a third of a build. Here each term has one list from the beginning, only terms are
sorted, and a block of postings is written at once. Stock Whoosh reads the files, and its own writer is
the oracle of the tests.
"""

from __future__ import annotations

import marshal
import pickle
import struct
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, BinaryIO

from whoosh.codec.base import Segment
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter, W3PostingsWriter, W3Segment
from whoosh.fields import FieldType
from whoosh.filedb.filestore import Storage
from whoosh.filedb.structfile import StructFile
from whoosh.util.numeric import length_to_byte
from whoosh.writing import PostingPool

# A term's postings, three entries each: document number, frequency, value.
Flat = list[Any]
_STRIDE = 3
TermPostings = tuple[str, bytes, Flat]

# What a posting and a term take in memory, beside the bytes of value and term themselves.
_POSTING_BYTES = 70
_TERM_BYTES = 250
# From protocol 3 on a pickle holds bytes as they are; in Whoosh's 2 each value is a text and a call of
# ``_codecs.encode``. Any reader takes either.
_PROTOCOL = 4
# Four of Whoosh's blocks in one, and not compressed: read in a sixth of the time, which the first search
# for a frequent word waits for, and a fifth larger than Whoosh's compressed ones of protocol 2.
_BLOCK = 512
_UNCOMPRESSED = 0
_SIZE = struct.Struct("<I")
_field_and_term = itemgetter(0, 1)


class PostingLists(PostingPool):  # type: ignore[misc]
    """Whoosh's pool with a list a term. Documents come in ascending order.

    Beyond ``limitmb`` megabytes (roughly) the lists go to disk, sorted by term, to be merged in the end.
    """

    runs: list[str]

    def __init__(self, storage: Storage, segment: Segment, limitmb: int = 128) -> None:
        super().__init__(storage, segment, limitmb)
        self._fields: dict[str, dict[bytes, Flat]] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes | None]) -> None:
        """A posting as Whoosh hands it over when it merges: field, term, number, weight, value."""
        field, term, number, weight, value = item
        self.add_field(field, number, [(term, int(weight), value or b"")])

    def add_field(self, field: str, number: int, postings: Iterable[tuple[bytes, int, bytes]]) -> int:
        """Postings (term, frequency, value) of one document in one field; the sum of the frequencies."""
        terms = self._fields.setdefault(field, {})
        size = total = 0
        for term, frequency, value in postings:
            total += frequency
            size += _POSTING_BYTES + len(value)
            found = terms.get(term)
            if found is None:
                terms[term] = [number, frequency, value]
                size += _TERM_BYTES + len(term)
            else:
                found += (number, frequency, value)
        self.currentsize += size
        if self.currentsize > self.limit:
            self.save()
        return total

    def lists(self) -> Iterator[TermPostings]:
        """Every term with all its postings, in order of field and term. Empties the pool."""
        if not self.runs:
            yield from self._emptied()
            return
        self.save()
        paths, self.runs = self.runs, []
        entries = merge(*map(self._read_run, paths), key=_field_and_term)
        for (field, term), parts in groupby(entries, _field_and_term):
            flat: Flat = []
            for _, _, part in parts:  # merge() keeps the order of the runs, and that is the documents' order
                flat += part
            yield field, term, flat

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        for field, term, flat in self.lists():
            for at in range(0, len(flat), _STRIDE):
                number, frequency, value = flat[at : at + _STRIDE]
                yield field, term, number, float(frequency), value

    def save(self) -> None:
        if not self._fields:
            return
        path, file = self._new_run()
        self._add_run(path)
        with file:
            for entry in self._emptied():
                data = marshal.dumps(entry)
                file.write(_SIZE.pack(len(data)))
                file.write(data)
        self.currentsize = 0

    def _emptied(self) -> Iterator[TermPostings]:
        for field in sorted(self._fields):
            terms = self._fields.pop(field)
            for term in sorted(terms):
                yield field, term, terms.pop(term)

    def _read_run(self, path: str) -> Iterator[TermPostings]:
        file: BinaryIO = self._open_run(path)
        with file:
            while head := file.read(_SIZE.size):
                entry: TermPostings = marshal.loads(file.read(_SIZE.unpack(head)[0]))  # noqa: S302 - our own
                yield entry
        self._remove_run(path)


class ArchiveCodec(W3Codec):  # type: ignore[misc]
    """Writes the files of Whoosh's codec, a posting list at a time.

    Segments name Whoosh's own codec, which reads them: a table of contents needs no class of ours for it.
    """

    def new_segment(self, storage: Storage, indexname: str) -> W3Segment:
        return W3Segment(W3Codec(), indexname)

    def field_writer(self, storage: Storage, segment: Segment) -> ListWriter:
        return ListWriter(self, storage, segment)

    def postings_writer(self, dbfile: StructFile, byteids: bool = False) -> _BlockWriter:
        return _BlockWriter(dbfile, _BLOCK, byteids, _UNCOMPRESSED, self._inlinelimit)


class ListWriter(W3FieldWriter):  # type: ignore[misc]
    def add_lists(
        self,
        schema: Mapping[str, FieldType],
        lengths: Mapping[str, Sequence[int]],
        lists: Iterable[TermPostings],
    ) -> None:
        """Write ``lists``, in their order. ``lengths``: of a field in every document, where it is scored."""
        for name, entries in groupby(lists, itemgetter(0)):
            self.start_field(name, schema[name])
            lengths_here = lengths.get(name)
            for _, term, flat in entries:
                self.start_term(term)
                self._postwriter.add_all(flat, lengths_here)
                self.finish_term()
            self.finish_field()


class _BlockWriter(W3PostingsWriter):  # type: ignore[misc]
    """Whoosh's writer of one posting list, given the whole list."""

    def add_all(self, flat: Flat, lengths: Sequence[int] | None) -> None:
        step = self._blocklimit * _STRIDE
        for start in range(0, len(flat), step):
            block = flat[start : start + step]
            self._ids = array("I", block[::_STRIDE])
            self._weights = array("f", block[1::_STRIDE])
            self._values = [value for value in block[2::_STRIDE] if value]
            self._maxweight = max(self._weights)
            if lengths is not None:
                found = [lengths[number] for number in self._ids]
                self._minlength, self._maxlength = min(found), max(found)
            self._write_block(last=start + step >= len(flat))

    def _write_block(self, last: bool = False) -> None:
        ids, file = self._ids, self._postfile
        deltas = (ids[0], *(after - before for before, after in pairwise(ids)))
        if len(deltas) > 1 and min(deltas[1:]) < 1:
            raise ValueError("documents out of order")
        if not self._blockcount:
            file.write(WHOOSH3_HEADER_MAGIC)
        self._terminfo.add_block(self)
        lengths = length_to_byte(self._minlength), length_to_byte(self._maxlength)
        facts = (len(ids), ids[-1], self._maxweight, self._compression, *lengths)
        data = pickle.dumps(facts, 2) + pickle.dumps(
            (deltas, _condensed(self._weights), tuple(self._values)), _PROTOCOL
        )
        file.write_int(-len(data) if last else len(data))
        file.write(data)
        self._blockcount += 1
        self._new_block()


def _condensed(weights: array[float]) -> float | tuple[float, ...] | None:
    """As Whoosh stores them: nothing for "all are 1", one number for "all are equal"."""
    first = weights[0]
    if weights.count(first) < len(weights):
        return tuple(weights)
    return None if first == 1.0 else first

"""An immutable view of one commit: its segments, and their columns laid end to end.

Documents are numbered through all segments, as Whoosh does; so are the units of each scope. What
belongs to a segment for good (files, term cache) is shared between snapshots; what a commit may
change (which documents are deleted) belongs to the snapshot.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.base import Segment
from whoosh.fields import Schema

from reports.search.request import FACETS, Scope

from .contract import IndexedReport
from .derived import open_derived
from .documents import decode_payload
from .literal import LiteralSegment
from .ordinals import Ordinals
from .postings import Postings, document_frequencies, read_postings
from .schema import PAYLOAD, STAMP
from .storage import MappedStorage

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]

# Bound of the posting lists a process keeps unpacked, over all segments.
CACHE_BYTES = 64 * 1024 * 1024


class PostingCache:
    """Least recently used posting lists, bounded in bytes. Safe for threads."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._lists: OrderedDict[tuple[str, str, str], Postings] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str, str], read: Callable[[], Postings]) -> Postings:
        with self._lock:
            if (found := self._lists.get(key)) is not None:
                self._lists.move_to_end(key)
                return found
        postings = read()
        with self._lock:
            if key not in self._lists:
                self._lists[key] = postings
                self._size += postings.nbytes
                while self._size > self._limit:
                    _, dropped = self._lists.popitem(last=False)
                    self._size -= dropped.nbytes
        return postings


class OpenSegment:
    """The files of one segment, opened once and shared by every snapshot that has it."""

    def __init__(self, storage: MappedStorage, schema: Schema, segment: Segment, cache: PostingCache) -> None:
        codec = segment.codec()
        self.name: str = segment.segment_id()
        self.count: int = segment.doc_count_all()
        derived = open_derived(storage, schema, segment)
        self.ordinals: Ordinals = derived.ordinals
        self.literal: LiteralSegment = derived.literal
        self.literal.read_ahead()  # cold pages cost the first queries tens of milliseconds
        self._terms = codec.terms_reader(storage, segment)
        self._documents = codec.per_document_reader(storage, segment)
        self._payloads = self._documents.column_reader(PAYLOAD, schema[PAYLOAD].column_type)
        self._cache = cache

    def postings(self, field: str, term: str) -> Postings:
        return self._cache.get((self.name, field, term), lambda: read_postings(self._terms, field, term))

    def terms_with_prefix(self, field: str, prefix: str) -> Iterator[str]:
        wanted = prefix.encode("utf-8", "surrogatepass")
        for name, term in self._terms.terms_from(field, wanted):
            if name != field or not term.startswith(wanted):
                return
            yield term.decode("utf-8", "surrogatepass")

    def document_frequencies(self, field: str) -> Iterator[tuple[str, int]]:
        """Every term of the field with the number of its documents, deleted ones included."""
        return document_frequencies(self._terms, field)

    def field_length(self, field: str) -> int:
        return int(self._documents.field_length(field))

    def stored(self, number: int) -> dict[str, Any]:
        return dict(self._documents.stored_fields(number))

    def report(self, number: int) -> IndexedReport:
        return decode_payload(self._payloads[number]).report


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The units of a scope through all segments. ``starts[i]``: first unit of segment i, then the total."""

    document: Ints
    number: Ints
    starts: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.document)


@dataclass(frozen=True, slots=True, eq=False)
class FacetTable:
    """Pairs (``ordinal``, ``document``) of a facet; ``values`` sorted, documents of the snapshot."""

    values: tuple[str, ...]
    ordinal: Ints
    document: Ints
    index: dict[str, int]


class Snapshot:
    def __init__(
        self, segments: Sequence[OpenSegment], deleted: Sequence[Sequence[int]], schema: Schema, version: str
    ) -> None:
        self.segments = tuple(segments)
        self.schema = schema
        self.version = version
        self.bases = tuple(np.cumsum([0, *(segment.count for segment in self.segments)]).tolist())
        self.count = self.bases[-1]
        self.live: Mask = np.ones(self.count, bool)
        for base, numbers in zip(self.bases, deleted, strict=False):
            self.live[base + np.array(list(numbers), np.int64)] = False
        self.ids = self._column(lambda ordinals: ordinals.ids, np.int64)
        self.first_day = self._column(lambda ordinals: ordinals.first_day, np.int32)
        self.last_day = self._column(lambda ordinals: ordinals.last_day, np.int32)
        self._units: dict[Scope, Units] = {}
        self._lengths: dict[str, npt.NDArray[np.float64]] = {}

    @property
    def live_count(self) -> int:
        return int(self.live.sum())

    def _column(self, pick: Callable[[Ordinals], npt.NDArray[Any]], dtype: type[Any]) -> npt.NDArray[Any]:
        parts = [pick(segment.ordinals) for segment in self.segments]
        return np.concatenate([np.zeros(0, dtype), *parts]).astype(dtype, copy=False)

    def lengths(self, field: str) -> npt.NDArray[np.float64]:
        if field not in self._lengths:
            self._lengths[field] = self._column(lambda ordinals: ordinals.lengths[field], np.float64)
        return self._lengths[field]

    @cached_property
    def district_rank(self) -> Ints:
        """Rank of each document's district among all; reports without one come last."""
        names = sorted({name for segment in self.segments for name in segment.ordinals.districts})
        ranks = {name: rank for rank, name in enumerate(names)} | {"": len(names)}
        parts = [
            np.array([ranks[name] for name in segment.ordinals.districts], np.int32)[
                segment.ordinals.district
            ]
            for segment in self.segments
        ]
        return np.concatenate([np.zeros(0, np.int32), *parts])

    @cached_property
    def facets(self) -> dict[str, FacetTable]:
        return {facet: self._facet(facet) for facet in FACETS}

    def _facet(self, facet: str) -> FacetTable:
        columns = [segment.ordinals.facets[facet] for segment in self.segments]
        values = tuple(sorted({value for column in columns for value in column.values}))
        index = {value: ordinal for ordinal, value in enumerate(values)}
        ordinals, documents = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
        for base, column in zip(self.bases, columns, strict=False):
            local = np.array([index[value] for value in column.values], np.int32)
            ordinals.append(np.repeat(local, np.diff(column.starts)))
            documents.append(column.documents + np.int32(base))
        return FacetTable(values, np.concatenate(ordinals), np.concatenate(documents), index)

    def units(self, scope: Scope) -> Units:
        if scope not in self._units:
            self._units[scope] = self._unit_table(scope)
        return self._units[scope]

    def _unit_table(self, scope: Scope) -> Units:
        documents, numbers, starts = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)], [0]
        for base, segment in zip(self.bases, self.segments, strict=False):
            document, number = segment.literal.unit_table(scope)
            documents.append(document.astype(np.int32) + np.int32(base))
            numbers.append(number.astype(np.int32))
            starts.append(starts[-1] + len(document))
        return Units(np.concatenate(documents), np.concatenate(numbers), tuple(starts))

    def document_of(self, report_id: int) -> int | None:
        """Number of the live document of a report."""
        return self._places.get(report_id)

    @cached_property
    def _places(self) -> dict[int, int]:
        living = np.flatnonzero(self.live)
        return dict(zip(self.ids[living].tolist(), living.tolist(), strict=True))

    def locate(self, document: int) -> tuple[OpenSegment, int]:
        place = int(np.searchsorted(self.bases, document, side="right")) - 1
        return self.segments[place], document - self.bases[place]

    def report(self, document: int) -> IndexedReport:
        segment, number = self.locate(document)
        return segment.report(number)

    def stamps(self) -> dict[int, str]:
        """Report id -> stamp of every live document: what a comparison with the database needs."""
        found = {}
        for document in np.flatnonzero(self.live).tolist():
            segment, number = self.locate(document)
            found[int(self.ids[document])] = segment.stored(number).get(STAMP, "")
        return found

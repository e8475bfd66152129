"""An immutable view of one commit: its segments, and their columns laid end to end.

Documents are numbered through all segments, as Whoosh does; so are the units of each scope. What
belongs to a segment for good (files, term cache) is shared between snapshots; what a commit may
change (which documents are deleted) belongs to the snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from whoosh.codec.base import Segment
from whoosh.fields import Schema

from reports.language.segment import Segmenter, default_segmenter
from reports.search.contract.values import IndexedArticle
from reports.search.engines.whoosh.directory.storage import MappedStorage
from reports.search.engines.whoosh.index_segment.columns import Columns
from reports.search.engines.whoosh.index_segment.files import open_parts
from reports.search.engines.whoosh.index_segment.postings import Postings, WordLists
from reports.search.engines.whoosh.index_segment.schema import PAYLOAD, STAMP
from reports.search.engines.whoosh.index_segment.segment_documents import decode_payload
from reports.search.engines.whoosh.literal import LiteralSegment
from reports.search.engines.whoosh.literal.caching import ArrayCache
from reports.search.request import FACETS, Scope

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]

# What a process keeps over all segments, and of scores for the commit in use.
MASK_CACHE_BYTES = 16 * 1024 * 1024
SCORE_CACHE_BYTES = 16 * 1024 * 1024

MaskCache = ArrayCache[Hashable, Mask]


@dataclass(frozen=True, slots=True, eq=False)
class TermScores:
    """What a term gives each of ``documents`` (ascending, of the snapshot), and the most it can give one."""

    documents: Ints
    scores: npt.NDArray[np.float64]
    bound: float

    @property
    def nbytes(self) -> int:
        return self.documents.nbytes + self.scores.nbytes


class OpenSegment:
    """The files of one segment, opened once and shared by every snapshot that has it."""

    def __init__(self, storage: MappedStorage, schema: Schema, segment: Segment, masks: MaskCache) -> None:
        codec = segment.codec()
        self.name: str = segment.segment_id()
        self.count: int = segment.doc_count_all()
        parts = open_parts(storage, segment)
        self.columns: Columns = parts.columns
        self.literal: LiteralSegment = parts.literal
        self.words: WordLists = parts.words
        # Cold pages cost the first queries tens of milliseconds.
        self.literal.read_ahead()
        self.words.read_ahead()
        self._documents = codec.per_document_reader(storage, segment)
        self._payloads = self._documents.column_reader(PAYLOAD, schema[PAYLOAD].column_type)
        self._masks = masks

    def postings(self, field: str, term: str) -> Postings:
        return self.words.postings(field, term)

    def known_mask(self, asked: Hashable) -> Mask | None:
        """Which units of this segment were found to hold what was asked, if it was asked lately."""
        return self._masks.peek((self.name, asked))

    def know_mask(self, asked: Hashable, mask: Mask) -> Mask:
        mask.flags.writeable = False
        return self._masks.keep((self.name, asked), mask)

    def field_length(self, field: str) -> int:
        return int(self._documents.field_length(field))

    def stored(self, number: int) -> dict[str, Any]:
        return dict(self._documents.stored_fields(number))

    def article(self, number: int) -> IndexedArticle:
        return decode_payload(self._payloads[number]).article


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


@dataclass(frozen=True, slots=True, eq=False)
class FacetRows:
    """The values of all facets, document by document: ``values[starts[d]:starts[d + 1]]`` are those of
    document d. Values of the facets are numbered one facet after another, from ``first[facet]``."""

    first: dict[str, int]
    starts: npt.NDArray[np.int64]
    values: Ints
    count: int
    living: npt.NDArray[np.int64]  # how many of the documents not deleted have each value


class Snapshot:
    def __init__(
        self,
        segments: Sequence[OpenSegment],
        deleted: Sequence[Sequence[int]],
        schema: Schema,
        version: str,
        segmenter: Segmenter | None = None,
    ) -> None:
        self.segments = tuple(segments)
        self.schema = schema
        self.version = version
        self.segmenter = segmenter or default_segmenter()
        """What every text of its generation was cut with, and every query to it is."""
        self.bases = tuple(np.cumsum([0, *(segment.count for segment in self.segments)]).tolist())
        self.count = self.bases[-1]
        self.live: Mask = np.ones(self.count, bool)
        for base, numbers in zip(self.bases, deleted, strict=False):
            self.live[base + np.array(list(numbers), np.int64)] = False
        self.ids = self._column(lambda columns: columns.ids, np.int64)
        self.first_day = self._column(lambda columns: columns.first_day, np.int32)
        self.last_day = self._column(lambda columns: columns.last_day, np.int32)
        self._units: dict[Scope, Units] = {}
        self._lengths: dict[str, npt.NDArray[np.float64]] = {}
        self._remembered: dict[str, npt.NDArray[np.float64]] = {}
        self.term_scores: ArrayCache[Hashable, TermScores] = ArrayCache(SCORE_CACHE_BYTES)

    @property
    def live_count(self) -> int:
        return int(self.live.sum())

    def _column(self, pick: Callable[[Columns], npt.NDArray[Any]], dtype: type[Any]) -> npt.NDArray[Any]:
        parts = [pick(segment.columns) for segment in self.segments]
        return np.concatenate([np.zeros(0, dtype), *parts]).astype(dtype, copy=False)

    def lengths(self, field: str) -> npt.NDArray[np.float64]:
        if field not in self._lengths:
            self._lengths[field] = self._column(lambda columns: columns.lengths[field], np.float64)
        return self._lengths[field]

    def remembered(self, name: str, make: Callable[[], npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
        """An array that holds for this commit, made when it is first asked for."""
        if name not in self._remembered:
            self._remembered[name] = make()
        return self._remembered[name]

    no_district: ClassVar[int] = np.iinfo(np.int32).max

    @cached_property
    def district_rank(self) -> Ints:
        """Rank of each document's district among all; ``no_district`` for articles without one."""
        names = sorted({name for segment in self.segments for name in segment.columns.districts})
        ranks = {name: rank for rank, name in enumerate(names)} | {"": self.no_district}
        parts = [
            np.array([ranks[name] for name in segment.columns.districts], np.int32)[segment.columns.district]
            for segment in self.segments
        ]
        return np.concatenate([np.zeros(0, np.int32), *parts])

    @cached_property
    def facets(self) -> dict[str, FacetTable]:
        return {facet: self._facet(facet) for facet in FACETS}

    def _facet(self, facet: str) -> FacetTable:
        columns = [segment.columns.facets[facet] for segment in self.segments]
        values = tuple(sorted({value for column in columns for value in column.values}))
        index = {value: ordinal for ordinal, value in enumerate(values)}
        ordinals, documents = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
        for base, column in zip(self.bases, columns, strict=False):
            local = np.array([index[value] for value in column.values], np.int32)
            ordinals.append(np.repeat(local, np.diff(column.starts)))
            documents.append(column.documents + np.int32(base))
        return FacetTable(values, np.concatenate(ordinals), np.concatenate(documents), index)

    @cached_property
    def facet_rows(self) -> FacetRows:
        first, values, documents, count = {}, [np.zeros(0, np.int32)], [np.zeros(0, np.int32)], 0
        for facet, table in self.facets.items():
            first[facet] = count
            values.append(table.ordinal + np.int32(count))
            documents.append(table.document)
            count += len(table.values)
        document, value = np.concatenate(documents), np.concatenate(values)
        order = np.argsort(document, kind="stable")
        living = np.bincount(value[self.live[document]], minlength=count)
        starts = document[order].searchsorted(np.arange(self.count + 1))
        return FacetRows(first, starts, value[order], count, living)

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

    def document_of(self, article_id: int) -> int | None:
        """Number of the live document of an article."""
        return self._places.get(article_id)

    @cached_property
    def _places(self) -> dict[int, int]:
        living = np.flatnonzero(self.live)
        return dict(zip(self.ids[living].tolist(), living.tolist(), strict=True))

    def locate(self, document: int) -> tuple[OpenSegment, int]:
        place = int(np.searchsorted(self.bases, document, side="right")) - 1
        return self.segments[place], document - self.bases[place]

    def article(self, document: int) -> IndexedArticle:
        segment, number = self.locate(document)
        return segment.article(number)

    def stamps(self) -> dict[int, str]:
        """Article id -> stamp of every live document: what a comparison with the database needs."""
        found = {}
        for document in np.flatnonzero(self.live).tolist():
            segment, number = self.locate(document)
            found[int(self.ids[document])] = segment.stored(number).get(STAMP, "")
        return found

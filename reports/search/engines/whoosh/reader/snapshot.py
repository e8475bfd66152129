"""A snapshot: an immutable view of one commit, its segments and their columns one after another.

Documents are numbered through all segments, as in Whoosh; so are the units of each scope. Data that never
changes in a segment (files, caches) is shared by snapshots. Deleted documents belong to the snapshot: a
commit may change them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from whoosh.codec.base import Segment

from reports.language.segment import Segmenter
from reports.search.contract.errors import IndexDamaged
from reports.search.engines.whoosh.directory.arrays import Array, Floats, Int32s, Int64s, Mask
from reports.search.engines.whoosh.directory.storage import MappedStorage
from reports.search.engines.whoosh.index_segment.columns import Columns, read_columns
from reports.search.engines.whoosh.index_segment.files import folder_of
from reports.search.engines.whoosh.index_segment.postings import WordLists
from reports.search.engines.whoosh.index_segment.schema import STAMP
from reports.search.engines.whoosh.literal import LiteralSegment
from reports.search.engines.whoosh.literal.caching import ArrayCache
from reports.search.request import INDEXED_FACETS, Scope

MASK_CACHE_BYTES = 16 * 1024 * 1024
"""Of all segments together."""
_SCORE_CACHE_BYTES = 16 * 1024 * 1024
_DOCUMENT_CACHE_BYTES = 2 * 1024 * 1024
_JOINED_CACHE_BYTES = 4 * 1024 * 1024
NO_DISTRICT = np.iinfo(np.int32).max

MaskCache = ArrayCache[Hashable, Mask]


@dataclass(frozen=True, slots=True, eq=False)
class TermScores:
    """The scores that a term adds to ``documents`` (ascending, of the snapshot), and their upper bound."""

    documents: Int32s
    scores: Floats
    max_score: float

    @property
    def nbytes(self) -> int:
        return self.documents.nbytes + self.scores.nbytes


class SegmentReader:
    """The files of one segment, opened once and shared by every snapshot that contains it."""

    def __init__(self, storage: MappedStorage, segment: Segment, masks: MaskCache) -> None:
        """Raises IndexDamaged if the files do not belong together."""
        folder = folder_of(storage, segment)
        self.name: str = segment.segment_id()
        self.count: int = segment.doc_count_all()
        self.columns: Columns = read_columns(folder)
        if len(self.columns) != self.count:
            raise IndexDamaged
        self.literal = LiteralSegment.open(folder)
        self.words = WordLists(folder)
        # Pages that are not in memory cost the first queries tens of milliseconds.
        self.literal.files.read_ahead()
        self.words.files.read_ahead()
        self._per_document = segment.codec().per_document_reader(storage, segment)
        self._masks = masks

    def cached_mask(self, key: Hashable) -> Mask | None:
        """The units of this segment that were found for ``key`` before."""
        return self._masks.peek((self.name, key))

    def cache_mask(self, key: Hashable, mask: Mask) -> Mask:
        mask.flags.writeable = False
        return self._masks.put((self.name, key), mask)

    def field_length(self, field: str) -> int:
        return int(self._per_document.field_length(field))

    def stamp(self, document: int) -> str:
        return self._per_document.stored_fields(document).get(STAMP, "")  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The units of a scope, through all segments. ``starts[i]``: the first unit of segment i; the last member
    is the total."""

    document: Int32s
    number: Int32s
    starts: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.document)


@dataclass(frozen=True, slots=True, eq=False)
class FacetDocuments:
    """Pairs (``ordinal``, ``document``) of a facet. ``values`` are sorted; ``index``: value -> ordinal."""

    values: tuple[str, ...]
    ordinal: Int32s
    document: Int32s
    index: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class FacetValuesByDocument:
    """The values of all facets by document: ``ordinals[starts[d]:starts[d + 1]]`` are those of document d.
    The ordinals of a facet begin with ``first[facet]``. ``live_counts``: the number of live documents by
    ordinal."""

    first: Mapping[str, int]
    values: Mapping[str, tuple[str, ...]]
    starts: Int64s
    ordinals: Int32s
    live_counts: Int64s

    def counts_of(self, facet: str, counts: Int64s) -> dict[str, int]:
        """Value -> count of one facet, without zeros. ``counts``: by ordinal."""
        first, values = self.first[facet], self.values[facet]
        of_facet = counts[first : first + len(values)]
        present = np.flatnonzero(of_facet)
        names = [values[ordinal] for ordinal in present.tolist()]
        return dict(zip(names, of_facet[present].tolist(), strict=True))


class Snapshot:
    """``segmenter``: cuts every text and every query of this generation. ``deleted``: documents per
    segment."""

    def __init__(
        self,
        segments: Sequence[SegmentReader],
        deleted: Sequence[Sequence[int]],
        version: str,
        segmenter: Segmenter,
    ) -> None:
        self.segments = tuple(segments)
        self.version = version
        self.segmenter = segmenter
        self.bases = tuple(np.cumsum([0, *(segment.count for segment in self.segments)]).tolist())
        self.count = self.bases[-1]
        self.live: Mask = np.ones(self.count, bool)
        for base, documents in zip(self.bases, deleted, strict=False):
            self.live[base + np.array(documents, np.int64)] = False
        self.ids: Int64s = self._column(lambda columns: columns.ids, np.int64)
        self.first_day: Int32s = self._column(lambda columns: columns.first_day, np.int32)
        self.last_day: Int32s = self._column(lambda columns: columns.last_day, np.int32)
        self._units: dict[Scope, Units] = {}
        self._arrays: dict[str, Floats] = {}
        self.term_scores: ArrayCache[Hashable, TermScores] = ArrayCache(_SCORE_CACHE_BYTES)
        self.word_documents: ArrayCache[Hashable, Int32s] = ArrayCache(_DOCUMENT_CACHE_BYTES)
        self.joined_masks: MaskCache = MaskCache(_JOINED_CACHE_BYTES)

    @property
    def live_count(self) -> int:
        return int(self.live.sum())

    def _column(self, column: Callable[[Columns], Array], dtype: type[np.generic]) -> Array:
        return _joined((column(segment.columns) for segment in self.segments), dtype)

    def cached(self, name: str, make: Callable[[], Floats]) -> Floats:
        """An array that is valid for this commit, made on first use."""
        if name not in self._arrays:
            self._arrays[name] = make()
        return self._arrays[name]

    def lengths(self, field: str) -> Floats:
        return self.cached(
            f"lengths {field}", lambda: self._column(lambda columns: columns.lengths[field], np.float64)
        )

    @cached_property
    def district_rank(self) -> Int32s:
        """The rank of each document's district in the order of districts; NO_DISTRICT without one."""
        names = sorted({name for segment in self.segments for name in segment.columns.districts})
        ranks = {name: rank for rank, name in enumerate(names)} | {"": NO_DISTRICT}
        return self._column(
            lambda columns: np.array([ranks[name] for name in columns.districts], np.int32)[columns.district],
            np.int32,
        )

    @cached_property
    def facets(self) -> dict[str, FacetDocuments]:
        return {facet: self._facet(facet) for facet in INDEXED_FACETS}

    def _facet(self, facet: str) -> FacetDocuments:
        columns = [segment.columns.facets[facet] for segment in self.segments]
        values = tuple(sorted({value for column in columns for value in column.values}))
        index = {value: ordinal for ordinal, value in enumerate(values)}
        ordinals, documents = [], []
        for base, column in zip(self.bases, columns, strict=False):
            ordinal = np.array([index[value] for value in column.values], np.int32)
            ordinals.append(np.repeat(ordinal, np.diff(column.starts)))
            documents.append(column.documents + np.int32(base))
        return FacetDocuments(values, _joined(ordinals, np.int32), _joined(documents, np.int32), index)

    @cached_property
    def facet_values(self) -> FacetValuesByDocument:
        first, ordinals, count = {}, [], 0
        for facet, table in self.facets.items():
            first[facet] = count
            ordinals.append(table.ordinal + np.int32(count))
            count += len(table.values)
        document = np.concatenate([table.document for table in self.facets.values()])
        ordinal = np.concatenate(ordinals)
        order = np.argsort(document, kind="stable")
        return FacetValuesByDocument(
            first=first,
            values={facet: table.values for facet, table in self.facets.items()},
            starts=document[order].searchsorted(np.arange(self.count + 1)),
            ordinals=ordinal[order],
            live_counts=np.bincount(ordinal[self.live[document]], minlength=count),
        )

    def units(self, scope: Scope) -> Units:
        if scope not in self._units:
            tables = [segment.literal.unit_table(scope) for segment in self.segments]
            documents = [
                table.document.astype(np.int32) + np.int32(base)
                for base, table in zip(self.bases, tables, strict=False)
            ]
            starts = tuple(np.cumsum([0, *map(len, documents)]).tolist())
            numbers = _joined((table.number for table in tables), np.int32)
            self._units[scope] = Units(_joined(documents, np.int32), numbers, starts)
        return self._units[scope]

    def document_of(self, article_id: int) -> int | None:
        """The live document of an article."""
        return self._document_by_article.get(article_id)

    @cached_property
    def _document_by_article(self) -> dict[int, int]:
        live = np.flatnonzero(self.live)
        return dict(zip(self.ids[live].tolist(), live.tolist(), strict=True))

    def segment_of(self, document: int) -> tuple[SegmentReader, int]:
        """The segment of a document, and its number in the segment."""
        index = int(np.searchsorted(self.bases, document, side="right")) - 1
        return self.segments[index], document - self.bases[index]

    def stamps(self) -> dict[int, str]:
        """Article id -> stamp, of every live document."""
        stamps = {}
        for document in np.flatnonzero(self.live).tolist():
            segment, number = self.segment_of(document)
            stamps[int(self.ids[document])] = segment.stamp(number)
        return stamps


def _joined(parts: Iterable[Array], dtype: type[np.generic]) -> Array:
    """The parts one after another; also correct without any part."""
    return np.concatenate([np.zeros(0, dtype), *parts]).astype(dtype, copy=False)

"""The files that this program keeps beside a Whoosh segment: literal index, word lists, columns.

They lie in a folder named after the segment and are written before the table of contents that names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from whoosh.codec.base import PerDocumentReader, Segment
from whoosh.fields import Schema

from reports.search.contract.errors import IndexDamaged
from reports.search.contract.values import IndexedArticle
from reports.search.engines.whoosh.directory.storage import MappedStorage, sync_folder
from reports.search.engines.whoosh.index_segment.columns import (
    UNIT_SCOPES,
    Columns,
    build_columns,
    read_columns,
    save_columns,
)
from reports.search.engines.whoosh.index_segment.postings import WordLists, WordListWriter
from reports.search.engines.whoosh.index_segment.schema import PAYLOAD, STAMP, WORD_FIELDS
from reports.search.engines.whoosh.index_segment.segment_documents import (
    PreparedDocument,
    StoredDocument,
    decode_payload,
)
from reports.search.engines.whoosh.literal import LiteralSegment, PreparedBlock
from reports.search.engines.whoosh.literal import build as build_literal
from reports.search.request import Scope

EXTENSION = ".files"


@dataclass(frozen=True, slots=True)
class SegmentParts:
    columns: Columns
    literal: LiteralSegment
    words: WordLists


def folder_of(storage: MappedStorage, segment: Segment) -> Path:
    name: str = segment.make_filename(EXTENSION)
    return storage.path / name


def write_parts(storage: MappedStorage, schema: Schema, segment: Segment, words: WordListWriter) -> None:
    """Write the files of ``segment``, which Whoosh has closed; durable when this returns."""
    folder = folder_of(storage, segment)
    folder.mkdir()
    words.write(folder)
    per_document = segment.codec().per_document_reader(storage, segment)
    lengths = {field: _lengths(per_document, field) for field in WORD_FIELDS}
    articles: list[IndexedArticle] = []
    characters: dict[Scope, Counter[tuple[int, int]]] = {scope: Counter() for scope in UNIT_SCOPES}

    def documents() -> Iterator[Sequence[PreparedBlock]]:
        for number, stored in enumerate(_stored_documents(per_document, schema)):
            # Its text is not needed again: a segment may hold a hundred megabytes of it.
            articles.append(replace(stored.article, blocks=()))
            for block in stored.blocks:
                characters[Scope.SECTION][number, block.section] += len(block.normalised)
                characters[Scope.FIGURE][number, block.figure] += len(block.normalised)
            yield stored.blocks

    build_literal(folder, documents())
    literal = LiteralSegment.open(folder)
    for scope in UNIT_SCOPES:
        document, number = literal.unit_table(scope)
        units = zip(document.tolist(), number.tolist(), strict=True)
        lengths[scope.value] = np.array([characters[scope][unit] for unit in units], np.float64)
    save_columns(build_columns(articles, lengths), folder)
    sync_folder(storage.path)


def open_parts(storage: MappedStorage, segment: Segment) -> SegmentParts:
    """Raises IndexDamaged where the files do not belong together."""
    folder = folder_of(storage, segment)
    columns = read_columns(folder)
    if len(columns) != segment.doc_count_all():
        raise IndexDamaged
    return SegmentParts(columns, LiteralSegment.open(folder), WordLists(folder))


def living_documents(storage: MappedStorage, schema: Schema, segment: Segment) -> Iterator[PreparedDocument]:
    """The documents of a small segment that are not deleted, as they were handed to its writer."""
    per_document = segment.codec().per_document_reader(storage, segment)
    payloads = per_document.column_reader(PAYLOAD, schema[PAYLOAD].column_type)
    numbers = [number for number in range(segment.doc_count_all()) if not segment.is_deleted(number)]
    folder = folder_of(storage, segment)
    words = WordLists(folder).words_of(numbers)
    ids = read_columns(folder).ids
    for number in numbers:
        yield PreparedDocument(
            id=int(ids[number]),
            stamp=per_document.stored_fields(number).get(STAMP, ""),
            payload=bytes(payloads[number]),
            words=words[number],
        )


def _stored_documents(per_document: PerDocumentReader, schema: Schema) -> Iterator[StoredDocument]:
    """Every document in the order of its number, deleted ones included."""
    for payload in per_document.column_reader(PAYLOAD, schema[PAYLOAD].column_type):
        yield decode_payload(payload)


def _lengths(per_document: PerDocumentReader, field: str) -> npt.NDArray[np.float64]:
    # As Whoosh's BM25F reads them: rounded to the byte they are stored in, 1 where there is none.
    count = per_document.doc_count_all()
    lengths = (per_document.doc_field_length(number, field, 1) or 1 for number in range(count))
    return np.fromiter(lengths, np.float64, count)

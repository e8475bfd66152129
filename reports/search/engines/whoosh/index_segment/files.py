"""The array files of a Whoosh segment: literal index, word lists, columns.

They are in a folder named after the segment. They are written before the table of contents that names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from whoosh.codec.base import PerDocumentReader, Segment
from whoosh.fields import Schema

from reports.search.contract.values import IndexedArticle
from reports.search.engines.whoosh.directory.arrays import Floats
from reports.search.engines.whoosh.directory.durable import sync_folder
from reports.search.engines.whoosh.directory.storage import MappedStorage
from reports.search.engines.whoosh.literal import LiteralSegment, PreparedBlock
from reports.search.engines.whoosh.literal import build as build_literal
from reports.search.request import Scope

from .columns import UNIT_SCOPES, build_columns, read_ids, save_columns
from .postings import WordLists, WordListWriter
from .schema import PAYLOAD, STAMP, WORD_FIELDS
from .segment_documents import PreparedDocument, decode_payload


def folder_of(storage: MappedStorage, segment: Segment) -> Path:
    name: str = segment.make_filename(".files")
    return storage.path / name


def write_files(storage: MappedStorage, schema: Schema, segment: Segment, words: WordListWriter) -> None:
    """Write the array files of ``segment``, which Whoosh has finished. Durable when this returns."""
    folder = folder_of(storage, segment)
    folder.mkdir()
    words.write(folder)
    per_document = segment.codec().per_document_reader(storage, segment)
    lengths: dict[str, Floats] = {field: _field_lengths(per_document, field) for field in WORD_FIELDS}
    articles: list[IndexedArticle] = []
    characters: dict[Scope, Counter[tuple[int, int]]] = {scope: Counter() for scope in UNIT_SCOPES}

    def documents() -> Iterator[Sequence[PreparedBlock]]:
        for document, payload in enumerate(_payloads(per_document, schema)):
            stored = decode_payload(payload)
            # Without its text, of which a segment may have a hundred megabytes.
            articles.append(replace(stored.article, blocks=()))
            for block in stored.blocks:
                characters[Scope.SECTION][document, block.section] += len(block.normalised)
                characters[Scope.FIGURE][document, block.figure] += len(block.normalised)
            yield stored.blocks

    build_literal(folder, documents())
    literal = LiteralSegment.open(folder)
    for scope in UNIT_SCOPES:
        table = literal.unit_table(scope)
        units = zip(table.document.tolist(), table.number.tolist(), strict=True)
        lengths[scope] = np.array([characters[scope][unit] for unit in units], np.float64)
    save_columns(build_columns(articles, lengths), folder)
    sync_folder(storage.path)


def live_documents(storage: MappedStorage, schema: Schema, segment: Segment) -> Iterator[PreparedDocument]:
    """The live documents of a small segment, as they were given to its writer."""
    per_document = segment.codec().per_document_reader(storage, segment)
    payloads = _payloads(per_document, schema)
    folder = folder_of(storage, segment)
    documents = [number for number in range(segment.doc_count_all()) if not segment.is_deleted(number)]
    words = WordLists(folder).words_of(documents)
    ids = read_ids(folder)
    for document in documents:
        yield PreparedDocument(
            id=int(ids[document]),
            stamp=per_document.stored_fields(document).get(STAMP, ""),
            payload=bytes(payloads[document]),
            words=words[document],
        )


def _payloads(per_document: PerDocumentReader, schema: Schema) -> Sequence[bytes]:
    """The payloads by document number, including deleted documents."""
    return per_document.column_reader(PAYLOAD, schema[PAYLOAD].column_type)  # type: ignore[no-any-return]


def _field_lengths(per_document: PerDocumentReader, field: str) -> Floats:
    # As Whoosh's BM25F reads them: rounded to the byte that Whoosh stores, 1 if the field is empty.
    count = per_document.doc_count_all()
    lengths = (per_document.doc_field_length(number, field, 1) or 1 for number in range(count))
    return np.fromiter(lengths, np.float64, count)

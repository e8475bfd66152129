"""The derived folder of a segment: its literal index, its word lists and its ordinals.

Built from the Whoosh segment alone, before the table of contents that names
the segment is written. A folder of the final name is complete: it is built under another name,
synced and renamed. One that is missing or damaged is built anew, in place where the index folder is
writable, else in a temporary folder.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from whoosh.codec.base import PerDocumentReader, Segment
from whoosh.fields import Schema

from reports.search.request import Scope

from .contract import IndexedArticle
from .documents import StoredDocument, decode_payload
from .errors import IndexDamaged
from .integrity import CheckedFiles
from .literal import LiteralSegment, PreparedBlock, manifest_name, read_checksums
from .literal import build as build_literal
from .ordinals import FILE_NAME as ORDINALS
from .ordinals import Ordinals, build_ordinals, open_ordinals, save_ordinals
from .schema import PAYLOAD, WORD_FIELDS
from .storage import MappedStorage, sync_folder
from .wordlists import STEM as WORDS
from .wordlists import WordLists, build_word_lists

log = logging.getLogger(__name__)

EXTENSION = ".derived"
UNIT_SCOPES = (Scope.SECTION, Scope.FIGURE)


@dataclass(frozen=True, slots=True)
class Derived:
    ordinals: Ordinals
    literal: LiteralSegment
    words: WordLists


def folder_name(segment: Segment) -> str:
    return segment.make_filename(EXTENSION)  # type: ignore[no-any-return]


def stored_documents(storage: MappedStorage, schema: Schema, segment: Segment) -> Iterator[StoredDocument]:
    """Every document of the segment in the order of its numbers, deleted ones included."""
    reader = segment.codec().per_document_reader(storage, segment)
    column = reader.column_reader(PAYLOAD, schema[PAYLOAD].column_type)
    for payload in column:
        yield decode_payload(payload)


def build_derived(storage: MappedStorage, schema: Schema, segment: Segment) -> None:
    """Build beside the segment, durable when this returns. A folder that is there already is kept."""
    target = storage.path / folder_name(segment)
    if target.exists():
        return
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=storage.path))
    try:
        _write(temporary, storage, schema, segment)
        for path in temporary.iterdir():
            _sync_file(path)
        sync_folder(temporary)
        _move(temporary, target)
        sync_folder(storage.path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def open_derived(storage: MappedStorage, schema: Schema, segment: Segment) -> Derived:
    folder = storage.path / folder_name(segment)
    try:
        return _open(folder, segment, storage.checked)
    except (IndexDamaged, OSError, ValueError) as error:
        log.warning(
            "Derived files of %s are missing or damaged (%s): built anew", segment.segment_id(), error
        )
    storage.checked.keep(lambda path: path.parent != folder)
    if os.access(storage.path, os.W_OK):
        shutil.rmtree(folder, ignore_errors=True)
        build_derived(storage, schema, segment)
    else:
        folder = Path(tempfile.mkdtemp(prefix="archive-derived-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _write(folder, storage, schema, segment)
    return _open(folder, segment, storage.checked)


def _open(folder: Path, segment: Segment, checked: CheckedFiles) -> Derived:
    for name, expected in {**read_checksums(folder), **read_checksums(folder, WORDS)}.items():
        checked.verify(folder / name, expected)
    # These bring their checksums along; here they are only noted, to be seen when they are touched.
    for name in (manifest_name(), manifest_name(WORDS), ORDINALS):
        checked.checksum(folder / name)
    ordinals = open_ordinals(folder, segment.segment_id())
    if len(ordinals) != segment.doc_count_all():
        raise IndexDamaged
    return Derived(ordinals, LiteralSegment.open(folder), WordLists(folder))


def _write(folder: Path, storage: MappedStorage, schema: Schema, segment: Segment) -> None:
    per_document = segment.codec().per_document_reader(storage, segment)
    lengths = {field: _lengths(per_document, field) for field in WORD_FIELDS}
    articles: list[IndexedArticle] = []
    characters: dict[Scope, Counter[tuple[int, int]]] = {scope: Counter() for scope in UNIT_SCOPES}

    def documents() -> Iterator[Sequence[PreparedBlock]]:
        for number, stored in enumerate(stored_documents(storage, schema, segment)):
            # Its text is not needed again: a segment may hold a hundred megabytes of it.
            articles.append(replace(stored.article, blocks=()))
            for block in stored.blocks:
                characters[Scope.SECTION][number, block.section] += len(block.normalised)
                characters[Scope.FIGURE][number, block.figure] += len(block.normalised)
            yield stored.blocks

    build_word_lists(folder, segment.codec().terms_reader(storage, segment))
    build_literal(folder, documents())
    literal = LiteralSegment.open(folder)
    for scope in UNIT_SCOPES:
        document, number = literal.unit_table(scope)
        units = zip(document.tolist(), number.tolist(), strict=True)
        lengths[scope.value] = np.array([characters[scope][unit] for unit in units], np.float64)
    save_ordinals(build_ordinals(articles, lengths), folder, segment.segment_id())


def _lengths(per_document: PerDocumentReader, field: str) -> npt.NDArray[np.float64]:
    # As Whoosh's BM25F reads them: rounded to the byte they are stored in, 1 where there is none.
    count = per_document.doc_count_all()
    found = (per_document.doc_field_length(number, field, 1) or 1 for number in range(count))
    return np.fromiter(found, np.float64, count)


def _move(temporary: Path, target: Path) -> None:
    try:
        temporary.rename(target)
    except OSError:
        # Two readers mended the same segment at once: the first one's folder is as good.
        if not target.is_dir():
            raise


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())

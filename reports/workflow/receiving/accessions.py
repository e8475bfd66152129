"""Stores documents: equal bytes once, by their sha256. The bytes are on disk before the row is committed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

from django.db import transaction

from reports.models import Accession, Purge, User
from reports.models.chunks import in_chunks
from reports.models.event import Act
from reports.workflow import originals
from reports.workflow.events import event, record
from reports.workflow.purge_records import (
    discard_originals,
    is_purged,
    purge_container,
    purges_of,
    refusal_of,
)
from reports.workflow.refusals import ReceiptRefused

from .documents import IncomingDocument
from .file_names import clean_file_name

_WRITERS = 8


def store_documents(
    documents: Sequence[IncomingDocument], by: User | None
) -> list[Accession | ReceiptRefused]:
    """The accession of each document, new or existing; a refusal if its bytes were purged."""
    sha256s = [originals.sha256_of(document.data) for document in documents]
    first_of = dict(zip(reversed(sha256s), reversed(documents), strict=True))
    purged = purges_of(first_of)
    with ThreadPoolExecutor(_WRITERS) as pool:
        # Each write waits for the disk; parallel writes take a twentieth of the time.
        new = [(document.data, sha256) for sha256, document in first_of.items() if sha256 not in purged]
        list(pool.map(lambda item: originals.store(*item), new))
    new_rows = [
        Accession(
            sha256=sha256,
            size=len(document.data),
            file_name=clean_file_name(document.name),
            received_by=by,
            container=document.container,
            line=document.line,
        )
        for sha256, document in first_of.items()
    ]
    accession_of, purged = _save_rows(new_rows, by)
    return [
        ReceiptRefused(refusal_of(purged[sha256])) if sha256 in purged else accession_of[sha256]
        for sha256 in sha256s
    ]


def store_container(source: BinaryIO, file_name: str, by: User | None) -> Accession:
    """The accession of a zip or list of any size, which is not read into memory.

    A container of purged bytes is not stored; its members are read from ``source``. Raises ReceiptRefused if
    it was itself purged as a document.
    """
    sha256, size = originals.store_stream(source, lambda sha256: not is_purged(sha256))
    row = Accession(sha256=sha256, size=size, file_name=clean_file_name(file_name), received_by=by)
    accession_of, purged = _save_rows([row], by)
    if purged:
        raise ReceiptRefused(refusal_of(purged[sha256]))
    return accession_of[sha256]


def _save_rows(rows: Iterable[Accession], by: User | None) -> tuple[dict[str, Accession], dict[str, Purge]]:
    """Save the rows that are new; return the row of each sha256, and the purges among them."""
    by_sha256 = {row.sha256: row for row in rows}
    with transaction.atomic():
        # Read again, because one of them may have been purged meanwhile.
        purged = purges_of(by_sha256)
        existing = _rows_of(by_sha256)
        missing = by_sha256.keys() - existing.keys() - purged.keys()
        # Another process may insert the same bytes after the query above.
        new = [row for sha256, row in by_sha256.items() if sha256 in missing]
        Accession.objects.bulk_create(new, ignore_conflicts=True)
        created = _rows_of(missing)
        record(*(event(Act.RECEIVE, by, row) for row in created.values()))
        for sha256, purge in purged.items():
            if (container := by_sha256[sha256].container) is not None:
                purge_container(container, purge)
    discard_originals(purged)
    return existing | created, purged


def _rows_of(sha256s: Iterable[str]) -> dict[str, Accession]:
    return {
        row.sha256: row for chunk in in_chunks(sha256s) for row in Accession.objects.filter(sha256__in=chunk)
    }


def read_original(accession: Accession) -> bytes:
    """The bytes as received, checked against their sha256; raises DamagedOriginal or PurgedOriginal."""
    try:
        return originals.read(accession.sha256)
    except originals.DamagedOriginal as error:
        if is_purged(accession.sha256):
            raise originals.PurgedOriginal from error
        raise

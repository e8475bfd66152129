"""Documents brought in as the desk and the command bring them, for tests of what comes after."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from reports.models import Accession, Article, User
from reports.workflow import (
    DocumentResult,
    DraftOptions,
    IncomingFile,
    ReceiptSummary,
    drain_or_tell,
    files_at,
    receive,
)
from reports.workflow.receiving.accessions import store_documents
from reports.workflow.receiving.documents import IncomingDocument


def incoming(data: bytes, name: str) -> IncomingFile:
    return IncomingFile(name, lambda: io.BytesIO(data))


def kept(data: bytes, name: str = "page.txt", by: User | None = None) -> Accession:
    """Kept and no more: neither read nor drafted."""
    (row,) = store_documents([IncomingDocument(name, data)], by)
    assert isinstance(row, Accession)
    return row


def received(
    data: bytes, name: str = "page.txt", by: User | None = None, options: DraftOptions | None = None
) -> DocumentResult:
    (result,) = receive([incoming(data, name)], by, options)
    return result


def drafted(
    data: bytes, name: str = "page.txt", by: User | None = None, options: DraftOptions | None = None
) -> list[Article]:
    result = received(data, name, by, options)
    assert result.articles, result.message
    return list(result.articles)


def imported(
    paths: Iterable[Path], by: User | None = None, options: DraftOptions | None = None
) -> ReceiptSummary:
    """As ``import_reports`` does it, with the index at the end."""
    summary = ReceiptSummary(options is not None and options.publish)
    for result in receive(files_at(paths), by, options):
        summary.add(result)
    drain_or_tell()
    return summary

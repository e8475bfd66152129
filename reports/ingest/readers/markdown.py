"""Markdown (.md): plain text in which the marks are promised, not only likely (spec.commonmark.org)."""

from __future__ import annotations

from reports.ingest.charset import decode
from reports.ingest.document import Document


def read(data: bytes) -> Document:
    return Document(decode(data), markup=True)

"""Markdown (.md): plain text whose marks are certain to be markup (spec.commonmark.org)."""

from __future__ import annotations

from reports.ingest.charset import decode
from reports.ingest.document import Document


def read(data: bytes) -> Document:
    return Document(decode(data), markup=True)

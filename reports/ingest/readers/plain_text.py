"""Plain text (.txt), in any charset. Unambiguous Markdown marks in it are recognised as well."""

from __future__ import annotations

from reports.ingest.charset import decode
from reports.ingest.document import Document


def read(data: bytes) -> Document:
    return Document(decode(data))

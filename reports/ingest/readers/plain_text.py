"""Plain text (.txt), in any charset. Markdown marks in it are taken for what they are all the same."""

from __future__ import annotations

from reports.ingest.charset import decode
from reports.ingest.document import Document


def read(data: bytes) -> Document:
    return Document(decode(data))

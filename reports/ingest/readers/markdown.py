"""Markdown (.md): plain text in which the marks are promised, not only likely (spec.commonmark.org)."""

from __future__ import annotations

from ..charset import decode
from ..document import Document


def read(data: bytes) -> Document:
    return Document(decode(data), markup=True)

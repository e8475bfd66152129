"""Plain text (.txt), in any charset. Markdown marks in it are taken for what they are all the same."""

from __future__ import annotations

from ..charset import decode
from ..document import Document


def read(data: bytes) -> Document:
    return Document(decode(data))

"""One reader a format: bytes to :class:`~reports.ingest.document.Document`.

A further format is one more module with a ``read`` and one more line in ``READERS``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from reports.ingest.document import Document, UnreadableDocument

from . import markdown, plain_text

Reader = Callable[[bytes], Document]

READERS: dict[str, Reader] = {
    ".txt": plain_text.read,
    ".text": plain_text.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
}


def find_reader(file_name: str) -> Reader:
    """The reader for a file of this name; a name without an ending is read as plain text.

    Raises :class:`UnreadableDocument` for an ending no reader knows.
    """
    suffix = PurePath(file_name.replace("\\", "/")).suffix.lower().rstrip()
    if not suffix or not suffix[1:].isalnum() or not suffix.isascii():
        # “第3.期”, “2023.6.30 历城”: a full stop in a name is not always the start of an ending.
        return plain_text.read
    if suffix[1:].isdigit():
        return plain_text.read
    if suffix not in READERS:
        known = "、".join(READERS)
        raise UnreadableDocument(
            f"还不能读取 {suffix} 文件。请打开后把文字另存为 .txt 再上传"
            f"（能读：{known}，以及 .zip 和 .jsonl）。"
        )
    return READERS[suffix]

"""One reader per format: from bytes to :class:`~reports.ingest.document.Document`.

A new format needs a module with a function ``read`` and a line in ``READERS``.
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
    """The reader for a file name; a file without an ending is read as plain text.

    Raises :class:`UnreadableDocument` for an ending that has no reader.
    """
    suffix = PurePath(file_name.replace("\\", "/")).suffix.lower().rstrip()
    if not suffix or not suffix[1:].isalnum() or not suffix.isascii():
        # “第3.期”, “2023.6.30 历城”: a full stop in a name does not always begin an ending.
        return plain_text.read
    if suffix[1:].isdigit():
        return plain_text.read
    if suffix not in READERS:
        endings = "、".join(READERS)
        raise UnreadableDocument(
            f"还不能读取 {suffix} 文件。请打开后把文字另存为 .txt 再上传"
            f"（能读：{endings}，以及 .zip 和 .jsonl）。"
        )
    return READERS[suffix]

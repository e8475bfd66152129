"""Names of files: cleaned for display and storage, decoded from a zip, and the format that they state."""

from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path, PurePosixPath

_NAME_LIMIT = 255
# Control characters, and the invisible ones that turn or hide what follows (UAX #9, UTS #36).
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_UNICODE_PATH = 0x7075
_UTF8_FLAG = 0x800
# Files that file managers create; they are not documents.
_SYSTEM_FILES = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$|\._)", re.IGNORECASE)


def clean_file_name(file_name: str) -> str:
    """The last part of a path without control characters, cut to 255 characters without losing its ending."""
    name = re.split(r"[/\\]", file_name)[-1]
    name = " ".join(_UNPRINTABLE.sub(" ", name).split()).strip()
    if name in {"", ".", ".."}:
        return "未命名"
    if len(name) > _NAME_LIMIT:
        ending = Path(name).suffix[:16]
        name = name[: _NAME_LIMIT - len(ending) - 1] + "…" + ending
    return name


def is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def is_system_file(path: str) -> bool:
    return bool(_SYSTEM_FILES.search(path)) or any(part.startswith(".") for part in PurePosixPath(path).parts)


def member_name(entry: zipfile.ZipInfo) -> str:
    """The name as its author wrote it.

    A zip marks UTF-8 by a flag or an extra field (APPNOTE 4.4.4, 4.6.9). Without either, zipfile
    reads code page 437, but Chinese Windows writes GBK there, and other tools write UTF-8.
    """
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    if name := _unicode_path(entry.extra):
        return name
    try:
        raw = entry.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return entry.filename


def _unicode_path(extra: bytes) -> str:
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == _UNICODE_PATH and size > 5:
            return extra[9 : 4 + size].decode("utf-8", "replace")
        extra = extra[4 + size :]
    return ""

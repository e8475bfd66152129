"""Documents inside zips and lists (one article a line), one at a time, so that memory stays flat.

A member that cannot be taken is yielded as a fault with its reason; the others still come.
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from django.conf import settings

from reports.workflow.drafting.recognition import is_list
from reports.workflow.refusals import ReceiptRefused

from .accessions import check_size, printed_size

MAX_MEMBERS = 20_000
# Text packs to a tenth; ten thousand to one is what a bomb is made of (Fifield, “A better zip bomb”, 2019).
MAX_RATIO = 200
_RATIO_COUNTS_FROM = 1 << 20
_TOTAL_FACTOR = 40
_UNICODE_PATH = 0x7075
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
# What file managers leave behind: no document of anyone's.
_DEBRIS = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$|\._)", re.IGNORECASE)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Member:
    """A document in a container: its bytes, or in ``fault`` the reason why they cannot be had."""

    name: str
    data: bytes = b""
    line: int | None = None
    fault: str = ""


def is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def is_debris(path: str) -> bool:
    return bool(_DEBRIS.search(path)) or any(part.startswith(".") for part in PurePosixPath(path).parts)


def zip_members(source: BinaryIO) -> Iterator[Member]:
    """The files in a zip. Raises ReceiptRefused where it is none, is damaged, or is a bomb."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, struct.error) as error:
        raise ReceiptRefused("这不是完好的压缩包，请重新压缩后再导入。") from error
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _refuse_bomb(entries)
        for entry in entries:
            name = member_name(entry)
            if not is_debris(name):
                yield _zip_member(archive, entry, name)


def count_zip_members(source: BinaryIO) -> int:
    try:
        with zipfile.ZipFile(source) as archive:
            return sum(not e.is_dir() and not is_debris(member_name(e)) for e in archive.infolist())
    except (zipfile.BadZipFile, OSError, struct.error):
        return 1


def member_name(entry: zipfile.ZipInfo) -> str:
    """The name as its maker saw it.

    A zip says UTF-8 by a flag or an extra field (APPNOTE 4.4.4, 4.6.9). Without either zipfile
    reads code page 437; Chinese Windows in truth wrote GBK there, other tools UTF-8.
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


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    """By what the zip says of itself; what it hides is caught when its members are read."""
    if len(entries) > MAX_MEMBERS:
        raise ReceiptRefused(f"压缩包里有{len(entries)}个文件，超过{MAX_MEMBERS}个的上限，请分开压缩。")
    total = sum(entry.file_size for entry in entries)
    limit = _TOTAL_FACTOR * settings.ARCHIVE_UPLOAD_LIMIT
    if total > limit:
        raise ReceiptRefused(
            f"压缩包解开后有{printed_size(total)}，超过{printed_size(limit)}的上限，没有收录。"
        )
    packed = sum(entry.compress_size for entry in entries)
    if total > _RATIO_COUNTS_FROM and total > MAX_RATIO * max(packed, 1):
        raise ReceiptRefused("压缩包的压缩比异常，可能是恶意文件，没有收录。")


def _zip_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Member:
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return Member(name, fault="文件有密码，请解密后再导入。")
    if is_zip(name) or is_list(name):
        return Member(name, fault="压缩包里又有压缩包或清单，请先解开再导入。")
    try:
        check_size(entry.file_size)
        with archive.open(entry) as file:
            # One byte more than said: a member that goes on lies about its size.
            data = file.read(entry.file_size + 1)
    except ReceiptRefused as refused:
        return Member(name, fault=refused.message)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError):
        return Member(name, fault="压缩包里的这个文件已损坏。")
    except (NotImplementedError, RuntimeError):
        return Member(name, fault="压缩方法不受支持，请用普通的 zip 格式重新压缩。")
    if len(data) != entry.file_size:
        return Member(name, fault="文件的实际大小与压缩包所记不符，没有收录。")
    return Member(name, data)


def list_members(source: BinaryIO, name: str) -> Iterator[Member]:
    """The lines of a ``.jsonl`` (or ``.jsonl.xz``), blank ones left out, as the bytes they are.

    Split at the byte 0A, which neither UTF-8 nor GB18030 use inside a character. Raises
    ReceiptRefused for UTF-16, where it does not hold, and where the compression is damaged.
    """
    limit = settings.ARCHIVE_UPLOAD_LIMIT
    number = 0
    try:
        with _opened(source, name) as file:
            while line := file.readline(limit + 2):
                number += 1
                if number == 1 and line[:2] in _UTF16_MARKS:
                    raise ReceiptRefused("清单是 UTF-16 编码，请另存为 UTF-8 后再导入。")
                if len(line) > limit + 1 or (len(line) > limit and not line.endswith(b"\n")):
                    _skip_line(file, line)
                    yield Member(
                        name, line=number, fault=f"这一行超过{printed_size(limit)}的上限，没有收录。"
                    )
                elif data := line.strip(b" \t\r\n"):
                    yield Member(name, data, number)
    except (lzma.LZMAError, EOFError) as error:
        raise ReceiptRefused(f"清单的压缩数据已损坏，读到第{number}行为止。") from error


def count_lines(source: BinaryIO, name: str) -> int:
    """How many lines there are, blank ones included; a number for a progress bar, so never an error."""
    lines, last = 0, b"\n"
    try:
        with _opened(source, name) as file:
            while chunk := file.read(1 << 20):
                lines, last = lines + chunk.count(b"\n"), chunk[-1:]
    except (lzma.LZMAError, EOFError):
        return lines or 1
    return lines + (last != b"\n")


def _skip_line(file: IO[bytes], read: bytes) -> None:
    while read and not read.endswith(b"\n"):
        read = file.readline(1 << 20)


def _opened(source: BinaryIO, name: str) -> AbstractContextManager[IO[bytes]]:
    """The uncompressed lines; whoever opened ``source`` closes it."""
    return lzma.open(source) if name.lower().endswith(".xz") else nullcontext(source)

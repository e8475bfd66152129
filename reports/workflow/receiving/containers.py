"""Documents in zips and lists (one article per line), read one at a time, so that memory use is constant.

A member that cannot be read is yielded with its error; the others follow.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import IO, BinaryIO

from django.conf import settings

from reports.workflow.drafting.recognition import is_list
from reports.workflow.refusals import ReceiptRefused

from .documents import IncomingDocument
from .file_names import is_system_file, is_zip, member_name
from .sizes import check_size, format_size

MAX_MEMBERS = 20_000
# Text is compressed to a tenth, a zip bomb to a ten-thousandth (Fifield, “A better zip bomb”, 2019).
MAX_RATIO = 200
_RATIO_COUNTS_FROM = 1 << 20
_TOTAL_FACTOR = 40
_ENCRYPTED_FLAG = 0x1
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_container(name: str) -> bool:
    return is_zip(name) or is_list(name)


def members(source: BinaryIO, name: str) -> Iterator[IncomingDocument]:
    """The documents in a zip or list. Raises ReceiptRefused if it cannot be read, or is a zip bomb."""
    return _zip_members(source) if is_zip(name) else _lines(source, name)


def count_members(source: BinaryIO, name: str) -> int:
    """The approximate number of documents in a zip or list, for a progress bar; never raises."""
    if not is_zip(name):
        return _count_lines(source, name)
    try:
        with zipfile.ZipFile(source) as archive:
            return sum(not e.is_dir() and not is_system_file(member_name(e)) for e in archive.infolist())
    except (zipfile.BadZipFile, OSError, struct.error):
        return 1


def _zip_members(source: BinaryIO) -> Iterator[IncomingDocument]:
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, struct.error) as error:
        raise ReceiptRefused("这不是完好的压缩包，没有收录。请重新压缩后再试。") from error
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _refuse_zip_bomb(entries)
        for entry in entries:
            name = member_name(entry)
            if not is_system_file(name):
                yield _zip_member(archive, entry, name)


def _refuse_zip_bomb(entries: list[zipfile.ZipInfo]) -> None:
    """Raise ReceiptRefused by the sizes that the zip states; false sizes are found when a member is read."""
    if len(entries) > MAX_MEMBERS:
        raise ReceiptRefused(
            f"压缩包里有{len(entries)}个文件，超过{MAX_MEMBERS}个的上限，没有收录。请分开压缩。"
        )
    total = sum(entry.file_size for entry in entries)
    if total > _unpacked_limit():
        raise ReceiptRefused(
            f"压缩包解开后有{format_size(total)}，超过{format_size(_unpacked_limit())}的上限，没有收录。"
        )
    if _is_bomb(total, sum(entry.compress_size for entry in entries)):
        raise ReceiptRefused("压缩包的压缩比异常，可能是恶意文件，没有收录。")


def _unpacked_limit() -> int:
    return _TOTAL_FACTOR * settings.ARCHIVE_UPLOAD_LIMIT


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > _RATIO_COUNTS_FROM and unpacked > MAX_RATIO * max(packed, 1)


def _zip_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> IncomingDocument:
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return IncomingDocument(name, error="文件有密码，没有收录。请解密后再试。")
    if is_container(name):
        return IncomingDocument(name, error="这是压缩包里的压缩包或清单，没有收录。请先解开再试。")
    try:
        check_size(entry.file_size)
        with archive.open(entry) as file:
            # Reads one byte more than stated, to find a member that is longer.
            data = file.read(entry.file_size + 1)
    except ReceiptRefused as refused:
        return IncomingDocument(name, error=refused.message)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError):
        return IncomingDocument(name, error="压缩包里的这个文件已损坏，没有收录。")
    except (NotImplementedError, RuntimeError):
        return IncomingDocument(name, error="压缩方法不受支持，没有收录。请用普通的 zip 格式重新压缩。")
    if len(data) != entry.file_size:
        return IncomingDocument(name, error="文件的实际大小与压缩包所记不符，没有收录。")
    return IncomingDocument(name, data)


def _lines(source: BinaryIO, name: str) -> Iterator[IncomingDocument]:
    """The lines of a ``.jsonl`` (or ``.jsonl.xz``) as bytes, without blank lines.

    Lines are split at the byte 0A, which UTF-8 and GB18030 never use inside a character. UTF-16 does, so it
    is refused.
    """
    limit = settings.ARCHIVE_UPLOAD_LIMIT
    number = unpacked = 0
    try:
        with _opened(source, name) as file:
            while line := file.readline(limit + 2):
                number += 1
                unpacked += len(line)
                if number == 1 and line[:2] in _UTF16_MARKS:
                    raise ReceiptRefused("清单是 UTF-16 编码，没有收录。请另存为 UTF-8 后再试。")
                if file is not source and _is_bomb(unpacked, source.tell()):
                    raise ReceiptRefused(f"清单的压缩比异常，可能是恶意文件，读到第{number}行为止。")
                if len(line) > limit + 1 or (len(line) > limit and not line.endswith(b"\n")):
                    _skip_line(file, line)
                    message = f"这一行超过{format_size(limit)}的上限，没有收录。"
                    yield IncomingDocument(name, line=number, error=message)
                elif data := line.strip(b" \t\r\n"):
                    yield IncomingDocument(name, data, number)
    except (lzma.LZMAError, EOFError) as error:
        raise ReceiptRefused(f"清单的压缩数据已损坏，读到第{number}行为止。") from error


def _count_lines(source: BinaryIO, name: str) -> int:
    """The number of lines, including blank ones."""
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
    """The uncompressed lines; the caller closes ``source``."""
    return lzma.open(source) if name.lower().endswith(".xz") else nullcontext(source)

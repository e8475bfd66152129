"""Checksums: whether a file still has the content that was written.

No file of the index changes after it is written. So each process reads a file once to check it, and later
only asks the file system whether the file was changed. CRC-32 detects accidents, not forgeries: anyone who
can write into the folder can replace the program, too (docs/decisions/0004-checksums.md).
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Mapping
from os import stat_result
from pathlib import Path

from whoosh.codec.base import Segment
from whoosh.filedb.filestore import FileStorage

from reports.search.contract.errors import IndexDamaged

FileSum = tuple[int, int]
"""Size in bytes and CRC-32 of a file. Plain numbers, since Whoosh pickles them with its segments."""

_Signature = tuple[int, int, int, int]
_READ_AT_ONCE = 1 << 20
# The last line of a sealed file: the number of bytes before it, and their CRC-32.
_SEAL = "\nsealed {:020d} {:08x}\n"
_SEAL_LENGTH = len(_SEAL.format(0, 0))
_SEAL_PATTERN = re.compile(rb"\nsealed ([0-9]{20}) ([0-9a-f]{8})\n")
# The attribute of a Whoosh segment that holds the checksums of its files. Whoosh pickles it into the table of
# contents, which is sealed: the checksums become valid with the commit.
_ATTRIBUTE = "checksums"


class FileDamaged(IndexDamaged):
    """A file of the index has not the content that was written; ``cause`` says how (Chinese)."""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            f"检索索引已损坏（{path.name}：{cause}），请运行 rebuild_index 重建；资料本身没有丢失。"
        )
        self.path = path
        self.cause = cause


class CheckedFiles:
    """The checksums of the files that this process has read. Safe for threads: at worst two read one file."""

    def __init__(self) -> None:
        self._sums: dict[Path, tuple[_Signature, FileSum]] = {}

    def checksum(self, path: Path) -> FileSum:
        """Size and checksum of the file. Reads it only if it changed since the last time. Raises OSError."""
        signature, checksum = self._sums.get(path, (None, (0, 0)))
        if signature is not None and signature == _signature(path.stat()):
            return checksum
        # Read, not mapped: reading a map beyond the end of a file that was cut short kills the process.
        with path.open("rb", buffering=0) as file:
            signature = _signature(os.fstat(file.fileno()))
            size = crc = 0
            block = memoryview(bytearray(_READ_AT_ONCE))
            while count := file.readinto(block):
                crc = zlib.crc32(block[:count], crc)
                size += count
        self._sums[path] = signature, (size, crc)
        return size, crc

    def verify(self, path: Path, expected: FileSum) -> None:
        """Raises FileDamaged if the checksum is not ``expected``, OSError if the file is unreadable."""
        size, crc = self.checksum(path)
        if size != expected[0]:
            raise FileDamaged(path, f"应有 {expected[0]} 字节，实有 {size} 字节")
        if crc != expected[1]:
            raise FileDamaged(path, "校验和不符")

    def touched(self) -> list[Path]:
        """The files that were replaced, written to or removed after they were read."""
        return [
            path for path, (signature, _) in list(self._sums.items()) if not _has_signature(path, signature)
        ]

    def forget_unless(self, is_in_use: Callable[[Path], bool]) -> None:
        for path in list(self._sums):
            if not is_in_use(path):
                self._sums.pop(path, None)


def seal(data: bytes, owner: str) -> bytes:
    """``data`` and a last line: its length, and a checksum of it and of ``owner``, the name it belongs to."""
    return data + _SEAL.format(len(data), _seal_checksum(data, owner)).encode()


def unseal(data: bytes, owner: str, path: Path) -> bytes:
    """The data that was sealed for ``owner``. Raises FileDamaged, also if there is no seal."""
    content = data[:-_SEAL_LENGTH]
    match = _SEAL_PATTERN.fullmatch(data[-_SEAL_LENGTH:])
    if match is None:
        raise FileDamaged(path, "没有校验和，或校验和不完整")
    if (int(match[1]), int(match[2], 16)) != (len(content), _seal_checksum(content, owner)):
        raise FileDamaged(path, "校验和不符")
    return content


def read_sealed(path: Path, owner: str) -> bytes:
    """The content of a sealed file. Raises FileDamaged or OSError."""
    return unseal(path.read_bytes(), owner, path)


def _seal_checksum(data: bytes, owner: str) -> int:
    # With the name: an intact file under another name is damage, too.
    return zlib.crc32(owner.encode(), zlib.crc32(data))


def record_checksums(storage: FileStorage, segment: Segment, checked: CheckedFiles) -> None:
    """Store the checksums of all files of ``segment`` in it; the commit writes them into the table of
    contents."""
    folder = Path(storage.folder)
    paths = sorted(path for path in folder.glob(f"{segment.segment_id()}.*") if path.is_file())
    paths += sorted(path for path in folder.glob(f"{segment.segment_id()}.*/*") if path.is_file())
    checksums = {path.relative_to(folder).as_posix(): checked.checksum(path) for path in paths}
    setattr(segment, _ATTRIBUTE, checksums)


def verify_segment(storage: FileStorage, segment: Segment, checked: CheckedFiles) -> None:
    """Raises FileDamaged or OSError if a file of ``segment`` has not the content that was written."""
    checksums: Mapping[str, FileSum] = getattr(segment, _ATTRIBUTE)
    for name, expected in checksums.items():
        checked.verify(Path(storage.folder) / name, expected)


def _signature(stat: stat_result) -> _Signature:
    # The time of the last change of the inode (ctime) cannot be set back by a program.
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _has_signature(path: Path, signature: _Signature) -> bool:
    try:
        return _signature(path.stat()) == signature
    except OSError:
        return False

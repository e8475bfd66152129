"""Whether files still hold what was written into them: checksums, and what was found by reading.

No file of the index changes once it is written, so each process reads a file once to check it and
afterwards only looks whether the file system says that somebody touched it. CRC-32 is meant for
accidents, not for forgers: whoever can write into the folder can replace the program too
(docs/decisions/0004-checksums.md).
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
# Behind a sealed file: how many bytes precede the seal, and their CRC-32.
_SEAL = "\nsealed {:020d} {:08x}\n"
_SEAL_LENGTH = len(_SEAL.format(0, 0))
_SEAL_PATTERN = re.compile(rb"\nsealed ([0-9]{20}) ([0-9a-f]{8})\n")
# The name of the attribute in which a Whoosh segment keeps the checksums of its files. It is pickled into
# the table of contents, which is sealed itself, and so becomes valid with the commit.
_ATTRIBUTE = "checksums"


class FileDamaged(IndexDamaged):
    """A file of the index is not as it was written; ``path`` and ``cause`` say which and how."""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            f"检索索引已损坏（{path.name}：{cause}），请运行 rebuild_index 重建；资料本身没有丢失。"
        )
        self.path = path
        self.cause = cause


class CheckedFiles:
    """What this process found when it read files. Safe for threads: at worst two of them read a file."""

    def __init__(self) -> None:
        self._found: dict[Path, tuple[_Signature, FileSum]] = {}

    def checksum(self, path: Path) -> FileSum:
        """Size and checksum of the file, read only if it was touched since. Raises OSError."""
        known = self._found.get(path)
        if known is not None and known[0] == _signature(path.stat()):
            return known[1]
        # Read, not mapped: a file cut short meanwhile ends early instead of killing the process.
        with path.open("rb", buffering=0) as file:
            signature = _signature(os.fstat(file.fileno()))
            size = crc = 0
            block = memoryview(bytearray(_READ_AT_ONCE))
            while count := file.readinto(block):
                crc = zlib.crc32(block[:count], crc)
                size += count
        self._found[path] = signature, (size, crc)
        return size, crc

    def verify(self, path: Path, expected: FileSum) -> None:
        """Raises FileDamaged where the file does not hold what was written, OSError where it is unreadable.

        ``expected`` is what ``checksum`` gave when the file had been written.
        """
        size, crc = self.checksum(path)
        if size != expected[0]:
            raise FileDamaged(path, f"应有 {expected[0]} 字节，实有 {size} 字节")
        if crc != expected[1]:
            raise FileDamaged(path, "校验和不符")

    def touched(self) -> list[Path]:
        """The files that were replaced, written to or removed since they were read."""
        return [path for path, (signature, _) in list(self._found.items()) if not _is_still(path, signature)]

    def keep(self, wanted: Callable[[Path], bool]) -> None:
        """Forget all other files."""
        for path in list(self._found):
            if not wanted(path):
                self._found.pop(path, None)


def seal(data: bytes, owner: str) -> bytes:
    """``data`` with a line behind it: its length and a checksum of it and of the name it belongs to."""
    return data + _SEAL.format(len(data), _seal_checksum(data, owner)).encode()


def unseal(data: bytes, owner: str, path: Path) -> bytes:
    """What was sealed for ``owner``. Raises FileDamaged, without a seal too."""
    content = data[:-_SEAL_LENGTH]
    found = _SEAL_PATTERN.fullmatch(data[-_SEAL_LENGTH:])
    if found is None:
        raise FileDamaged(path, "没有校验和，或校验和不完整")
    if (int(found[1]), int(found[2], 16)) != (len(content), _seal_checksum(content, owner)):
        raise FileDamaged(path, "校验和不符")
    return content


def read_sealed(path: Path, owner: str) -> bytes:
    """The content of a sealed file. Raises FileDamaged or OSError."""
    return unseal(path.read_bytes(), owner, path)


def _seal_checksum(data: bytes, owner: str) -> int:
    # A whole file in a wrong place is as wrong as a damaged one.
    return zlib.crc32(owner.encode(), zlib.crc32(data))


def note_checksums(storage: FileStorage, segment: Segment, checked: CheckedFiles) -> None:
    """Have ``segment`` remember the checksums of all its files; the table of contents will hold them."""
    folder = Path(storage.folder)
    paths = sorted(path for path in folder.glob(f"{segment.segment_id()}.*") if path.is_file())
    paths += sorted(path for path in folder.glob(f"{segment.segment_id()}.*/*") if path.is_file())
    checksums = {path.relative_to(folder).as_posix(): checked.checksum(path) for path in paths}
    setattr(segment, _ATTRIBUTE, checksums)


def verify_segment(storage: FileStorage, segment: Segment, checked: CheckedFiles) -> None:
    """Raises FileDamaged or OSError where a file of ``segment`` is not as it was written."""
    checksums: Mapping[str, FileSum] = getattr(segment, _ATTRIBUTE)
    for name, expected in checksums.items():
        checked.verify(Path(storage.folder) / name, expected)


def _signature(found: stat_result) -> _Signature:
    # The time of the last change of the inode is there because nobody can set it back.
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _is_still(path: Path, signature: _Signature) -> bool:
    try:
        return _signature(path.stat()) == signature
    except OSError:
        return False

"""Whoosh's storage, with files mapped instead of copied and writes that are on disk when they return.

Whoosh's own reader copies every file into memory through ``BytesIO`` (whoosh/filedb/structfile.py,
``BufferFile``): 359 ms and 499 MB at 10,000 articles. A map costs nothing until a page is touched,
is shared by all processes, and keeps working after a writer has unlinked the file.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import shutil
from pathlib import Path
from typing import IO, Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile
from whoosh.util import random_name

from reports.search.engines.whoosh.directory.integrity import CheckedFiles, read_sealed, seal

_TOC = ".toc"


def sync_folder(folder: Path) -> None:
    """Make renames and creations in ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``: readers see the old file or the new one, never a part."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)  # a full disk must not be filled up further
        raise
    sync_folder(path.parent)


class _MappedBytes:
    """The file protocol ``StructFile`` needs, over a buffer, without copying it."""

    __slots__ = ("_buffer", "_length", "_position")

    def __init__(self, buffer: memoryview) -> None:
        self._buffer = buffer
        self._length = len(buffer)
        self._position = 0

    def read(self, count: int | None = None) -> bytes:
        start = self._position
        end = self._length if count is None or count < 0 else min(start + count, self._length)
        self._position = end
        return bytes(self._buffer[start:end])

    def readline(self, *_: Any) -> bytes:
        # Unpickling old text protocols asks for lines; Whoosh's files are small wherever it does.
        start = self._position
        found = bytes(self._buffer[start:]).find(b"\n")
        return self.read(self._length - start if found < 0 else found + 1)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._length}[whence]
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def flush(self) -> None: ...

    def close(self) -> None: ...


class MappedFile(BufferFile):  # type: ignore[misc]
    """A ``BufferFile`` that reads straight from the map.

    ``get`` and ``get_array`` take positions and so may be called from several threads; ``read`` and
    ``seek`` share one position and may not.
    """

    def __init__(self, buffer: memoryview, name: str | None = None) -> None:
        self._buf = buffer
        self._name = name
        self.file = _MappedBytes(buffer)
        self.onclose = None
        self.is_real = False
        self.is_closed = False

    @property
    def buffer(self) -> memoryview:
        return self._buf

    def get(self, position: int, length: int) -> bytes:
        data = bytes(self._buf[position : position + length])
        if len(data) != length:
            raise EOFError(f"{self._name}: {length} bytes at {position} are beyond the end")
        return data

    def subset(self, position: int, length: int, name: str | None = None) -> MappedFile:
        return MappedFile(self._buf[position : position + length], name=name or self._name)


class _SyncedFile(StructFile):  # type: ignore[misc]
    """On disk, not only in the page cache, once closed."""

    def close(self) -> None:
        try:
            if not self.is_closed:
                self.file.flush()
                os.fsync(self.file.fileno())
        finally:
            super().close()


class _SealedFile(_SyncedFile):
    """A small file that gets its checksum behind it when it is closed."""

    def close(self) -> None:
        if not self.is_closed:
            self.file.flush()
            path = Path(self.file.name)
            owner = path.name.partition(_TOC)[0] + _TOC  # Whoosh writes it under another name first
            self.file.write(seal(path.read_bytes(), owner)[path.stat().st_size :])
        super().close()


class _OpenFiles:
    """What a storage has opened for writing, so that a writer that failed can let go of all of it."""

    def __init__(self) -> None:
        self._files: list[IO[bytes]] = []

    def open(self, path: Path, mode: str) -> IO[bytes]:
        file = path.open(mode)
        self._files = [known for known in self._files if not known.closed]
        self._files.append(file)
        return file

    def abandon(self) -> None:
        for file in self._files:
            with contextlib.suppress(OSError):  # what could not be flushed is thrown away anyway
                file.close()
        self._files.clear()


class _TemporaryStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's scratch files: neither mapped nor synced."""

    def __init__(self, path: str, opened: _OpenFiles) -> None:
        super().__init__(path)
        self.opened = opened

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **_: Any) -> StructFile:
        return StructFile(self.opened.open(Path(self.folder) / name, mode), name=name)

    def open_file(self, name: str, **_: Any) -> StructFile:
        return StructFile(self.opened.open(Path(self.folder) / name, "rb"), name=name)


class MappedStorage(FileStorage):  # type: ignore[misc]
    """A folder of segments. The folder beside a segment (``*.files``) is deleted along with it.

    Tables of contents are sealed: written with their checksum, and compared with it when read; one without
    is refused. ``checked`` remembers which files this process has read and found whole.
    ``scratch_prefix`` keeps apart the scratch files of processes that write side by side.
    """

    def __init__(self, path: str, checked: CheckedFiles | None = None) -> None:
        super().__init__(path)
        self.opened = _OpenFiles()
        self.checked = CheckedFiles() if checked is None else checked
        self.scratch_prefix = ""

    @property
    def path(self) -> Path:
        return Path(self.folder)

    def open_file(self, name: str, **_: Any) -> MappedFile:
        if name.endswith(_TOC):
            path = self.path / name
            self.checked.checksum(path)
            return MappedFile(memoryview(read_sealed(path, name)), name)
        with (self.path / name).open("rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return MappedFile(memoryview(b""), name)
            return MappedFile(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)), name)

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **_: Any) -> StructFile:
        kind = _SealedFile if _TOC in name else _SyncedFile
        return kind(self.opened.open(self.path / name, "xb" if excl else mode), name=name)

    def temp_storage(self, name: str | None = None) -> _TemporaryStorage:
        folder = self.path / f"{self.scratch_prefix}{name or f'{random_name()}.tmp'}"
        storage = _TemporaryStorage(str(folder), self.opened)
        storage.create()
        return storage

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        # The parent removes an existing target before renaming, which leaves a moment without either.
        target = self.path / newname
        if safe and target.exists():
            raise NameError(f"File {newname!r} exists")
        (self.path / oldname).replace(target)
        sync_folder(self.path)

    def delete_file(self, name: str) -> None:
        path = self.path / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

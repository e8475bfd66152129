"""Flat little-endian arrays in a folder, under one manifest with their sizes.

A long array is a file of its own; the short ones share one, so that a segment of a few articles
costs two files to write and to keep open. Long files are mapped, never copied. Nothing changes once the
manifest is written; the checksums of all files are in the index's table of contents. Other files in the
folder are left alone: every name begins with the stem, which is ``literal`` for the literal index.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Mapping
from io import BufferedWriter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.directory.errors import LiteralSegmentError

FORMAT = 2
STEM = "literal"
_SHORT = 1 << 16  # bytes; arrays up to this share a file, files up to this are read, not mapped
_ALIGNMENT = 8

Array = npt.NDArray[Any]


class ArrayWriter:
    """One array being written, part by part: in memory while it is short, then in a file of its own."""

    def __init__(self, path: Path, dtype: str) -> None:
        self.path = path
        self.dtype = np.dtype(dtype)
        self.count = 0
        self.held = bytearray()
        self._file: BufferedWriter | None = None

    @property
    def is_short(self) -> bool:
        return self._file is None

    def append(self, values: npt.ArrayLike) -> None:
        array = np.ascontiguousarray(values, self.dtype)
        data = array.view(np.uint8).data
        self.count += array.size
        if self._file is None:
            self.held += data
            if len(self.held) > _SHORT:
                self._file = self.path.open("wb")
                self._file.write(self.held)
                self.held.clear()
        else:
            self._file.write(data)

    def read(self) -> Array:
        """What was written so far, mapped where it is in a file."""
        if self._file is None:
            return np.frombuffer(bytes(self.held), self.dtype)
        self._file.flush()
        return np.asarray(np.memmap(self.path, self.dtype, "r"))

    def close(self, durable: bool) -> None:
        if self._file is not None:
            if durable:
                _sync(self._file)
            self._file.close()

    def entry(self, file: str, offset: int) -> dict[str, Any]:
        return {"file": file, "offset": offset, "type": self.dtype.str, "count": self.count}


class SegmentWriter:
    """All arrays of a segment. The manifest is written last, only when nothing failed."""

    def __init__(self, folder: Path, stem: str = STEM) -> None:
        self.folder = folder
        self.stem = stem
        self.facts: dict[str, Any] = {}
        self._arrays: dict[str, ArrayWriter] = {}

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / manifest_name(self.stem)).unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for array in self._arrays.values():
            array.close(durable=kind is None)
        if kind is None:
            self._finish()

    def create(self, name: str, dtype: str) -> ArrayWriter:
        array = ArrayWriter(self.folder / f"{self.stem}-{name}.{dtype[1:]}", dtype)
        self._arrays[name] = array
        return array

    def save(self, name: str, dtype: str, values: npt.ArrayLike) -> None:
        self.create(name, dtype).append(values)

    def _finish(self) -> None:
        arrays: dict[str, dict[str, Any]] = {}
        sizes: dict[str, int] = {}
        short, short_name = bytearray(), f"{self.stem}-short.bin"
        for name, array in self._arrays.items():
            if array.is_short:
                arrays[name] = array.entry(short_name, len(short))
                short += array.held + bytes(-len(array.held) % _ALIGNMENT)
            else:
                arrays[name] = array.entry(array.path.name, 0)
                sizes[array.path.name] = array.count * array.dtype.itemsize
        sizes[short_name] = len(short)
        _write(self.folder / short_name, short)
        manifest = {"format": FORMAT, "facts": self.facts, "bytes": sizes, "arrays": arrays}
        _write(self.folder / manifest_name(self.stem), json.dumps(manifest).encode())
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class SegmentFiles:
    """The arrays of a finished segment, by name. Sizes are checked on opening."""

    def __init__(self, folder: Path, stem: str = STEM) -> None:
        manifest = _read_manifest(folder / manifest_name(stem))
        self.facts: Mapping[str, Any] = manifest["facts"]
        self._sizes: Mapping[str, int] = manifest["bytes"]
        self._contents = {name: _load(folder / name, size) for name, size in self._sizes.items()}
        self._arrays = {
            name: np.frombuffer(self._contents[entry["file"]], entry["type"], entry["count"], entry["offset"])
            for name, entry in manifest["arrays"].items()
        }

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def size(self) -> int:
        """Bytes on disk, the manifest left out."""
        return sum(self._sizes.values())

    def read_ahead(self) -> None:
        """Ask the system to bring the mapped files into memory; returns at once."""
        if hasattr(mmap, "MADV_WILLNEED"):
            for content in self._contents.values():
                if isinstance(content, mmap.mmap):
                    content.madvise(mmap.MADV_WILLNEED)

    def close(self) -> None:
        """Let go of the arrays. A mapping ends when the last array made from it does."""
        self._arrays = {}
        self._contents = {}


def manifest_name(stem: str = STEM) -> str:
    return f"{stem}.json"


def _load(path: Path, expected: int) -> bytes | mmap.mmap:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != expected:
                raise LiteralSegmentError(f"{path.name} 应有 {expected} 字节，实有 {size} 字节")
            if size <= _SHORT:
                return file.read()
            return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
    except OSError as error:
        raise LiteralSegmentError(f"{path.name} 读不出来：{error.strerror or error}") from error


def _read_manifest(path: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads(path.read_text("utf-8"))
        if manifest["format"] != FORMAT:
            raise LiteralSegmentError(f"{path.name} 的格式是 {manifest['format']}，本程序读 {FORMAT}")
    except OSError as error:
        raise LiteralSegmentError(f"{path.name} 读不出来：{error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise LiteralSegmentError(f"{path.name} 不是完整的清单") from error
    return manifest  # type: ignore[no-any-return]


def _write(path: Path, data: bytes | bytearray) -> None:
    with path.open("wb") as file:
        file.write(data)
        _sync(file)


def _sync(file: BufferedWriter) -> None:
    file.flush()
    os.fsync(file.fileno())

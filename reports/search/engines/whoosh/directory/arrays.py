"""Array files: flat little-endian arrays in a folder, with one manifest that has their sizes.

A long array is a file of its own; the short arrays share one file, so a segment of a few articles costs two
files. Long files are mapped, not copied. No file changes after the manifest is written; the checksums of all
files are in the index's table of contents. Several sets of array files share a folder: every name begins with
the stem of its set, which is ``literal`` for the literal index.
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

from reports.search.contract.errors import IndexUnreadable

from .durable import sync_file, sync_folder, write_file
from .integrity import FileDamaged

FORMAT = 2
STEM = "literal"
_MAX_SHORT_BYTES = 1 << 16  # arrays up to this size share a file; files up to this size are read, not mapped
_ALIGNMENT = 8

# Types of arrays, for the whole engine.
Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
UInt32s = npt.NDArray[np.uint32]
Integers = npt.NDArray[np.integer[Any]]


class ArrayWriter:
    """Writes one array part by part: into memory while it is short, then into a file of its own."""

    def __init__(self, path: Path, dtype: str) -> None:
        self.path = path
        self.dtype = np.dtype(dtype)
        self.count = 0
        self.buffer = bytearray()
        self._file: BufferedWriter | None = None

    @property
    def is_short(self) -> bool:
        return self._file is None

    def append(self, values: npt.ArrayLike) -> None:
        array = np.ascontiguousarray(values, self.dtype)
        data = array.view(np.uint8).data
        self.count += array.size
        if self._file is None:
            self.buffer += data
            if len(self.buffer) > _MAX_SHORT_BYTES:
                self._file = self.path.open("wb")
                self._file.write(self.buffer)
                self.buffer.clear()
        else:
            self._file.write(data)

    def read(self) -> Array:
        """The values written so far; mapped if they are in a file."""
        if self._file is None:
            return np.frombuffer(bytes(self.buffer), self.dtype)
        self._file.flush()
        return np.asarray(np.memmap(self.path, self.dtype, "r"))

    def close(self, durable: bool) -> None:
        if self._file is not None:
            if durable:
                sync_file(self._file)
            self._file.close()

    def entry(self, file: str, offset: int) -> dict[str, Any]:
        """The array's line in the manifest."""
        return {"file": file, "offset": offset, "type": self.dtype.str, "count": self.count}


class ArrayFilesWriter:
    """Writes a set of array files. The manifest is written last, and only if nothing failed."""

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
                short += array.buffer + bytes(-len(array.buffer) % _ALIGNMENT)
            else:
                arrays[name] = array.entry(array.path.name, 0)
                sizes[array.path.name] = array.count * array.dtype.itemsize
        sizes[short_name] = len(short)
        write_file(self.folder / short_name, short)
        manifest = {"format": FORMAT, "facts": self.facts, "bytes": sizes, "arrays": arrays}
        write_file(self.folder / manifest_name(self.stem), json.dumps(manifest).encode())
        sync_folder(self.folder)


class ArrayFiles:
    """The arrays of a finished set, by name. Raises FileDamaged if a file has not the size it was written
    with, IndexUnreadable if it cannot be read."""

    def __init__(self, folder: Path, stem: str = STEM) -> None:
        manifest = _read_manifest(folder / manifest_name(stem))
        self.facts: Mapping[str, Any] = manifest["facts"]
        self._contents = {name: _load(folder / name, size) for name, size in manifest["bytes"].items()}
        self._arrays = {
            name: np.frombuffer(self._contents[entry["file"]], entry["type"], entry["count"], entry["offset"])
            for name, entry in manifest["arrays"].items()
        }

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def read_ahead(self) -> None:
        """Ask the system to read the mapped files into memory; returns at once."""
        if hasattr(mmap, "MADV_WILLNEED"):
            for content in self._contents.values():
                if isinstance(content, mmap.mmap):
                    content.madvise(mmap.MADV_WILLNEED)


def manifest_name(stem: str = STEM) -> str:
    return f"{stem}.json"


def _load(path: Path, expected: int) -> bytes | mmap.mmap:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != expected:
                raise FileDamaged(path, f"应有 {expected} 字节，实有 {size} 字节")
            if size <= _MAX_SHORT_BYTES:
                return file.read()
            return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
    except OSError as error:
        raise IndexUnreadable(path, error) from error


def _read_manifest(path: Path) -> Mapping[str, Any]:
    try:
        manifest: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        if manifest["format"] != FORMAT:
            raise FileDamaged(path, f"格式是 {manifest['format']}，本程序读 {FORMAT}")
    except OSError as error:
        raise IndexUnreadable(path, error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise FileDamaged(path, "不是完整的清单") from error
    return manifest

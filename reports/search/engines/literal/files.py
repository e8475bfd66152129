"""Flat little-endian arrays in a folder, under one manifest with sizes and checksums.

The files of a segment never change once the manifest stands. Small ones are read, large ones
mapped, so that many small segments cost no file descriptors. Other files in the folder are left
alone: every name here begins with ``literal``.
"""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from .errors import LiteralSegmentError

FORMAT = 1
MANIFEST = "literal.json"
_MAPPED_FROM = 1 << 16  # bytes; below this a page-aligned mapping wastes more than a copy
_CHECKED_AT_ONCE = 1 << 24

Array = npt.NDArray[Any]


class FlatFileWriter:
    """One array being written, part by part."""

    def __init__(self, path: Path, dtype: str) -> None:
        self.path = path
        self.dtype = np.dtype(dtype)
        self.count = 0
        self.checksum = 0
        self._file = path.open("wb")

    def append(self, values: npt.ArrayLike) -> None:
        array = np.ascontiguousarray(values, self.dtype)
        if not array.size:
            return
        data = array.view(np.uint8).data
        self.checksum = zlib.crc32(data, self.checksum)
        self.count += array.size
        self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """Write out and make durable."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        self._file.close()

    def entry(self) -> dict[str, Any]:
        return {
            "file": self.path.name,
            "type": self.dtype.str,
            "count": self.count,
            "bytes": self.count * self.dtype.itemsize,
            "crc32": self.checksum,
        }


class SegmentWriter:
    """All arrays of a segment. The manifest is written last, only when nothing failed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, FlatFileWriter] = {}
        self.facts: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / MANIFEST).unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            for file in self._files.values():
                file.abandon()
            return
        for file in self._files.values():
            file.close()
        self._write_manifest()

    def create(self, name: str, dtype: str) -> FlatFileWriter:
        file = FlatFileWriter(self.folder / f"literal-{name}.{dtype[1:]}", dtype)
        self._files[name] = file
        return file

    def save(self, name: str, dtype: str, values: npt.ArrayLike) -> None:
        self.create(name, dtype).append(values)

    def _write_manifest(self) -> None:
        files = {name: file.entry() for name, file in self._files.items()}
        body = {"format": FORMAT, "facts": self.facts, "files": files}
        unsettled = self.folder / f"{MANIFEST}.new"
        with unsettled.open("w", encoding="utf-8") as file:
            json.dump({"body": body, "crc32": _body_checksum(body)}, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        unsettled.rename(self.folder / MANIFEST)
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class SegmentFiles:
    """The arrays of a finished segment, by name. Sizes are checked on opening."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        body = _read_manifest(folder / MANIFEST)
        self.facts: Mapping[str, Any] = body["facts"]
        self._entries: Mapping[str, Mapping[str, Any]] = body["files"]
        self._maps: list[mmap.mmap] = []
        self._arrays = {name: self._open(entry) for name, entry in self._entries.items()}

    def __getitem__(self, name: str) -> Array:
        try:
            return self._arrays[name]
        except KeyError:
            raise LiteralSegmentError(f"没有 {name}") from None

    def size(self) -> int:
        """Bytes on disk, the manifest left out."""
        return sum(int(entry["bytes"]) for entry in self._entries.values())

    def verify(self) -> None:
        """Read everything and compare checksums; raises LiteralSegmentError."""
        for name, entry in self._entries.items():
            checksum = 0
            data = self._arrays[name].view(np.uint8).data
            for start in range(0, len(data), _CHECKED_AT_ONCE):
                checksum = zlib.crc32(data[start : start + _CHECKED_AT_ONCE], checksum)
            if checksum != entry["crc32"]:
                raise LiteralSegmentError(f"{entry['file']} 的校验和不符")

    def read_ahead(self) -> None:
        """Ask the system to bring the mapped files into memory; returns at once."""
        if hasattr(mmap, "MADV_WILLNEED"):
            for mapped in self._maps:
                mapped.madvise(mmap.MADV_WILLNEED)

    def close(self) -> None:
        """Let go of the arrays. A mapping ends when the last array made from it does."""
        self._arrays = {}
        self._maps = []

    def _open(self, entry: Mapping[str, Any]) -> Array:
        name, expected = entry["file"], entry["bytes"]
        dtype = np.dtype(entry["type"])
        try:
            with (self.folder / name).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size != expected or size != entry["count"] * dtype.itemsize:
                    raise LiteralSegmentError(f"{name} 应有 {expected} 字节，实有 {size} 字节")
                if size < _MAPPED_FROM:
                    return np.frombuffer(file.read(), dtype)
                mapped = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
        except OSError as error:
            raise LiteralSegmentError(f"{name} 读不出来：{error.strerror or error}") from error
        self._maps.append(mapped)
        return np.frombuffer(mapped, dtype)


def _read_manifest(path: Path) -> Mapping[str, Any]:
    try:
        stored = json.loads(path.read_text("utf-8"))
        body = stored["body"]
        if stored["crc32"] != _body_checksum(body):
            raise LiteralSegmentError(f"{path.name} 的校验和不符")
        if body["format"] != FORMAT:
            raise LiteralSegmentError(f"格式 {body['format']}，本程序读 {FORMAT}")
    except OSError as error:
        raise LiteralSegmentError(f"{path.name} 读不出来：{error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise LiteralSegmentError(f"{path.name} 不是完整的清单") from error
    return body  # type: ignore[no-any-return]


def _body_checksum(body: Any) -> int:
    return zlib.crc32(json.dumps(body, sort_keys=True, ensure_ascii=True).encode())

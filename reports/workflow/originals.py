"""Originals on disk, byte for byte, under their sha256: ``originals/<first two digits>/<sha256>``."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_CHUNK = 1 << 20


class DamagedOriginal(Exception):  # noqa: N818 - a state of the file
    """The bytes on disk are missing or are no longer those that were received."""


def original_path(sha256: str) -> Path:
    return Path(settings.ARCHIVE_ORIGINALS) / sha256[:2] / sha256


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def keep(data: bytes, sha256: str) -> Path:
    """Write ``data`` where it belongs unless it already lies there whole; return the path.

    A file appears under its final name only when all its bytes are on disk: written aside, flushed,
    renamed. So a crash leaves either nothing or the whole, and two writers of the same bytes agree.
    """
    path = original_path(sha256)
    if _is_whole(path, sha256, len(data)):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=".receiving-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(Path(aside), path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    return path


def keep_stream(source: BinaryIO) -> tuple[str, int]:
    """Keep what ``source`` yields without holding it in memory; return its sha256 and size."""
    root = Path(settings.ARCHIVE_ORIGINALS)
    root.mkdir(parents=True, exist_ok=True)
    hasher, size = hashlib.sha256(), 0
    descriptor, aside = tempfile.mkstemp(dir=root, prefix=".receiving-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            while chunk := source.read(_CHUNK):
                hasher.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        path = original_path(hasher.hexdigest())
        path.parent.mkdir(exist_ok=True)
        _put_in_place(Path(aside), path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    return hasher.hexdigest(), size


def read(sha256: str) -> bytes:
    """The bytes as received; raise DamagedOriginal where they are missing or altered."""
    try:
        data = original_path(sha256).read_bytes()
    except FileNotFoundError as error:
        raise DamagedOriginal("原件不在档案的存储目录中，请从备份恢复。") from error
    if digest(data) != sha256:
        raise DamagedOriginal("原件与收到时的校验码不符，可能已损坏，请从备份恢复。")
    return data


def discard(sha256: str) -> None:
    original_path(sha256).unlink(missing_ok=True)


def _put_in_place(aside: Path, path: Path) -> None:
    aside.chmod(0o640)
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # Without this the rename itself may be lost with the power (man 2 fsync).
        os.fsync(folder)
    finally:
        os.close(folder)


def _is_whole(path: Path, sha256: str, size: int) -> bool:
    try:
        return path.stat().st_size == size and digest(path.read_bytes()) == sha256
    except FileNotFoundError:
        return False

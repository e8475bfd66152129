"""Originals on disk, byte for byte, under their sha256: ``originals/<first two digits>/<sha256>``."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_CHUNK = 1 << 20
_TEMPORARY_PREFIX = ".receiving-"


class DamagedOriginal(Exception):  # noqa: N818 - a state of the file
    """The bytes on disk are missing or are no longer those that were received."""


class PurgedOriginal(DamagedOriginal):
    """The bytes were purged."""

    def __init__(self) -> None:
        super().__init__("原件已由管理员彻底删除，不再保存。")


def relative_path(sha256: str) -> Path:
    """The path of an original below the folder of originals."""
    return Path(sha256[:2], sha256)


def original_path(sha256: str) -> Path:
    return Path(settings.ARCHIVE_ORIGINALS) / relative_path(sha256)


def is_temporary(name: str) -> bool:
    """Whether it is the name of a temporary file: being received, or left by a killed process."""
    return name.startswith(_TEMPORARY_PREFIX)


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def store(data: bytes, sha256: str) -> Path:
    """Write ``data`` to its path unless it is already complete there; return the path.

    The data is written to a temporary file, flushed to disk, and renamed. So a crash leaves either no file or
    the complete one, and two writers of the same bytes do not conflict.
    """
    path = original_path(sha256)
    if _is_complete(path, sha256, len(data)):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary_path = tempfile.mkstemp(dir=path.parent, prefix=_TEMPORARY_PREFIX)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _move_to(Path(temporary_path), path)
    except BaseException:
        Path(temporary_path).unlink(missing_ok=True)
        raise
    return path


def store_stream(source: BinaryIO, should_store: Callable[[str], bool] = lambda _: True) -> tuple[str, int]:
    """Store the bytes of ``source`` without reading them into memory; return their sha256 and size.

    The bytes are not stored if ``should_store`` returns False for the sha256.
    """
    root = Path(settings.ARCHIVE_ORIGINALS)
    root.mkdir(parents=True, exist_ok=True)
    hasher, size = hashlib.sha256(), 0
    descriptor, temporary_path = tempfile.mkstemp(dir=root, prefix=_TEMPORARY_PREFIX)
    try:
        with os.fdopen(descriptor, "wb") as file:
            while chunk := source.read(_CHUNK):
                hasher.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        path = original_path(hasher.hexdigest())
        if should_store(hasher.hexdigest()):
            path.parent.mkdir(exist_ok=True)
            _move_to(Path(temporary_path), path)
        else:
            Path(temporary_path).unlink()
    except BaseException:
        Path(temporary_path).unlink(missing_ok=True)
        raise
    return hasher.hexdigest(), size


def read(sha256: str) -> bytes:
    """The bytes as received; raises DamagedOriginal if they are missing or altered."""
    try:
        data = original_path(sha256).read_bytes()
    except FileNotFoundError as error:
        raise DamagedOriginal("原件不在档案的存储目录中，请从备份恢复。") from error
    if sha256_of(data) != sha256:
        raise DamagedOriginal("原件与收到时的校验码不符，可能已损坏，请从备份恢复。")
    return data


def delete(sha256: str) -> None:
    """Delete the bytes permanently; a missing file is not an error."""
    path = original_path(sha256)
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        sync_folder(path.parent)


def remove_orphaned_files(older_than: float) -> None:
    """Delete temporary files of killed processes that were last changed before ``older_than`` (Unix time)."""
    for path in Path(settings.ARCHIVE_ORIGINALS).glob(f"**/{_TEMPORARY_PREFIX}*"):
        with contextlib.suppress(FileNotFoundError):  # another process has just renamed it
            if path.stat().st_mtime < older_than:
                path.unlink()


def _move_to(temporary_path: Path, path: Path) -> None:
    temporary_path.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Write the folder to disk. Without this a loss of power may undo a rename (man 2 fsync)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_complete(path: Path, sha256: str, size: int) -> bool:
    try:
        return path.stat().st_size == size and sha256_of(path.read_bytes()) == sha256
    except FileNotFoundError:
        return False

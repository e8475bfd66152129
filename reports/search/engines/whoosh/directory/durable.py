"""Durable writes: what is written is on the disk when the call returns (fsync(2))."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO


def sync_file(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the files created, renamed and removed in ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: Path, data: bytes | bytearray) -> None:
    with path.open("wb") as file:
        file.write(data)
        sync_file(file)


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``. A reader sees the old file or the new one, never a part of it."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        write_file(temporary, data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)  # do not fill up a full disk further
        raise
    sync_folder(path.parent)

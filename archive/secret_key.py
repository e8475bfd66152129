"""Django's secret key: created once per data folder, stored there, and the same for every process."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

logger = logging.getLogger(__name__)

_NAME = "secret_key"


def secret_key(folder: Path) -> str:
    """The key in ``folder``, created by the first process that calls this.

    It is written to a temporary file, which is then linked to its name. So a process always reads a complete
    key; of several processes one wins and the others read its key; a crash leaves at most a temporary file.
    """
    path = folder / _NAME
    while not (key := _read(path)):
        with _temporary_key_file(folder) as temporary_path:
            if path.exists():
                _replace_empty(path, temporary_path)
            else:
                with contextlib.suppress(FileExistsError):  # another process was faster
                    os.link(temporary_path, path)
        _sync(folder)
    return key


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        return ""


@contextlib.contextmanager
def _temporary_key_file(folder: Path) -> Iterator[Path]:
    """A new key in a temporary file of ``folder``, on disk; the file is removed afterwards."""
    descriptor, name = tempfile.mkstemp(prefix=f".{_NAME}-", dir=folder)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _replace_empty(path: Path, temporary_path: Path) -> None:
    """Put the new key in the place of an empty file, unless another process has done so."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        # A rename, unlike a link, does not fail if the name exists, so only one process may do it at a time.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if path.exists() and not _read(path):
            logger.warning(
                "密钥文件 %s 是空的（可能是上次启动中断所致），已换成新密钥；用户需要重新登录。", path
            )
            temporary_path.replace(path)
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    """Write the folder to disk. Without this a loss of power may undo the new name (man 2 fsync)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

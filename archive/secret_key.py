"""Django's secret key: made once for a data folder, kept there, the same for every process."""

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
    """The key kept in ``folder``; it is made by whichever process asks first.

    It is written aside and then linked to its name. So whoever sees the name reads a whole key, of several
    starters one wins and the others read the winner's, and a crash leaves at most a stray temporary file.
    """
    path = folder / _NAME
    while not (key := _read(path)):
        with _temporary_key_file(folder) as temporary_path:
            if path.exists():
                _replace_empty(path, temporary_path)
            else:
                with contextlib.suppress(FileExistsError):  # another starter was faster
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
        # A rename, unlike a link, does not tell who came first: one process at a time.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if path.exists() and not _read(path):
            logger.warning(
                "密钥文件 %s 是空的（可能是上次启动中断所致），已换成新密钥；用户需要重新登录。", path
            )
            temporary_path.replace(path)
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    """Without this the new name itself may be lost with the power (man 2 fsync)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

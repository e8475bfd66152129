"""Errors of backup and restoration, in Chinese for the operator."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

_CAUSES = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EFBIG: "文件超过了文件系统允许的大小",
}


class BackupError(Exception):
    """Its text is a sentence that is shown without changes."""


class DamagedBackupError(BackupError):
    """The file is not a backup of an archive, or has changed since it was written."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"备份文件不完整或已损坏：{what}。没有恢复任何内容，请换一份备份。")


def cause_of(error: OSError) -> str:
    return _CAUSES.get(error.errno or 0) or error.strerror or str(error)


@contextmanager
def raised_as(what: str) -> Iterator[None]:
    """Raise errors of disk or database as BackupError whose text begins with ``what``."""
    try:
        yield
    except OSError as error:
        path = f"（{error.filename}）" if error.filename else ""
        raise BackupError(f"{what}：{cause_of(error)}{path}。") from error
    except (sqlite3.Error, DatabaseError) as error:
        raise BackupError(f"{what}：{_database_cause(error)}。") from error


def _database_cause(error: Exception) -> str:
    raised = error if isinstance(error, sqlite3.Error) else error.__cause__
    code = getattr(raised, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL:
        return "磁盘已满"
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return "数据库文件已损坏"
    return f"数据库报错（{error}）"

"""A SQLite database as a file: copied during writes, checked, and queried for its contents."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib.sessions.models import Session
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler

from reports.models import Accession, Purge

from .errors import BackupError

Migration = tuple[str, str]

_SESSIONS = Session._meta.db_table
_ACCESSIONS = Accession._meta.db_table
_PURGES = Purge._meta.db_table
_MIGRATIONS = MigrationRecorder.Migration._meta.db_table
# Purged originals are excluded: their files are missing on purpose.
_STORED = f"FROM {_ACCESSIONS} WHERE sha256 NOT IN (SELECT sha256 FROM {_PURGES})"  # noqa: S608
_SHOWN = 3
_PATIENCE = 30
# For files that no other process opens: in shared folders locks often do not work.
_NO_LOCKS = "vfs=unix-none"


@dataclass(frozen=True, slots=True)
class Records:
    """The contents of a database file.

    In SQL, because managers of models always use the database of the running program.
    """

    connection: BaseDatabaseWrapper

    def originals(self) -> Iterator[tuple[str, int]]:
        """sha256 and id of every accession whose bytes must exist, in the order of the folders."""
        yield from self._rows(f"SELECT sha256, id {_STORED} ORDER BY sha256")

    def keeps(self, sha256: str) -> bool:
        return bool(self._rows(f"SELECT 1 {_STORED} AND sha256 = %s", sha256))

    def latest_purge(self) -> int:
        return int(self._rows(f"SELECT COALESCE(MAX(id), 0) FROM {_PURGES}")[0][0])  # noqa: S608

    def migrations(self) -> list[Migration]:
        return sorted(set(self._rows(f"SELECT app, name FROM {_MIGRATIONS}")))  # noqa: S608

    def counts(self) -> dict[str, int]:
        """The number of rows of each table."""
        names = sorted(self.connection.introspection.table_names())
        quoted = self.connection.ops.quote_name
        return {name: self._rows(f"SELECT COUNT(*) FROM {quoted(name)}")[0][0] for name in names}  # noqa: S608

    def check(self) -> None:
        """Raise BackupError if pages, constraints or references are damaged."""
        problems = [row[0] for row in self._rows("PRAGMA integrity_check")]
        if problems != ["ok"]:
            raise BackupError(f"数据库文件已损坏（{'；'.join(problems[:_SHOWN])}）。")
        if broken := self._rows("PRAGMA foreign_key_check"):
            tables = sorted({row[0] for row in broken})
            raise BackupError(f"数据库中有{len(broken)}处引用落空（表 {'、'.join(tables)}）。")

    def _rows(self, sql: str, *values: str) -> list[Any]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())


@contextmanager
def opened(database: Path) -> Iterator[Records]:
    """Open the existing file ``database``."""
    with _connected(_address(database, "mode=rw")) as connection:
        yield Records(connection)


def copy_database(source: Path, copy: Path, scratch: Path) -> None:
    """Make ``copy``: the state of ``source`` at one moment, without sessions and without deleted data.

    The first copy, ``scratch``, copies all pages in a single step, which does not block writers and is not
    disturbed by them. Its free pages still contain data of deleted rows, for example purged texts, so
    ``copy`` is written again from the rows.
    """
    for path in (scratch, copy):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        closing(sqlite3.connect(_address(source, "mode=rw"), uri=True, timeout=_PATIENCE)) as live,
        _connected(_address(scratch, _NO_LOCKS)) as connection,
    ):
        copied = connection.connection
        copied.execute("PRAGMA locking_mode = EXCLUSIVE")
        copied.execute("PRAGMA synchronous = OFF")  # if the machine fails, the backup is made again
        live.backup(copied)
        # The copy does not need the write-ahead log of ``source``.
        copied.execute("PRAGMA journal_mode = OFF")
        tables = {name for (name,) in copied.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if not {_ACCESSIONS, _PURGES, _SESSIONS, _MIGRATIONS} <= tables:
            raise BackupError("数据库里还没有档案的表，没有可备份的内容。请先运行 migrate。")
        # A session key is enough to be logged in, so backups must not contain any.
        copied.execute(f"DELETE FROM {_SESSIONS}")  # noqa: S608
        copied.execute("VACUUM INTO ?", [_address(copy, _NO_LOCKS)])
    scratch.unlink()


def program_migrations() -> set[Migration]:
    """Every migration of this program, including squashed ones."""
    migrations = MigrationLoader(None).disk_migrations
    return {*migrations, *(old for migration in migrations.values() for old in migration.replaces)}


@contextmanager
def _connected(address: str) -> Iterator[BaseDatabaseWrapper]:
    """A connection by Django, which defines the functions that constraints use (REGEXP)."""
    connection = ConnectionHandler(
        {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": address,
                "OPTIONS": {"timeout": _PATIENCE},
            }
        }
    )["default"]
    connection.ensure_connection()
    try:
        yield connection
    finally:
        connection.close()


def _address(path: Path, option: str) -> str:
    return f"file:{quote(str(path))}?{option}"

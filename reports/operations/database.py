"""A SQLite database as a file of its own: copied while others write to it, checked, asked what it holds."""

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
# An original that was removed for good is named by a purge and is rightly not there.
_STORED = f"FROM {_ACCESSIONS} WHERE sha256 NOT IN (SELECT sha256 FROM {_PURGES})"  # noqa: S608
_SHOWN = 3
_PATIENCE = 30
# For files that nobody else opens: shared folders often have no locks that work.
_NO_LOCKS = "vfs=unix-none"


@dataclass(frozen=True, slots=True)
class Records:
    """What the archive's database says of itself.

    Asked in SQL: a model's manager would ask the database of the running program, whatever the connection.
    """

    connection: BaseDatabaseWrapper

    def originals(self) -> Iterator[tuple[str, int]]:
        """sha256 and number of every accession whose bytes are to be there, in the order of the folders."""
        yield from self._rows(f"SELECT sha256, id {_STORED} ORDER BY sha256")

    def keeps(self, sha256: str) -> bool:
        return bool(self._rows(f"SELECT 1 {_STORED} AND sha256 = %s", sha256))

    def latest_purge(self) -> int:
        return int(self._rows(f"SELECT COALESCE(MAX(id), 0) FROM {_PURGES}")[0][0])  # noqa: S608

    def migrations(self) -> list[Migration]:
        return sorted(set(self._rows(f"SELECT app, name FROM {_MIGRATIONS}")))  # noqa: S608

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        names = sorted(self.connection.introspection.table_names())
        quoted = self.connection.ops.quote_name
        return {name: self._rows(f"SELECT COUNT(*) FROM {quoted(name)}")[0][0] for name in names}  # noqa: S608

    def check(self) -> None:
        """Raise BackupError where pages, constraints or references are not in order."""
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
    """The database at ``database``, which is there."""
    with _connected(_address(database, "mode=rw")) as connection:
        yield Records(connection)


def copy_database(source: Path, copy: Path, scratch: Path) -> None:
    """Make ``copy``: one moment of ``source``, whole, without sessions and without what was deleted.

    The first copy, ``scratch``, is made of all pages in a single step, which holds up no writer and which no
    writer disturbs. It still holds in its free pages what deleted rows have left there, texts that were
    purged among them, so ``copy`` is written anew from its rows.
    """
    for path in (scratch, copy):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        closing(sqlite3.connect(_address(source, "mode=rw"), uri=True, timeout=_PATIENCE)) as live,
        _connected(_address(scratch, _NO_LOCKS)) as connection,
    ):
        copied = connection.connection
        copied.execute("PRAGMA locking_mode = EXCLUSIVE")
        copied.execute("PRAGMA synchronous = OFF")  # should the machine fail, the backup is made again
        live.backup(copied)
        # The log of changes that ``source`` has is none of the copy's.
        copied.execute("PRAGMA journal_mode = OFF")
        tables = {name for (name,) in copied.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if not {_ACCESSIONS, _PURGES, _SESSIONS, _MIGRATIONS} <= tables:
            raise BackupError("数据库里还没有档案的表，没有可备份的内容。请先运行 migrate。")
        # Whoever holds a session key is logged in: none is to lie about in backups.
        copied.execute(f"DELETE FROM {_SESSIONS}")  # noqa: S608
        copied.execute("VACUUM INTO ?", [_address(copy, _NO_LOCKS)])
    scratch.unlink()


def program_migrations() -> set[Migration]:
    """Every migration that this program knows, those that were squashed among them."""
    migrations = MigrationLoader(None).disk_migrations
    return {*migrations, *(old for migration in migrations.values() for old in migration.replaces)}


@contextmanager
def _connected(address: str) -> Iterator[BaseDatabaseWrapper]:
    """By Django, which brings the functions that constraints call (REGEXP)."""
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

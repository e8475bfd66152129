"""Recognises archives made before 0.9: their tables have other names, and they cannot be migrated.

Their first migration was ``0001_initial``; now it is ``0001_articles``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

OLDER_ARCHIVE = (
    "这个档案由0.9以前的程序建立，本程序不能使用，没有改动任何内容："
    "请取出原件，再导入到新的 ARCHIVE_DATA（步骤见 docs/运维手册.md“0.9以前的档案”）。"
)
_FIRST_MIGRATION_THEN = ("reports", "0001_initial")


class OlderArchiveError(Exception):
    """Its text is a sentence that is shown without changes."""

    def __init__(self) -> None:
        super().__init__(OLDER_ARCHIVE)


def is_older(migrations: Iterable[tuple[str, str]]) -> bool:
    """Whether a database with these migrations, (application, name), was made before 0.9."""
    return _FIRST_MIGRATION_THEN in migrations


def refuse_older_archive() -> None:
    """Raise OlderArchiveError if the database of this process was made before 0.9."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        return  # a query would create the file
    try:
        migrations = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return  # the next query fails in the same way and reports the error
    finally:
        connection.close()  # the server forks after this
    if is_older(migrations):
        raise OlderArchiveError

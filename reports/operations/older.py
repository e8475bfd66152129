"""Archives made before 0.9: their tables have other names, and no migration leads from there to here.

Their first migration was called ``0001_initial``, that of today ``0001_articles``.
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
    """Its text is a sentence to show as it stands."""

    def __init__(self) -> None:
        super().__init__(OLDER_ARCHIVE)


def is_older(migrations: Iterable[tuple[str, str]]) -> bool:
    """Whether a database with these migrations, (application, name), was made before 0.9."""
    return _FIRST_MIGRATION_THEN in migrations


def refuse_older_archive() -> None:
    """Raise OlderArchiveError if the database of this process was made before 0.9."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        return  # to ask would make the file
    try:
        migrations = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return  # what hinders this question hinders what comes next, and that says so
    finally:
        connection.close()  # a server forks after this
    if is_older(migrations):
        raise OlderArchiveError

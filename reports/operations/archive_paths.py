"""Paths of the parts of an archive."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from reports.search.connection import index_folder

from .errors import BackupError


@dataclass(frozen=True, slots=True)
class ArchivePaths:
    data: Path
    database: Path
    originals: Path
    index: Path | None
    secret_key: Path


def paths_of_this_archive() -> ArchivePaths:
    """The paths in the settings. Raises BackupError if the database is not a SQLite file."""
    if connection.vendor != "sqlite":
        raise BackupError(
            "这个档案的数据库不是 SQLite（见环境变量 DATABASE_URL），目前还不能用 backup 和 restore。"
            "请用 pg_dump 备份数据库，并另存数据目录中的 originals 和 secret_key。"
        )
    data = Path(settings.ARCHIVE_DATA)
    return ArchivePaths(
        data=data,
        database=Path(connection.settings_dict["NAME"]).absolute(),
        originals=Path(settings.ARCHIVE_ORIGINALS),
        index=index_folder(),
        secret_key=data / "secret_key",
    )

"""Runs when a process starts, before any data is read: file modes and checks."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from . import file_modes

logger = logging.getLogger(__name__)


class ArchiveConfig(AppConfig):
    name = "archive"
    verbose_name = "区县报道档案"

    def ready(self) -> None:
        close_data_to_others()
        checks.register(open_files, checks.Tags.security, deploy=True)


def data_paths() -> list[Path]:
    """Paths of data: the data folder, and index and SQLite database if they are elsewhere."""
    from reports.search.connection import index_folder  # haystack is read once the apps are

    index = index_folder()
    paths = [settings.ARCHIVE_DATA, *([index] if index else [])]
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        paths += [Path(f"{database['NAME']}{end}") for end in ("", "-wal", "-shm", "-journal")]
    return paths


def open_files(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """For ``check --deploy``: warns of data that other accounts of the machine can read or change."""
    open_paths = list(file_modes.open_to_others(data_paths()))
    if not open_paths:
        return []
    return [
        checks.Warning(
            f"本机其他账号可以读取或改动档案的数据：{_named(open_paths)}。",
            hint="启动时会自动收紧；收紧不了的，请把所有者改为运行档案的账号，再运行 chmod -R go= 文件夹。",
            id="archive.W001",
        )
    ]


def close_data_to_others() -> None:
    result = file_modes.repair(data_paths())
    if result.closed:
        logger.warning("已收紧权限，其他账号不能再读取：%d 个文件和文件夹。", result.closed)
    if result.failed:
        logger.warning(
            "以下文件或文件夹的权限无法收紧（不属于运行档案的账号，或是公用文件夹），其他账号可能读得到：%s。",
            _named(result.failed),
        )


def _named(paths: list[Path]) -> str:
    """The first few paths and the number of all."""
    first = "、".join(str(path) for path in paths[:3])
    return first if len(paths) <= 3 else f"{first} 等 {len(paths)} 个"

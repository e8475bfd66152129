"""Archives in folders of their own, made once, and the programs that are run on them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.operations import ArchivePaths, make_backup
from tests.disks import small_disk

__all__ = ["small_disk"]

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-long-secret-string-of-characters-1234567890"
Run = Callable[..., subprocess.CompletedProcess[str]]


def run_on(data: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python with ARCHIVE_DATA at ``data`` and the settings of service."""
    usual = {name: value for name, value in os.environ.items() if name not in ("SEARCH_URL", "DATABASE_URL")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            **usual,
            "ARCHIVE_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "archive.settings",
            "ARCHIVE_BACKGROUND_INDEXING": "0",
            "LOG_LEVEL": "ERROR",
            "PYTHONWARNINGS": "ignore",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def must(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty database. Not to be changed."""
    data = tmp_path_factory.mktemp("empty") / "data"
    must(run_on(data, "manage.py", "migrate", "--verbosity", "0"))
    return data


@pytest.fixture(scope="session")
def filled_archive(empty_archive: Path) -> Path:
    """A data folder with something of everything. Not to be changed."""
    data = empty_archive.parent / "filled"
    shutil.copytree(empty_archive, data)
    must(run_on(data, "-m", "tests.operations.stage", "fill"))
    return data


def places_below(data: Path) -> ArchivePaths:
    return ArchivePaths(
        data, data / "archive.sqlite3", data / "originals", data / "index", data / "secret_key"
    )


@pytest.fixture
def archive(filled_archive: Path, tmp_path: Path) -> ArchivePaths:
    """An archive of the test's own, for it to damage."""
    data = tmp_path / "archive"
    shutil.copytree(filled_archive, data, ignore=shutil.ignore_patterns("index"))
    return places_below(data)


@pytest.fixture
def backed_up(filled_archive: Path, tmp_path: Path) -> Path:
    """A backup of the archive with something of everything."""
    file = tmp_path / "whole.backup"
    make_backup(file, places_below(filled_archive), KEY, "HTTPS=1\n", lambda *_: None)
    return file


@pytest.fixture
def target(tmp_path: Path) -> ArchivePaths:
    """A place to restore into: as any command leaves a new data folder."""
    data = tmp_path / "target"
    (data / "logs").mkdir(parents=True)
    (data / "secret_key").write_text("made-by-the-settings-just-now")
    return places_below(data)


def contents(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}

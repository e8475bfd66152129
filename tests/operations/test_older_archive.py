"""An archive made before 0.9 is recognised by every entry and left as it is; the handbook says how to go on.

``data/archive-of-cc22851.sql.xz`` is the database of such an archive, as statements, with one sample in it.
"""

from __future__ import annotations

import lzma
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db.backends.sqlite3._functions import register

from reports.operations.older import OLDER_ARCHIVE

from .conftest import ROOT, must, run_on

_STATEMENTS = Path(__file__).parent / "data/archive-of-cc22851.sql.xz"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Its data folder. The original of its one document is the sample itself."""
    data = tmp_path / "older"
    data.mkdir()
    with closing(sqlite3.connect(data / "archive.sqlite3")) as database:
        register(database)  # what the constraints call
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(lzma.decompress(_STATEMENTS.read_bytes()).decode())
        ((sha256, name),) = database.execute("SELECT sha256, file_name FROM reports_accession")
    original = data / "originals" / sha256[:2] / sha256
    original.parent.mkdir(parents=True)
    shutil.copy(ROOT / "samples" / name, original)
    return data


@pytest.mark.parametrize(
    "entry",
    [
        ["manage.py", "migrate"],
        ["manage.py", "create_first_admin"],
        ["manage.py", "search", "产业链"],
        ["manage.py", "backup", "somewhere"],
        ["-c", "import archive.wsgi"],
        ["-m", "gunicorn", "--config", "archive/gunicorn.py", "archive.wsgi"],
    ],
)
def test_every_entry_stops_and_changes_nothing(older: Path, entry: list[str]) -> None:
    before = (older / "archive.sqlite3").read_bytes()
    done = run_on(older, *entry, PORT="0")
    assert done.returncode != 0
    assert done.stderr.count(OLDER_ARCHIVE) == 1
    assert "Traceback" not in done.stderr
    assert (older / "archive.sqlite3").read_bytes() == before


def test_the_way_of_the_handbook(older: Path, empty_archive: Path, tmp_path: Path) -> None:
    handbook = (ROOT / "docs/运维手册.md").read_text("utf-8")
    section = handbook.split("## 0.9以前的档案\n")[1].split("\n## ")[0]
    script = re.search(r"<<'结束'\n(.*?)\n结束\n", section, re.DOTALL)
    assert script is not None
    taken_out = tmp_path / "taken-out"
    subprocess.run([sys.executable, "-c", script[1], str(older), str(taken_out)], check=True)
    data = tmp_path / "new"
    shutil.copytree(empty_archive, data)
    must(run_on(data, "manage.py", "import_reports", "--verbosity", "0", str(taken_out)))
    with closing(sqlite3.connect(data / "archive.sqlite3")) as database:
        rows = database.execute("SELECT file_name, sha256 FROM reports_accession").fetchall()
    with closing(sqlite3.connect(older / "archive.sqlite3")) as database:
        assert rows == database.execute("SELECT file_name, sha256 FROM reports_accession").fetchall()

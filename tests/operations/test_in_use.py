"""A backup that is made while others write holds whatever was committed before it began, whole."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

from .conftest import must, run_on


def test_nothing_committed_before_is_missing(empty_archive: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(empty_archive, data)
    output = must(run_on(data, "-m", "tests.operations.writing", str(tmp_path)))
    backups = json.loads(output.splitlines()[-1])["backups"]
    assert len(backups) == 4
    for told in backups:
        assert 0 < len(told["before"]) < told["after"]
        rows = articles_in(Path(told["file"]), tmp_path)
        for article, version, sha256 in told["before"]:
            assert rows[article][0] == "published"
            assert rows[article][1] >= version
            assert rows[article][2] == sha256


def articles_in(file: Path, folder: Path) -> dict[int, tuple[str, int, str]]:
    """State, version and sha256 of the original of each article, by its number."""
    copy = folder / "copy.sqlite3"
    with tarfile.open(file) as tar:
        members = {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]
    copy.write_bytes(members["database.sqlite3"])
    with closing(sqlite3.connect(copy)) as connection:
        rows = connection.execute(
            "SELECT r.id, r.state, r.version, a.sha256 FROM reports_article r"
            " JOIN reports_accession a ON a.id = r.accession_id"
        ).fetchall()
        received = {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM reports_accession")}
    originals = {
        hashlib.sha256(data).hexdigest() for name, data in members.items() if name.startswith("originals/")
    }
    # Nor is anything in it by half: every accession has its bytes.
    assert received == originals
    return {number: (state, version, sha256) for number, state, version, sha256 in rows}

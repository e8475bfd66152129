"""Whatever step of it a backup or a restoration is killed at: nothing half passes for whole."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from .conftest import must, run_on


def test_a_kill_before_every_step(empty_archive: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(empty_archive, archive)
    with closing(sqlite3.connect(archive / "archive.sqlite3")) as connection:
        connection.create_function("REGEXP", 2, lambda *_: True)
        for number in range(3):
            data = f"第{number}份".encode()
            sha256 = hashlib.sha256(data).hexdigest()
            folder = archive / "originals" / sha256[:2]
            folder.mkdir(parents=True, exist_ok=True)
            (folder / sha256).write_bytes(data)
            connection.execute(
                "INSERT INTO reports_accession (sha256, file_name, size, charset, failure, received_at)"
                " VALUES (?, '甲.txt', ?, '', '', '2024-05-01')",
                (sha256, len(data)),
            )
        connection.commit()
    done = must(run_on(archive, "-m", "tests.operations.kills", str(tmp_path)))
    counted = json.loads(done.splitlines()[-1])
    assert counted["bad"] == []
    assert counted["backup_steps"] > 10
    assert counted["restoration_steps"] > 15

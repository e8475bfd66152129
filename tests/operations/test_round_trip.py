"""An archive that is restored elsewhere says of itself exactly what the one that was backed up says."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path
from typing import Any

from .conftest import must, run_on


def test_an_archive_restored_elsewhere_is_the_same(filled_archive: Path, tmp_path: Path) -> None:
    """One test, since it starts five processes: searches, originals, history, rows, accounts, key."""
    data, elsewhere, file = tmp_path / "data", tmp_path / "elsewhere", tmp_path / "archive.backup"
    shutil.copytree(filled_archive, data)
    token = (data / "token").read_text()
    before = described(data, token)
    must(run_on(data, "manage.py", "backup", str(file), ALLOWED_HOSTS="archive.example"))
    shutil.rmtree(data)
    said = must(run_on(elsewhere, "manage.py", "restore", str(file)))
    after = described(elsewhere, token)
    has_something_to_compare(before)
    for was, now in zip(before["searches"], after["searches"], strict=True):
        assert was == now
    for what in ("originals", "history", "rows", "accounts", "groups", "signed"):
        assert before[what]
        assert before[what] == after[what], what
    assert after["sessions"] == 0
    assert "重新登录" in said
    assert "ALLOWED_HOSTS=archive.example" in said
    is_private(elsewhere)


def described(data: Path, token: str) -> dict[str, Any]:
    """``token`` was signed by the archive that was backed up."""
    told: dict[str, Any] = json.loads(must(run_on(data, "-m", "tests.operations.stage", "describe", token)))
    return told


def has_something_to_compare(before: dict[str, Any]) -> None:
    assert len(before["searches"]) >= 100
    assert sum(answer["total"] > 0 for answer in before["searches"]) >= 60
    assert len(before["originals"]) >= 30
    assert len(before["history"]) >= 30
    assert [is_right for _, is_right, *_ in before["accounts"]] == [True] * 3
    assert all(permissions for *_, permissions in before["accounts"])
    assert before["sessions"] == 1


def is_private(data: Path) -> None:
    for path in (data / "archive.sqlite3", data / "secret_key", *(data / "originals").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert not (data / "restoring").exists()

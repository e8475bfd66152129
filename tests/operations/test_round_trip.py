"""An archive that is restored elsewhere says of itself exactly what the one that was backed up says."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from .conftest import must, run_on


@pytest.fixture(scope="module")
def restored(
    filled_archive: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, Any], str, Path]:
    """What the archive says before and what it says restored; what restore said; where it lies."""
    folder = tmp_path_factory.mktemp("round-trip")
    data, elsewhere, file = folder / "data", folder / "elsewhere", folder / "archive.backup"
    shutil.copytree(filled_archive, data)
    token = (data / "token").read_text()
    before = must(run_on(data, "-m", "tests.operations.stage", "describe", token))
    must(run_on(data, "manage.py", "backup", str(file), ALLOWED_HOSTS="archive.example"))
    shutil.rmtree(data)
    said = must(run_on(elsewhere, "manage.py", "restore", str(file)))
    after = must(run_on(elsewhere, "-m", "tests.operations.stage", "describe", token))
    return json.loads(before), json.loads(after), said, elsewhere


def test_a_hundred_searches_give_the_same(restored: tuple[dict[str, Any], dict[str, Any], str, Path]) -> None:
    before, after, *_ = restored
    assert len(before["searches"]) >= 100
    assert sum(answer["total"] > 0 for answer in before["searches"]) >= 60
    for was, now in zip(before["searches"], after["searches"], strict=True):
        assert was == now


@pytest.mark.parametrize("what", ["originals", "history", "rows", "accounts", "groups", "signed"])
def test_nothing_else_differs(restored: tuple[dict[str, Any], dict[str, Any], str, Path], what: str) -> None:
    before, after, *_ = restored
    assert before[what]
    assert before[what] == after[what]


def test_there_is_something_to_compare(restored: tuple[dict[str, Any], dict[str, Any], str, Path]) -> None:
    before, *_ = restored
    assert len(before["originals"]) >= 30
    assert len(before["history"]) >= 30
    assert [right for _, right, *_ in before["accounts"]] == [True] * 3
    assert all(permissions for *_, permissions in before["accounts"])
    assert before["sessions"] == 1


def test_people_log_in_anew(restored: tuple[dict[str, Any], dict[str, Any], str, Path]) -> None:
    _, after, said, _ = restored
    assert after["sessions"] == 0
    assert "重新登录" in said


def test_the_operator_learns_what_to_set(
    restored: tuple[dict[str, Any], dict[str, Any], str, Path],
) -> None:
    _, _, said, _ = restored
    assert "ALLOWED_HOSTS=archive.example" in said


def test_all_that_was_put_in_place_is_private(
    restored: tuple[dict[str, Any], dict[str, Any], str, Path],
) -> None:
    *_, data = restored
    placed = [data / "archive.sqlite3", data / "secret_key", data / "originals"]
    for path in [*placed, *(data / "originals").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert not (data / "restoring").exists()

"""Where a backup may be restored, and what restoring says."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reports.operations import ArchivePaths, BackupError, make_backup, restore_backup

from .conftest import KEY, contents
from .test_backup import some_original

pytestmark = pytest.mark.django_db


def restore(file: Path, target: ArchivePaths) -> None:
    restore_backup(file, target, lambda *_: None)


@pytest.mark.parametrize(
    "name", ["archive.sqlite3", "archive.sqlite3-wal", "originals/ab/cd", "index/current"]
)
def test_a_place_that_holds_something_is_refused_and_left_alone(
    backed_up: Path, target: ArchivePaths, name: str
) -> None:
    path = target.data / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("somebody's")
    before = contents(target.data)
    with pytest.raises(BackupError, match=str(target.data / name.split("/")[0])):
        restore(backed_up, target)
    assert contents(target.data) == before
    assert path.read_text() == "somebody's"


def test_the_key_that_settings_have_just_made_gives_way(backed_up: Path, target: ArchivePaths) -> None:
    restore(backed_up, target)
    assert target.secret_key.read_text() == KEY


def test_empty_folders_are_no_archive(backed_up: Path, target: ArchivePaths) -> None:
    target.originals.mkdir()
    target.index.mkdir()
    restore(backed_up, target)
    assert target.database.is_file()


def test_a_database_elsewhere_is_put_there(backed_up: Path, target: ArchivePaths, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    database = tmp_path / "elsewhere" / "db.sqlite3"
    moved = ArchivePaths(target.data, database, target.originals, target.index, target.secret_key)
    restore(backed_up, moved)
    assert contents(tmp_path / "elsewhere") == {"db.sqlite3"}
    assert not target.database.exists()


def test_what_one_that_was_killed_has_left_is_cleared(backed_up: Path, target: ArchivePaths) -> None:
    (target.data / "restoring" / "originals" / "ab").mkdir(parents=True)
    (target.data / "restoring" / "originals" / "ab" / "half").write_text("half")
    (target.data / "archive.sqlite3.restoring").write_text("half")
    restore(backed_up, target)
    assert not any("half" in name or "restoring" in name for name in contents(target.data))


def test_two_at_once_are_refused(backed_up: Path, target: ArchivePaths) -> None:
    folder = target.data / "restoring"
    folder.mkdir()
    other = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match="另一次恢复正在"):
            restore(backed_up, target)
    finally:
        os.close(other)
    assert folder.is_dir()


class TestTheCommand:
    @pytest.fixture(autouse=True)
    def followed(self, target: ArchivePaths, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """What follows the data is left to the test of the round trip."""
        names: list[str] = []

        def follow(name: str, **_: Any) -> None:
            assert target.database.is_file()
            names.append(name)

        command = "reports.management.commands.restore"
        monkeypatch.setattr(f"{command}.paths_of_this_archive", lambda: target)
        monkeypatch.setattr(f"{command}.call_command", follow)
        return names

    def test_brings_the_schema_up_to_date_and_then_the_index(
        self, backed_up: Path, followed: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("restore", str(backed_up))
        assert followed == ["migrate", "rebuild_index"]
        said = capsys.readouterr().out
        assert "HTTPS=1" in said
        assert "请按这台机器的情况自行设置" in said

    def test_says_what_the_archive_lacked_already(
        self, archive: ArchivePaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        number, _, path = some_original(archive)
        path.unlink()
        make_backup(tmp_path / "a.backup", archive, KEY, "", lambda *_: None)
        with pytest.raises(CommandError, match="已恢复，但做备份时档案就缺少"):
            call_command("restore", str(tmp_path / "a.backup"), verbosity=0)
        assert f"上传件{number}的原件" in capsys.readouterr().err

    def test_says_that_a_key_in_the_environment_wins(
        self, backed_up: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("SECRET_KEY", "another")
        call_command("restore", str(backed_up), verbosity=0)
        assert "SECRET_KEY 与备份中的密钥不同" in capsys.readouterr().err

    def test_shows_a_refusal_as_it_stands(self, tmp_path: Path, followed: list[str]) -> None:
        with pytest.raises(CommandError, match=r"没有 .*nowhere 这个文件"):
            call_command("restore", str(tmp_path / "nowhere"))
        assert followed == []

"""Nothing below the data folder is open to other accounts: in every entry, from the first moment."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from archive import apps, file_modes

from .conftest import Installation

PAGE = """灯下的账本
济南市历下区推进“晚灯行动”
本报讯 2023年，社区把办事时间延到晚上九点，居民下班以后也能办事。
"""


def open_paths(folder: Path) -> dict[str, str]:
    """All that others have a right to, with its mode: told apart from the code under test."""
    return {
        str(path.relative_to(folder)): oct(mode)
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077
    }


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """The tests' own process has the archive's umask: files made to be repaired would not be open."""
    was = os.umask(0)
    yield
    os.umask(was)


class TestProcesses:
    def test_every_entry_closes_what_it_writes(self, installation: Installation, tmp_path: Path) -> None:
        data, page, table = installation.data, tmp_path / "page.txt", tmp_path / "table.csv"
        page.write_text(PAGE, "utf-8")
        for command in (
            ["migrate", "--verbosity", "0"],
            ["import_reports", str(page), "--publish", "--district", "济南市历下区"],
            ["rebuild_index", "--verbosity", "0"],
            ["export_results", "晚上", "--output", str(table)],
        ):
            installation.manage(*command)
            assert open_paths(data) == {}, command[0]
        assert {path.name for path in data.iterdir()} >= {
            "archive.sqlite3",
            "index",
            "originals",
            "secret_key",
        }
        assert mode(table) == 0o600
        # gunicorn opens its own log before it loads the settings.
        installation.environment["GUNICORN_CMD_ARGS"] = f"--error-logfile {data / 'error.log'}"
        installation.environment["ARCHIVE_PUBLIC"] = "1"
        with installation.serving() as site:
            assert site.get(f"/search.json?q={quote('晚上')}").status == 200
            assert site.get("/login/").status == 200
            assert {path.suffix for path in data.glob("archive.sqlite3-*")} >= {
                ".sqlite3-wal",
                ".sqlite3-shm",
            }
            assert (data / "error.log").stat().st_size
            assert open_paths(data) == {}
        assert open_paths(data) == {}

    def test_an_existing_folder_is_repaired_at_start(self, installation: Installation) -> None:
        originals = installation.data / "originals" / "ab"
        originals.mkdir(parents=True, mode=0o755)
        for path in (
            installation.data / "archive.sqlite3",
            installation.data / "secret_key",
            originals / "abc",
        ):
            path.touch(mode=0o664)
        (installation.data / "secret_key").write_text("k" * 60, "ascii")
        done = installation.python("manage.py", "check")
        assert done.returncode == 0
        assert "已收紧权限" in done.stderr
        assert open_paths(installation.data) == {}

    def test_an_index_and_a_database_elsewhere_are_repaired_too(
        self, installation: Installation, tmp_path: Path
    ) -> None:
        index, database = tmp_path / "index", tmp_path / "other.sqlite3"
        index.mkdir(mode=0o755)
        (index / "segment").touch(mode=0o644)
        database.touch(mode=0o644)
        beside = tmp_path / "beside.txt"
        beside.touch(mode=0o644)
        installation.environment |= {"SEARCH_URL": f"whoosh:{index}", "DATABASE_URL": f"sqlite:///{database}"}
        installation.manage("check")
        assert (mode(index), mode(index / "segment"), mode(database)) == (0o700, 0o600, 0o600)
        assert mode(beside) == 0o644


class TestRepair:
    def test_only_the_rights_of_others_are_taken(self, tmp_path: Path) -> None:
        script = tmp_path / "script"
        script.touch()
        script.chmod(0o755)
        closed = tmp_path / "closed"
        closed.touch(mode=0o600)
        tmp_path.chmod(0o755)
        assert file_modes.repair([tmp_path]) == file_modes.Repair(closed=2)
        assert (mode(tmp_path), mode(script), mode(closed)) == (0o700, 0o700, 0o600)
        assert file_modes.repair([tmp_path]) == file_modes.Repair()

    def test_links_are_not_followed(self, tmp_path: Path) -> None:
        inside, outside = tmp_path / "inside", tmp_path / "outside"
        for folder in (inside, outside):
            folder.mkdir(mode=0o755)
        (outside / "file").touch(mode=0o644)
        (inside / "folder").symlink_to(outside)
        (inside / "file").symlink_to(outside / "file")
        (inside / "nowhere").symlink_to("missing")
        assert file_modes.repair([inside]) == file_modes.Repair(closed=1)
        assert (mode(outside), mode(outside / "file")) == (0o755, 0o644)

    def test_a_data_folder_may_be_a_link_itself(self, tmp_path: Path) -> None:
        real = tmp_path / "real"
        real.mkdir(mode=0o755)
        (tmp_path / "link").symlink_to(real)
        file_modes.repair([tmp_path / "link"])
        assert mode(real) == 0o700

    def test_folders_of_others_below_one_that_is_repaired_are_repaired_once(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o700)
        (tmp_path / "index").mkdir(mode=0o755)
        assert file_modes.repair([tmp_path / "index", tmp_path, tmp_path / "missing"]).closed == 1

    def test_a_folder_that_others_need_is_left_alone_and_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch(mode=0o644)
        tmp_path.chmod(0o1777)
        assert file_modes.repair([tmp_path]).failed == [tmp_path]
        assert (mode(tmp_path), mode(tmp_path / "file")) == (0o1777, 0o644)
        root = Path("/")
        was = mode(root)
        assert file_modes.repair([root]).failed == [root]
        assert mode(root) == was

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can have files of two accounts")
    def test_files_of_another_account_are_named_and_stop_nothing(self, tmp_path: Path) -> None:
        for path in (tmp_path, *tmp_path.parents[:-2]):
            path.chmod(0o755)  # pytest's own folders, for the other account to get through
        (tmp_path / "theirs").touch(mode=0o644)
        ours = tmp_path / "ours"
        ours.touch(mode=0o644)
        os.chown(ours, 65534, 65534)
        answers, answering = os.pipe()
        if not (child := os.fork()):
            try:
                os.setgid(65534)
                os.setuid(65534)
                result = file_modes.repair([tmp_path])
                os.write(answering, json.dumps([result.closed, [p.name for p in result.failed]]).encode())
            finally:
                os._exit(0)
        os.close(answering)
        with os.fdopen(answers) as stream:
            closed, failed = json.load(stream)
        os.waitpid(child, 0)
        assert (closed, failed) == (1, [tmp_path.name, "theirs"])
        assert mode(ours) == 0o600


class TestTelling:
    @pytest.fixture(autouse=True)
    def data(self, tmp_path: Path, settings: Any) -> Path:
        data = tmp_path / "data"
        data.mkdir(mode=0o700)
        settings.ARCHIVE_DATA = data
        settings.HAYSTACK_CONNECTIONS = {"default": {"URL": f"whoosh:{tmp_path / 'index'}"}}
        return data

    def test_the_check_names_what_is_open(self, data: Path, tmp_path: Path) -> None:
        assert apps.open_files(None) == []
        (data / "table.csv").touch(mode=0o640)
        (tmp_path / "index").mkdir(mode=0o755)
        (told,) = apps.open_files(None)
        assert told.id == "archive.W001"
        assert "其他账号" in told.msg
        assert str(data / "table.csv") in told.msg
        assert str(tmp_path / "index") in told.msg

    def test_many_are_counted(self, data: Path) -> None:
        for number in range(10):
            (data / str(number)).touch(mode=0o644)
        (told,) = apps.open_files(None)
        assert "等 10 个" in told.msg

    def test_what_cannot_be_closed_is_logged_and_stops_nothing(
        self, data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def refuse(*arguments: object) -> None:
            raise PermissionError

        (data / "theirs").touch(mode=0o644)
        monkeypatch.setattr(os, "fchmod", refuse)
        apps.close_data_to_others()
        assert "无法收紧" in caplog.text
        assert str(data / "theirs") in caplog.text

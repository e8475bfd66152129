"""What a start makes and does not make, and what it says where it cannot start."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from archive.sub_path import sub_path

from .conftest import Installation


def sockets(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if stat.S_ISSOCK(path.lstat().st_mode)]


def test_gunicorn_opens_no_control_socket(installation: Installation, tmp_path: Path) -> None:
    """Below HOME or XDG_RUNTIME_DIR, one for all archives of an account."""
    home, run = tmp_path / "home", tmp_path / "run"
    home.mkdir()
    run.mkdir()
    installation.environment |= {"HOME": str(home)}
    with installation.serving() as site:
        site.get("/healthz")
    assert list(home.iterdir()) == []
    installation.environment |= {"XDG_RUNTIME_DIR": str(run)}
    with installation.serving() as site:
        site.get("/healthz")
    assert sockets(tmp_path) == []


def test_a_home_that_cannot_be_written_is_no_error(installation: Installation, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.touch()  # a file: not even root can make a folder below it
    installation.environment["HOME"] = str(home)
    with installation.serving() as site:
        assert site.get("/healthz").status == 200
    assert "control" not in site.log().lower()


class TestStaticFiles:
    @pytest.fixture
    def collected(self, installation: Installation, tmp_path: Path) -> Path:
        folder = tmp_path / "static"
        shutil.copytree(settings.STATIC_ROOT, folder)
        installation.environment["STATIC_ROOT"] = str(folder)
        return folder

    def refusal(self, installation: Installation) -> str:
        done = installation.python("-m", "gunicorn", "--config", "archive/gunicorn.py", "archive.wsgi")
        assert done.returncode != 0
        assert "collectstatic" in done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    def test_missing_ones_are_said(self, installation: Installation, collected: Path) -> None:
        shutil.rmtree(collected)
        assert "还没有收集" in self.refusal(installation)

    def test_those_of_another_version_are_said(self, installation: Installation, collected: Path) -> None:
        with (collected / "css" / "archive.css").open("a") as file:
            file.write("/* older */")
        assert "缺少这一版程序的 css/archive.css" in self.refusal(installation)

    def test_a_damaged_manifest_is_said(self, installation: Installation, collected: Path) -> None:
        (collected / "staticfiles.json").write_text("{", "ascii")
        assert "清单无法读取" in self.refusal(installation)

    def test_developing_needs_none(self, installation: Installation, collected: Path) -> None:
        shutil.rmtree(collected)
        installation.environment["DEBUG"] = "1"
        assert installation.python("-c", "import archive.wsgi").returncode == 0


@pytest.mark.parametrize("given", ["", "/archive", "/a/b-2/c.d_e~f"])
def test_a_sub_path_is_taken_as_it_is(given: str) -> None:
    assert sub_path(given) == given


@pytest.mark.parametrize(
    "given",
    ["/", "archive", "/archive/", "//archive", "/a/../b", "/.", "/档案", "/a b", "http://host/a", "/a\n"],
)
def test_a_sub_path_that_cannot_be_is_refused(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ARCHIVE_PATH"):
        sub_path(given)


def test_a_wrong_sub_path_is_said_at_the_start(installation: Installation) -> None:
    installation.environment["ARCHIVE_PATH"] = "archive/"
    for command in (["manage.py", "migrate"], ["-c", "import archive.wsgi"]):
        done = installation.python(*command)
        assert done.returncode != 0
        assert "ARCHIVE_PATH 的值“archive/”不对" in done.stderr
        assert "Traceback" not in done.stderr

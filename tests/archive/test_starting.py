"""What a start makes and does not make, and what it says where it cannot start."""

from __future__ import annotations

import stat
from pathlib import Path

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
    assert "control socket" not in site.log()

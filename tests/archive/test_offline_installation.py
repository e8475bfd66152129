"""The recipe for a machine without internet: packages made elsewhere, installed with no index to ask."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

WHEEL = "pip wheel -r requirements.txt -w wheels"
INSTALL = "pip install --no-index --find-links wheels -r requirements.txt"


def run(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    # pip's own settings of this machine are kept out of what must need none.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "STATIC_"))
    }
    return subprocess.run(
        [*map(str, command)],
        cwd=ROOT,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def options(recipe: str, wheels: Path) -> list[str]:
    """The recipe as it stands in the handbook, with the folder of the test."""
    return [str(wheels) if word == "wheels" else word for word in recipe.split()[1:]]


def make_environment(folder: Path) -> Path:
    done = run(sys.executable, "-m", "venv", folder)
    assert done.returncode == 0, done.stderr
    return folder / "bin" / "python"


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """Made on a machine that reaches an index, by the pip that a new environment has."""
    python, folder = make_environment(tmp_path / "connected"), tmp_path / "wheels"
    pins = (
        line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    )
    small = next(pin for pin in pins if pin.startswith("dj-database-url"))
    own = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    probe = run(python, "-m", "pip", "download", "--no-deps", "--dest", tmp_path / "probe", small, **own)
    if probe.returncode:
        pytest.skip("no package index can be reached from here")
    made = run(python, "-m", "pip", *options(WHEEL, folder), **own)
    assert made.returncode == 0, made.stderr[-4000:]
    return folder


def test_the_handbook_gives_the_recipe() -> None:
    handbook = (ROOT / "docs" / "运维手册.md").read_text("utf-8")
    assert WHEEL in handbook
    assert INSTALL in handbook


@pytest.mark.slow
def test_what_the_recipe_makes_is_installed_without_an_index(wheels: Path, tmp_path: Path) -> None:
    assert {path.suffix for path in wheels.iterdir()} == {".whl"}
    python = make_environment(tmp_path / "offline")
    # Newer versions of Python bring none; a source archive would ask for it.
    assert run(python, "-m", "pip", "uninstall", "--yes", "setuptools").returncode == 0
    alone = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "HOME": str(tmp_path / "home")}
    installed = run(python, "-m", "pip", *options(INSTALL, wheels), **alone)
    assert installed.returncode == 0, installed.stderr[-4000:]
    works = {"ARCHIVE_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "archive.settings"}
    for command in (["check"], ["migrate", "--verbosity", "0"], ["create_first_admin"]):
        done = run(python, "manage.py", *command, **works)
        assert done.returncode == 0, done.stderr[-4000:]
    assert "一次性密码" in done.stdout

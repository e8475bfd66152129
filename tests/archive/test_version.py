"""The version is said by the pages, the command line and the changelog, and stands in one place."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest
from django.conf import settings
from django.test import Client

_ROOT = settings.BASE_DIR
_VERSION = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


@pytest.mark.django_db
def test_the_footer(client: Client) -> None:
    page = client.get("/login/").content.decode()
    assert f" · 区县报道档案 {_VERSION} · " in page


@pytest.mark.parametrize("words", [["--version"], ["version"]])
def test_the_command_line(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{_VERSION}\n"


def test_the_changelog() -> None:
    headings = re.findall(r"^## (.+)$", (_ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == _VERSION

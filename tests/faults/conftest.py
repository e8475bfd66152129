"""Faults: a short form with every run of the tests, the long one with ``make faults`` (ARCHIVE_FAULTS=long).

A test calls ``tally(faults=…, lost=…)`` with what it counted; the counts stand at the end of the run.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from tests.disks import small_disk

__all__ = ["small_disk"]

LONG = os.environ.get("ARCHIVE_FAULTS", "") == "long"
_PROPERTY = "faults"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def rounds() -> Callable[[int, int], int]:
    """How often: ``rounds(short, long)``."""
    return lambda short, long: long if LONG else short


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Callable[..., None]:
    def note(**counts: int | str) -> None:
        request.node.user_properties.append((_PROPERTY, counts))

    return note


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = [
        f"{article.nodeid.split('::')[-1]}: " + ", ".join(f"{name} {count}" for name, count in counts.items())
        for articles in terminalreporter.stats.values()
        for article in articles
        if getattr(article, "when", "") == "call"
        for name, counts in article.user_properties
        if name == _PROPERTY
    ]
    if lines:
        terminalreporter.section("faults" if LONG else "faults, short form")
        terminalreporter.write_line("\n".join(lines))


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty database, to be copied."""
    data = tmp_path_factory.mktemp("empty") / "data"
    _run(data, "manage.py", "migrate", "--verbosity", "0")
    return data


@pytest.fixture
def play(empty_archive: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """``play("writers", kills=5)`` runs the program tests/faults/writers.py on a data folder of its own.

    Gives what it counted. Nothing it has started is left behind.
    """

    def run(name: str, index: Path | None = None, **options: Any) -> dict[str, Any]:
        data = tmp_path / f"data-{name}"
        shutil.copytree(empty_archive, data)
        output = _run(data, "-m", f"tests.faults.{name}", json.dumps(options), index=index)
        counted: dict[str, Any] = json.loads(output.splitlines()[-1])
        return counted

    return run


def _run(data: Path, *arguments: str, index: Path | None = None) -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("SEARCH_URL", "DATABASE_URL")},
        "ARCHIVE_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "archive.settings",
        "ARCHIVE_BACKGROUND_INDEXING": "1",
        "LOG_LEVEL": "ERROR",
        "PYTHONWARNINGS": "ignore",
        **({"SEARCH_URL": f"whoosh:{index}"} if index else {}),
    }
    # Files, not pipes: a child that the program has left behind would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        program = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            program.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)  # its children, killed ones' children among them
        said = _whole(errors)[-4000:]
        assert program.returncode == 0, said
        sys.stderr.write(said)  # shown where the test fails: what a child said
        return _whole(output)


def _whole(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read()

"""A real gunicorn with the configuration that is shipped, on the samples; and nginx before it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.served.front import Front, program
from bench.served.server import Server

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the samples, published and in its index."""
    data = tmp_path_factory.mktemp("served")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "ARCHIVE_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "archive.settings",
        "PYTHONWARNINGS": "ignore",
    }
    for command in (("migrate", "--verbosity", "0"), ("load_samples",), ("update_index",)):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return data


def _server(shelf: Path, config: str) -> Server:
    """With the settings of a service: what this test run has set is not for it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DJANGO_SETTINGS_MODULE", "archive.settings")
        environment.setenv("PYTHONWARNINGS", "ignore")
        for name in ("DATABASE_URL", "WEB_CONCURRENCY", "WEB_THREADS"):
            environment.delenv(name, raising=False)
        return Server(shelf, shelf / "index", application="tests.serving.stage", config=config)


@pytest.fixture(scope="session")
def server(shelf: Path) -> Iterator[Server]:
    with _server(shelf, "archive/gunicorn.py") as running:
        yield running


@pytest.fixture(scope="session")
def impatient(shelf: Path) -> Iterator[Server]:
    """As shipped, but it waits a second where the other waits fifteen."""
    with _server(shelf, "python:tests.serving.impatient") as running:
        yield running


@pytest.fixture(scope="session")
def needs_nginx() -> None:
    if program() is None:
        line = "nginx is not installed: what is served through it is not tested"
        if os.environ.get("CI"):
            pytest.fail(line)
        pytest.skip(line)


@pytest.fixture(scope="session")
def front(needs_nginx: None, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with Front(server.port, tmp_path_factory.mktemp("nginx")) as running:
        yield running

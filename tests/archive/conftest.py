"""An archive of its own in real processes, started with the umask that most machines have."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
USUAL_UMASK = 0o022
_LONGEST_START = 120.0  # seconds; waiting ends as soon as the server answers
_LONGEST_COMMAND = 300.0
_OWN = ("SEARCH_URL", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "BIND", "XDG_RUNTIME_DIR")


class Installation:
    """A data folder and the processes that work on it; ``variables`` are their environment's."""

    def __init__(self, data: Path, **variables: str) -> None:
        self.data = data
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in _OWN},
            "ARCHIVE_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "archive.settings",
            "STATIC_ROOT": str(settings.STATIC_ROOT),
            "PYTHONWARNINGS": "ignore",
            "WEB_CONCURRENCY": "1",
            **variables,
        }

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            umask=USUAL_UMASK,
            capture_output=True,
            text=True,
            check=False,
            timeout=_LONGEST_COMMAND,  # a server that starts although it should not would run for ever
        )

    def manage(self, *arguments: str) -> str:
        """What a command printed; it must succeed."""
        done = self.python("manage.py", *arguments)
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    @contextlib.contextmanager
    def serving(self) -> Iterator[Site]:
        """gunicorn as it is shipped, from its first answer on."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        log = self.data.parent / f"{self.data.name}-gunicorn.log"
        with log.open("wb") as output:
            master = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "archive/gunicorn.py", "archive.wsgi"],
                cwd=ROOT,
                env={**self.environment, "PORT": str(port)},
                umask=USUAL_UMASK,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        site = Site(port, log)
        try:
            site.wait_for(master)
            yield site
            master.send_signal(signal.SIGTERM)
            master.wait(60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(master.pid, signal.SIGKILL)
            master.wait()


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Site:
    """What a server answers, asked directly as a proxy on the same machine would."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self._log = log

    def get(self, path: str, **headers: str) -> Answer:
        """Header names with underscores, as in ``Accept_Encoding="gzip"``."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={n.replace("_", "-"): v for n, v in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def wait_for(self, master: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _LONGEST_START
        while True:
            with contextlib.suppress(ConnectionError):
                self.get("/healthz")
                return
            assert master.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "data")

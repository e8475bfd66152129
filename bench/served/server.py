"""gunicorn with the archive's own settings, in processes of its own."""

from __future__ import annotations

import http.client
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

_ROOT = Path(__file__).parents[2]
_LONGEST_START = 300.0
# Memory is shared among this number of workers; it is measured when all have started.
_WORKERS = int(runpy.run_path(str(_ROOT / "archive" / "gunicorn.py"))["workers"])


class Server:
    """Starts on entering (``ready_seconds`` until a worker answers), stops on leaving.

    ``ARCHIVE_DATA`` and the index are given, readers need no login; all else is as the archive ships, unless
    ``arguments`` say otherwise (gunicorn's own, and another ``config`` or ``application``). ``root``: another
    checkout of the archive.
    """

    def __init__(
        self,
        data: Path,
        index: Path,
        *,
        config: str = "archive/gunicorn.py",
        application: str = "archive.wsgi",
        arguments: Sequence[str] = (),
        root: Path = _ROOT,
    ) -> None:
        self._root = root
        self.port = free_port()
        self.ready_seconds = 0.0
        self.log = data / "gunicorn.log"
        self._command = [sys.executable, "-m", "gunicorn", "--config", config, *arguments, application]
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "BIND"},
            "ARCHIVE_DATA": str(data),
            "SEARCH_URL": f"whoosh:{index}",
            "STATIC_ROOT": str(data.parent / f"{data.name}-static"),
            "ARCHIVE_PUBLIC": "1",
            "PORT": str(self.port),
        }

    def __enter__(self) -> Server:
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(collect, cwd=self._root, env=self._environment, check=True)
        with self.log.open("ab") as log:
            self._master = subprocess.Popen(
                self._command, cwd=self._root, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        started = time.perf_counter()
        try:
            while not (self._answers() and len(self.workers()) == _WORKERS):
                if self._master.poll() is not None or time.perf_counter() - started > _LONGEST_START:
                    raise ChildProcessError(f"gunicorn does not answer, see {self.log.name}")
                time.sleep(0.02)
        except BaseException:
            self._stop()
            raise
        self.ready_seconds = time.perf_counter() - started
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._master.send_signal(signal.SIGTERM)
        try:
            self._master.wait(40)
        except subprocess.TimeoutExpired:
            self._master.kill()
            self._master.wait()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (ConnectionError, TimeoutError):
            return False
        finally:
            connection.close()

    @property
    def master(self) -> int:
        return self._master.pid

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text()
        return [int(child) for child in children.split()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

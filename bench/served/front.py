"""nginx with the configuration of the archive in front of gunicorn, in a separate process with its own
ports."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from bench.served.server import free_port

SHIPPED = Path(__file__).parents[2] / "docs" / "nginx" / "archive.conf"
_LONGEST_START = 30.0

_MAIN = """
daemon off;
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/archive.conf;
}}
"""


def program() -> str | None:
    """The nginx of Debian, or the one that .ci/nginx unpacks next to the Python packages."""
    unpacked = Path(sys.prefix) / "nginx" / "usr" / "sbin"
    return shutil.which(
        "nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", str(unpacked)])
    )


class Front:
    """Listens on ``port`` and asks the gunicorn on ``upstream``; starts on entering, stops on leaving."""

    def __init__(self, upstream: int, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder.resolve()
        self._folder.mkdir(parents=True, exist_ok=True)
        text = SHIPPED.read_text("utf-8")
        for shipped, ours in (
            ("    listen 80;", f"    listen 127.0.0.1:{self.port};"),
            ("    server 127.0.0.1:8000;", f"    server 127.0.0.1:{upstream};"),
        ):
            if text.count(shipped) != 1:
                raise ValueError(f"{SHIPPED} does not say {shipped!r} once")
            text = text.replace(shipped, ours)
        (self._folder / "archive.conf").write_text(text, "utf-8")
        # Root gives nginx's workers another account, which cannot enter a folder that is only ours.
        owner, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        user = f"user {owner} {group};" if os.getuid() == 0 else ""
        (self._folder / "nginx.conf").write_text(_MAIN.format(folder=self._folder, user=user), "utf-8")

    def command(self, *more: str) -> list[str]:
        nginx = program()
        if nginx is None:
            raise FileNotFoundError("nginx is not installed")
        return [nginx, "-p", str(self._folder), "-e", "stderr", "-c", str(self._folder / "nginx.conf"), *more]

    def processes(self) -> list[int]:
        master = self._process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text()
        return [master, *map(int, children.split())]

    def __enter__(self) -> Front:
        self._process = subprocess.Popen(self.command())
        started = time.monotonic()
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() - started > _LONGEST_START:
                self._stop()
                raise ChildProcessError(f"nginx does not listen, see {self._folder}/error.log")
            time.sleep(0.02)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            return False
        return True

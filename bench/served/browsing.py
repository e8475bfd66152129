"""A person with an account, over HTTP: logs in, fills in forms; and connections to one given worker."""

from __future__ import annotations

import http.client
import socket
import struct
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

_MAX_CONNECTIONS = 200


class Browser:
    """Keeps cookies. A connection for each request: whichever worker is free answers."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        return self._ask("GET", path, None)

    def submit(self, path: str, changes: Mapping[str, str | Sequence[str]]) -> str:
        """Send the form at ``path`` with its present values, except ``changes``."""
        fields = _Form.of(self.get(path))
        fields.update(
            {name: [value] if isinstance(value, str) else list(value) for name, value in changes.items()}
        )
        return self._ask("POST", path, urlencode(fields, doseq=True))

    def post(self, path: str, fields: Mapping[str, str]) -> str:
        """Send just these fields, as the button of a list does."""
        token = {"csrfmiddlewaretoken": self._cookies.get("csrftoken", "")}
        return self._ask("POST", path, urlencode({**token, **fields}))

    def _ask(self, method: str, path: str, body: str | None) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        for header in response.msg.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self._cookies[name] = value
        connection.close()
        if response.status >= 400 or (method == "POST" and response.status not in (302, 303)):
            raise ValueError(f"{method} {path}: HTTP {response.status}")
        return text


class _Form(HTMLParser):
    """What a browser would send of the longest form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = [{}]
        self._select = self._textarea = ""

    @classmethod
    def of(cls, page: str) -> dict[str, list[str]]:
        parser = cls()
        parser.feed(page)
        fields = max(parser.forms, key=len)
        token = next(form["csrfmiddlewaretoken"] for form in parser.forms if "csrfmiddlewaretoken" in form)
        return {**fields, "csrfmiddlewaretoken": token}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea = name
            self.forms[-1].setdefault(name, [""])
        elif tag == "option" and self._select and "selected" in given:
            self.forms[-1].setdefault(self._select, []).append(value)
        elif tag == "input" and name and _is_sent(given):
            self.forms[-1].setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1][self._textarea] = [self.forms[-1][self._textarea][0] + data.lstrip("\n")]


def _is_sent(given: Mapping[str, str | None]) -> bool:
    kind = given.get("type")
    return kind not in ("submit", "button", "file") and (
        kind not in ("checkbox", "radio") or "checked" in given
    )


def connections_to(port: int, workers: Sequence[int]) -> dict[int, http.client.HTTPConnection]:
    """A connection to each of the worker processes; a connection stays with the worker that accepted it.

    The worker is found by the inode of the server's socket, which is among the open files of one process.
    """
    by_worker: dict[int, http.client.HTTPConnection] = {}
    spare = []
    for _ in range(_MAX_CONNECTIONS):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        worker = _owner(connection, port, workers)
        if worker is None or worker in by_worker:
            spare.append(connection)
        else:
            by_worker[worker] = connection
        if len(by_worker) == len(workers):
            break
    for connection in spare:
        connection.close()
    if len(by_worker) != len(workers):
        raise ConnectionError(f"only {len(by_worker)} of {len(workers)} workers have accepted a connection")
    return by_worker


def _owner(connection: http.client.HTTPConnection, port: int, workers: Sequence[int]) -> int | None:
    own: socket.socket = connection.sock
    inode = _inode(port, own.getsockname()[1])
    for worker in workers:
        for link in Path(f"/proc/{worker}/fd").iterdir():
            try:
                if str(link.readlink()) == f"socket:[{inode}]":
                    return worker
            except FileNotFoundError:
                continue
    return None


def _inode(local: int, remote: int) -> str:
    home = struct.pack("<4B", 127, 0, 0, 1)[::-1].hex().upper()
    addresses = [f"{home}:{port:04X}" for port in (local, remote)]
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        if columns[1:3] == addresses:
            return columns[9]
    return ""

"""Measures how long other readers wait while clients of one kind occupy the server."""

from __future__ import annotations

import contextlib
import http.client
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.served.holding import EXPORT, held

_PATIENCE = 10.0
_EVERY = 0.2
KINDS = {"none": 0, "idle": 40, "heads": 40, "bodies": 20, "unclosed": 40, "exports": 8, "stalled": 20}
NAMES = {
    "none": "nobody",
    "idle": "{} idle sockets",
    "heads": "{} begun heads",
    "bodies": "{} bodies that never come",
    "unclosed": "{} unclosed",
    "exports": "{} exports",
    "stalled": "{} stalled exports",
}


@dataclass
class Waits:
    """Seconds of each answer by path, in all rounds; infinite if there was no answer in time."""

    health: list[float] = field(default_factory=list)
    search: list[float] = field(default_factory=list)
    refused: int = 0
    exported: int = 0

    def __str__(self) -> str:
        said = f"{_both(self.health)}, {_both(self.search)}"
        return f"{said} ({self.exported} done, {self.refused} refused)" if self.exported else said


def watch(port: int, kind: str, search: str, seconds: float, waits: Waits) -> None:
    """Let clients of one kind occupy the server for some seconds, and record the waiting times of others."""
    with _holding(port, kind, KINDS[kind], waits):
        _ask_meanwhile(port, search, seconds, waits)
    _until_free(port)


@contextlib.contextmanager
def _holding(port: int, kind: str, count: int, waits: Waits) -> Iterator[None]:
    if kind == "exports":
        exporting = [threading.Thread(target=_export, args=(port, waits)) for _ in range(count)]
        for thread in exporting:
            thread.start()
        yield
        for thread in exporting:
            thread.join()
        return
    with held(port, **({kind: count} if count else {})):
        yield


def _export(port: int, waits: Waits) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", EXPORT)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()
    if response.status == 200:
        waits.exported += 1
    else:
        waits.refused += 1


def _ask_meanwhile(port: int, search: str, seconds: float, waits: Waits) -> None:
    ended = threading.Event()
    readers = [
        threading.Thread(target=_probe, args=(port, path, rows, ended))
        for path, rows in (("/healthz", waits.health), (search, waits.search))
    ]
    for reader in readers:
        reader.start()
    ended.wait(seconds)
    ended.set()
    for reader in readers:
        reader.join()


def _probe(port: int, path: str, rows: list[float], ended: threading.Event) -> None:
    while not ended.is_set():
        started = time.perf_counter()
        rows.append(time.perf_counter() - started if _answers(port, path) else float("inf"))
        ended.wait(_EVERY)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return response.status == 200


def _until_free(port: int) -> None:
    """Wait until the server has finished with the last clients, at most a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        started = time.monotonic()
        if all(_answers(port, "/healthz") for _ in range(8)) and time.monotonic() - started < 1:
            return
        time.sleep(1)


def _both(seconds: Sequence[float]) -> str:
    return f"{_ms(statistics.median(seconds))}/{_ms(max(seconds))}"


def _ms(seconds: float) -> str:
    return "T" if seconds == float("inf") else f"{seconds * 1000:.0f}"

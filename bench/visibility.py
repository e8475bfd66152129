"""``make visibility``: the time until every worker finds a published article, and the effect on searches.

    python -m bench.visibility [--size 10000] [--publishes 40] [--renamed 1000] [--work FOLDER]

gunicorn with the archive's own settings. An editor publishes at the desk, one article every other second;
the clock runs from the sending of the form until the last worker has found it, each asked over a connection
that only it answers. First with nothing else going on, then while the index takes in that a district has
another name (bulk work: all its articles). A reader searches all the while, some twenty times a second; how
long his searches take is compared with before, when nobody published. Prints a table; 1 if it is not reached.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django

django.setup()

from bench.documents import prepare, synthetic_documents
from bench.measure import percentile
from bench.queries import draw
from bench.served.addresses import address
from bench.served.browsing import Browser, connections_to
from bench.served.server import Server

_ROOT = Path(__file__).parents[1]
_VISIBLE_WITHIN = 1.0
_MAX_RATIO = 2.0
_READER_PAUSES = 0.05
_ASKED_EVERY = 0.02
_BETWEEN_PUBLISHES = 2.0
_LONGEST = 60.0
# Drafts beyond those of the first phase: bulk work may take longer.
_MORE = 60


@dataclass
class Reader:
    """Sends one query after the other; the time of an answer is recorded under ``phase``."""

    port: int
    addresses: Sequence[str]
    phase: str = "warming"
    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Reader]:
        ended = threading.Event()
        thread = threading.Thread(target=self._read, args=(ended,))
        thread.start()
        try:
            yield self
        finally:
            ended.set()
            thread.join()

    def during(self, phase: str) -> None:
        self.phase = phase

    def p95(self, phase: str) -> float:
        return percentile(self.seconds[phase], 0.95)

    def _read(self, ended: threading.Event) -> None:
        number = 0
        while not ended.wait(_READER_PAUSES):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            phase, started = self.phase, time.perf_counter()
            try:
                connection.request("GET", self.addresses[number % len(self.addresses)])
                response = connection.getresponse()
                response.read()
                if response.status != 200:
                    self.errors.append(f"HTTP {response.status}")
            except OSError as error:
                self.errors.append(repr(error))
            finally:
                connection.close()
            self.seconds.setdefault(phase, []).append(time.perf_counter() - started)
            number += 1


class Desk:
    """An editor who publishes, and who checks what each worker finds."""

    def __init__(self, server: Server, drafts: dict[str, Any]) -> None:
        self._server = server
        self._drafts = [(int(article_id), mark) for article_id, mark in drafts["marks"].items()]
        self._browser = Browser(server.port)
        account = {"username": drafts["account"], "password": drafts["password"]}
        self._browser.submit("/login/", account)

    def publish(self) -> tuple[float, float]:
        """Seconds from sending the form to its answer, and to the last worker finding the article."""
        article_id, mark = self._drafts.pop()
        connections = connections_to(self._server.port, self._server.workers())
        ticked = re.search(f'name="article" value="({article_id}-[0-9]+)"', self._browser.get("/desk/"))
        if ticked is None:
            raise LookupError(f"the desk does not list article {article_id}")
        started = time.perf_counter()
        self._browser.post("/desk/", {"article": ticked[1], "act": "all"})
        answered = time.perf_counter() - started
        address = f"/search.json?{urlencode({'q': mark, 'page_size': 1})}"
        waiting = set(connections)
        while waiting and time.perf_counter() - started < _LONGEST:
            for worker in list(waiting):
                connections[worker].request("GET", address)
                total = json.loads(connections[worker].getresponse().read())["total"]
                if total == 1:
                    waiting.discard(worker)
            if waiting:
                time.sleep(_ASKED_EVERY)
        visible = time.perf_counter() - started
        for connection in connections.values():
            connection.close()
        if waiting:
            raise TimeoutError(f"article {article_id} was not found within {_LONGEST} s of its publishing")
        return answered, visible

    def rename(self, district: dict[str, Any], name: str) -> None:
        self._browser.submit(f"/admin/reports/district/{district['id']}/change/", {"name": name})


def main() -> int:
    arguments = _arguments()
    work = (arguments.work / f"synthetic-{arguments.size}").resolve()
    prepared = prepare(synthetic_documents(arguments.size), work / "documents")
    data = work / "visibility"
    drafts = _drafts(prepared.folder, data, 2 * arguments.publishes + _MORE, arguments.renamed)
    district = drafts["district"]
    addresses = [address(query) for query in draw(prepared)]
    visible: dict[str, list[tuple[float, float]]] = {"publishing": [], "bulk work": []}
    # A connection stays with one worker only if it is kept alive.
    arguments_of_server = ("--keep-alive", "60", "--worker-connections", "1000")
    with (
        Server(data, data / "index", arguments=arguments_of_server) as server,
        Reader(server.port, addresses).reading() as reader,
    ):
        desk = Desk(server, drafts)
        time.sleep(arguments.quiet / 4)
        reader.during("quiet")
        time.sleep(arguments.quiet)
        reader.during("publishing")
        for _ in range(arguments.publishes):
            visible["publishing"].append(_paced(desk))
        reader.during("renaming")
        desk.rename(district, f"新{district['name']}")
        began = time.perf_counter()
        reader.during("bulk work")
        while _waiting(data) and len(visible["bulk work"]) < arguments.publishes + _MORE:
            visible["bulk work"].append(_paced(desk))
        bulk_seconds = time.perf_counter() - began
        reader.during("renaming")
        while _waiting(data):
            time.sleep(0.5)
        desk.rename(district, district["name"])
        while _waiting(data):
            time.sleep(0.5)
    return _article(arguments, district, reader, visible, bulk_seconds, data)


def _paced(desk: Desk) -> tuple[float, float]:
    began = time.perf_counter()
    times = desk.publish()
    time.sleep(max(0.0, _BETWEEN_PUBLISHES - (time.perf_counter() - began)))
    return times


def _waiting(data: Path) -> int:
    with contextlib.closing(sqlite3.connect(data / "archive.sqlite3", timeout=30)) as database:
        return int(database.execute("SELECT count(*) FROM reports_outboxrow").fetchone()[0])


def _drafts(documents: Path, data: Path, count: int, renamed: int) -> dict[str, Any]:
    data.mkdir(parents=True, exist_ok=True)
    completed = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "bench.served.drafts",
            str(documents),
            str(count),
            str(renamed),
        ],
        cwd=_ROOT,
        env={**os.environ, "ARCHIVE_DATA": str(data)},
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    drafts: dict[str, Any] = json.loads(completed.stdout.splitlines()[-1])
    return drafts


def _article(
    arguments: argparse.Namespace,
    district: dict[str, Any],
    reader: Reader,
    visible: dict[str, list[tuple[float, float]]],
    bulk_seconds: float,
    data: Path,
) -> int:
    quiet = reader.p95("quiet")
    print(f"{arguments.size} articles, load {os.getloadavg()[0]:.1f}; milliseconds\n")
    print("| | publishes | answered p95 | found by all p50 | p95 | worst | searches | p50 | p95 | of quiet |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    reached = not reader.errors
    for phase in ("quiet", "publishing", "bulk work"):
        times = reader.seconds.get(phase, [0.0])
        row = [phase]
        if visible.get(phase):
            answered = [a for a, _ in visible[phase]]
            seconds = [v for _, v in visible[phase]]
            row += [str(len(seconds)), _ms(percentile(answered, 0.95)), _ms(percentile(seconds, 0.5))]
            row += [_ms(percentile(seconds, 0.95)), _ms(max(seconds))]
            reached &= percentile(seconds, 0.95) <= _VISIBLE_WITHIN
        else:
            row += ["–"] * 5
        ratio = reader.p95(phase) / quiet if phase in reader.seconds else 0.0
        reached &= ratio <= _MAX_RATIO
        row += [str(len(times)), _ms(percentile(times, 0.5)), _ms(percentile(times, 0.95)), f"{ratio:.2f}"]
        print(f"| {' | '.join(row)} |")
    print(
        f"\nbulk work: {district['articles']} articles in {bulk_seconds:.0f} s; errors: {len(reader.errors)}"
    )
    print("\n".join(sorted(set(reader.errors))[:5]))
    command = [sys.executable, "-W", "ignore", "manage.py", "index_status", "--verify"]
    verified = subprocess.run(command, cwd=_ROOT, env={**os.environ, "ARCHIVE_DATA": str(data)}, check=False)
    limits = f"wanted: found by all p95 ≤ {_ms(_VISIBLE_WITHIN)}, searches ≤ {_MAX_RATIO:.0f} × quiet"
    print(f"{limits}, no error: {'reached' if reached else 'NOT reached'}")
    return 0 if reached and verified.returncode == 0 else 1


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--publishes", type=int, default=40)
    parser.add_argument("--renamed", type=int, default=1_000, help="articles that the renamed district has")
    parser.add_argument(
        "--quiet", type=float, default=40, help="seconds of searching before anything happens"
    )
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "work")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""Exports leave the threads to others: one at a time in a worker, and none that nobody reads."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from bench.served.holding import EXPORT, held
from bench.served.server import Server

from .test_held_connections import answer

_LONGEST = 60.0
"""Only so that a server that does not answer fails the test instead of stopping it."""


@contextmanager
def export(port: int, query: str = "", **headers: str) -> Iterator[http.client.HTTPResponse]:
    """An answer of which nothing but the head is read; the export lasts until the block is left."""
    with exports(port, 1, query, **headers) as (found,):
        yield found


@contextmanager
def exports(
    port: int, count: int, query: str = "", **headers: str
) -> Iterator[list[http.client.HTTPResponse]]:
    """So many that are asked for before the first answer is looked at."""
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=_LONGEST) for _ in range(count)]
    # The socket of an answer after which the server closes is the answer's: it is open as long as that.
    answers: list[http.client.HTTPResponse] = []
    try:
        for connection in connections:
            connection.request("GET", EXPORT + query, headers=headers)
        answers += [connection.getresponse() for connection in connections]
        yield answers
    finally:
        for opened in (*answers, *connections):
            opened.close()


@contextmanager
def all_taken(server: Server) -> Iterator[None]:
    """An export under way in every worker: asked for until as many run."""
    deadline = time.monotonic() + _LONGEST
    with ExitStack() as under_way:
        running = 0
        while running < len(server.workers()):
            assert time.monotonic() < deadline, "a place is not given back"
            with ExitStack() as these:
                found = these.enter_context(exports(server.port, 8))
                begun = [answer.status for answer in found].count(200)
                if begun:
                    running += begun
                    under_way.push(these.pop_all())
        yield


@contextmanager
def begun(port: int, query: str = "") -> Iterator[http.client.HTTPResponse]:
    """An export that has found a place: a server notices a little later that a reader has left."""
    deadline = time.monotonic() + _LONGEST
    with ExitStack() as under_way:
        while (found := under_way.enter_context(export(port, query))).status != 200:
            under_way.close()
            assert time.monotonic() < deadline, "no place is given back"
            time.sleep(0.1)
        yield found


def test_of_eight_exports_at_once_one_a_worker_runs_and_the_others_are_told_when_to_come(
    server: Server,
) -> None:
    with begun(server.port), exports(server.port, 7, Accept="*/*") as others:
        running = [found for found in others if found.status == 200]
        refused = [found for found in others if found.status == 503]
        assert 1 + len(running) <= len(server.workers())
        assert len(running) + len(refused) == 7
        for found in refused:
            assert int(found.headers["Retry-After"]) > 0
            assert "正在导出的人较多" in json.loads(found.read())["error"]


def test_a_browser_is_shown_a_page(server: Server) -> None:
    with all_taken(server), export(server.port, Accept="text/html") as found:
        assert found.status == 503
        assert found.headers["Content-Type"].startswith("text/html")
        said = found.read().decode()
    assert "暂时不能导出" in said
    assert "检索和阅读不受影响" in said


def test_health_and_pages_are_answered_while_exports_stall(server: Server) -> None:
    with all_taken(server), held(server.port, stalled=20):
        for address in ("/healthz", "/readyz", "/search/?q=%E7%BD%91%E6%A0%BC") * 3:
            assert answer(server.port, address) == "HTTP/1.1 200 OK"


def test_an_abandoned_export_gives_its_place_back(server: Server) -> None:
    for _ in range(3):
        with all_taken(server):
            pass


def test_a_reader_who_takes_nothing_loses_the_place(impatient: Server) -> None:
    before = impatient.log.stat().st_size
    with all_taken(impatient), begun(impatient.port):
        pass
    log = impatient.log.read_bytes()[before:].decode()
    assert "没有继续收发，已断开" in log
    assert "Traceback" not in log
    assert " ERROR " not in log


def test_a_failure_in_the_middle_breaks_the_file_off_frees_the_place_and_is_logged(
    server: Server,
) -> None:
    log = server.log.parent / "logs" / "archive.log"
    before = log.stat().st_size if log.exists() else 0
    for _ in range(3):
        with begun(server.port, "?q=%E6%96%AD") as found, pytest.raises(http.client.IncompleteRead):
            found.read()
    with all_taken(server):
        pass
    assert "Error handling request" not in server.log.read_text("utf-8")  # once is enough
    written = log.read_bytes()[before:].decode()
    assert written.count("导出中断：/search.csv?q=%E6%96%AD") == 3
    assert "在中间出错" in written


def test_the_log_takes_a_full_place_for_no_error(server: Server) -> None:
    log = server.log.parent / "logs" / "archive.log"
    before = log.stat().st_size if log.exists() else 0
    with all_taken(server), export(server.port) as found:
        assert found.status == 503
    said = log.read_bytes()[before:].decode() if log.exists() else ""
    assert "Service Unavailable" not in said
    assert " ERROR " not in said

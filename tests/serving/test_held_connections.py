"""Connections that hold the server delay nobody: others are answered before any of them is let go."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from bench.served.front import Front
from bench.served.holding import held
from bench.served.server import Server

ADDRESSES = ("/healthz", "/readyz", "/search/?q=%E7%BD%91%E6%A0%BC", "/login/")
# Only so that a server that does not answer fails the test instead of stopping it.
_LONGEST = 40.0


def answer(port: int, address: str, holding: Iterable[socket.socket] = ()) -> str:
    """The answer's first line. Fails where one of the held connections is let go before it comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=_LONGEST) as asking:
        asking.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        readable, _, _ = select.select([asking, *holding], [], [], _LONGEST)
        assert readable, f"{address}: no answer"
        assert asking in readable, f"{address}: a held connection was let go first"
        return asking.recv(4096).split(b"\r\n", 1)[0].decode()


@pytest.mark.parametrize(
    "counts", [{"idle": 40}, {"heads": 40}, {"bodies": 20}], ids=lambda counts: next(iter(counts))
)
def test_others_are_answered_first(server: Server, counts: dict[str, int]) -> None:
    with held(server.port, **counts) as holding:
        for address in ADDRESSES:
            assert answer(server.port, address, holding) == "HTTP/1.1 200 OK"


def test_others_are_answered_first_while_all_of_them_hold(server: Server) -> None:
    with held(server.port, heads=40, bodies=20, idle=40) as holding:
        for address in ADDRESSES:
            assert answer(server.port, address, holding) == "HTTP/1.1 200 OK"


def test_clients_that_do_not_close_after_an_answer_hold_nobody_up(server: Server) -> None:
    with held(server.port, unclosed=40) as holding:
        for connection in holding:
            while connection.recv(4096):  # answered, and closed by the server
                pass
        for address in ADDRESSES:
            assert answer(server.port, address) == "HTTP/1.1 200 OK"


def test_a_worker_that_is_full_leaves_others_to_the_next(server: Server) -> None:
    full, free = server.workers()
    os.kill(free, signal.SIGSTOP)
    try:
        with held(server.port, heads=64) as holding:
            _until_taken(full, 64)
            os.kill(free, signal.SIGCONT)
            for _ in range(10):
                assert answer(server.port, "/healthz", holding) == "HTTP/1.1 200 OK"
    finally:
        os.kill(free, signal.SIGCONT)


def test_what_stops_in_the_middle_is_let_go_with_a_line_in_the_log(impatient: Server) -> None:
    before = impatient.log.stat().st_size
    with held(impatient.port, heads=3, bodies=3) as holding:
        for connection in holding:
            connection.settimeout(_LONGEST)
            while connection.recv(4096):
                pass
    log = impatient.log.read_bytes()[before:].decode()
    assert log.count("没有继续收发，已断开") == 3  # a body that never comes is an answer: the form is refused
    assert "Traceback" not in log


def test_behind_nginx_connections_that_hold_or_never_close_do_not_reach_the_archive(front: Front) -> None:
    with held(front.port, heads=40, bodies=20, idle=40) as holding, held(front.port, unclosed=40):
        for address in ADDRESSES:
            assert answer(front.port, address, holding) == "HTTP/1.1 200 OK"


def test_health_and_readiness_do_not_wait_for_a_locked_database(server: Server) -> None:
    with contextlib.closing(sqlite3.connect(server.log.parent / "archive.sqlite3")) as database:
        database.execute("BEGIN EXCLUSIVE")
        for _ in range(8):
            for address in ("/healthz", "/readyz"):
                # Django waits thirty seconds for a lock; an idle connection is let go after five.
                with held(server.port, idle=1) as holding:
                    assert answer(server.port, address, holding) == "HTTP/1.1 200 OK"
        database.rollback()


def _until_taken(worker: int, count: int) -> None:
    """Until the worker has so many connections open, beside what it has listening."""
    deadline = time.monotonic() + _LONGEST
    while _connections(worker) < count:
        assert time.monotonic() < deadline, "the worker does not take the connections"
        time.sleep(0.05)


def _connections(worker: int) -> int:
    opened = Path(f"/proc/{worker}/fd").iterdir()
    return sum(str(descriptor.readlink()).startswith("socket:") for descriptor in opened) - 1

"""Measures waiting times of readers and the cost of a worker: first search, page, export, memory."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.documents import Prepared
from bench.measure import percentile
from bench.memory import anonymous_bytes, own_bytes, share_bytes
from bench.queries import Query
from bench.served.addresses import address, typed
from bench.served.checking import differences, served_answers
from bench.served.server import Server

_ROOT = Path(__file__).parents[2]
_EXPORTED = 10_000
# Strings that occur in nearly every article, for an export of nearly all articles.
_EVERYWHERE = ("的", "区 OR 县 OR 市 OR 的")
_DOWNLOADS = 3


def measure_served(
    prepared: Prepared, queries: Sequence[Query], index: Path, data: Path, *, rounds: int, starts: int
) -> dict[str, Any]:
    """Times in milliseconds, memory in bytes. Raises ValueError where what is served is not what is found."""
    _fill(prepared, data)
    first = _first_searches(queries, index, data, starts)
    with Server(data, index) as server:
        memory = {"after preload": _memory(server)}
        answers = served_answers(server.port, queries)
        if wrong := differences(answers, queries, index, prepared):
            raise ValueError("What is served differs from what the engine finds:\n" + "\n".join(wrong))
        addresses = [address(query) for query in queries]
        ask_all(server.port, addresses, clients=8, rounds=1)  # both workers warm
        service = [answer["took_ms"] for answer in served_answers(server.port, queries)]
        pages = {
            str(clients): _page(ask_all(server.port, addresses, clients=clients, rounds=rounds))
            for clients in (1, 8)
        }
        memory["after the queries"] = _memory(server)
        export = _exports(server, _export_query(answers, queries, server))
        memory["after the exports"] = _memory(server)
    return {
        "first": first,
        "service": {"p50": percentile(service, 0.5), "p95": percentile(service, 0.95)},
        "pages": pages,
        "export": export,
        "memory": memory,
    }


def _fill(prepared: Prepared, data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.served.data", str(prepared.folder.resolve())],
        cwd=_ROOT,
        env={**os.environ, "ARCHIVE_DATA": str(data)},
        check=True,
    )


def _first_searches(queries: Sequence[Query], index: Path, data: Path, starts: int) -> dict[str, Any]:
    """The first search of a worker that has answered its health check; each start uses another query."""
    first_queries = [query for query in queries if query.kind == "2 words"] or list(queries)
    times, ready = [], []
    for start in range(starts):
        with Server(data, index) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
            started = time.perf_counter()
            connection.request("GET", address(first_queries[start % len(first_queries)]))
            response = connection.getresponse()
            response.read()
            times.append((time.perf_counter() - started) * 1000)
            connection.close()
            if response.status != 200:
                raise ValueError(f"first search: HTTP {response.status}")
            ready.append(server.ready_seconds)
    return {
        "median": statistics.median(times),
        "worst": max(times),
        "each": [round(ms, 1) for ms in times],
        "ready_seconds": statistics.median(ready),
    }


def ask_all(port: int, addresses: Sequence[str], *, clients: int, rounds: int) -> dict[str, Any]:
    """Every client asks every address ``rounds`` times, one after the other; each in a process of its own."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-S", "-m", "bench.served.client"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(clients)
    ]
    for number, process in enumerate(processes):
        first = number * len(addresses) // clients
        order = {"port": port, "addresses": addresses, "rounds": rounds, "first": first}
        _tell(process, json.dumps(order))
    for process in processes:
        _hear(process)
    started = time.perf_counter()
    for process in processes:
        _tell(process, "")
    answers = [answer for process in processes for answer in json.loads(_hear(process))]
    seconds = time.perf_counter() - started
    for process in processes:
        process.wait(30)
    if failed := [status for _, _, status, _ in answers if status != 200]:
        raise ValueError(f"{len(failed)} of {len(answers)} pages failed: HTTP {sorted(set(failed))}")
    return {"answers": answers, "seconds": seconds}


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise ChildProcessError(f"a client ended with {process.wait()}")
    return line


def _page(result: dict[str, Any]) -> dict[str, float]:
    """``p50``, ``p95``: over queries, each by its median, as of engines; ``p95_all``: over pages."""
    by_query: dict[int, list[float]] = {}
    for number, milliseconds, _, _ in result["answers"]:
        by_query.setdefault(number, []).append(milliseconds)
    medians = [statistics.median(times) for times in by_query.values()]
    every = [milliseconds for _, milliseconds, _, _ in result["answers"]]
    return {
        "p50": percentile(medians, 0.5),
        "p95": percentile(medians, 0.95),
        "p95_all": percentile(every, 0.95),
        "pages": len(every),
        "pages_a_second": len(every) / result["seconds"],
        "median_bytes": statistics.median(length for _, _, _, length in result["answers"]),
    }


def _memory(server: Server) -> dict[str, int]:
    """Memory of the master and of the largest worker, without page cache."""
    workers = server.workers()
    return {
        "master_own": own_bytes(server.master),
        "master_share": share_bytes(server.master),
        "worker_own": max(map(own_bytes, workers)),
        "worker_share": max(map(share_bytes, workers)),
    }


def _export_query(
    answers: Sequence[dict[str, Any]], queries: Sequence[Query], server: Server
) -> tuple[str, int]:
    """Returns the query with the fewest hits above the minimum, else the one with most, and the number of
    hits."""
    totals = {
        typed(query): a["total"] for query, a in zip(queries, answers, strict=True) if not query.refinements
    }
    if max(totals.values()) < _EXPORTED:
        for text in _EVERYWHERE:
            totals[text] = _total(server, text)
    enough = [text for text, total in totals.items() if total >= _EXPORTED]
    best = min(enough, key=totals.__getitem__) if enough else max(totals, key=totals.__getitem__)
    return best, totals[best]


def _total(server: Server, text: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    connection.request("GET", f"/search.json?{urlencode({'q': text, 'page_size': 1})}")
    total = int(json.loads(connection.getresponse().read())["total"])
    connection.close()
    return total


def _exports(server: Server, query: tuple[str, int]) -> dict[str, Any]:
    text, hits = query
    downloads = [_export(server, text, hits) for _ in range(_DOWNLOADS)]
    return {
        "query": text,
        "hits": hits,
        "first_byte": statistics.median(download["first_byte"] for download in downloads),
        "whole": statistics.median(download["whole"] for download in downloads),
        "bytes": downloads[0]["bytes"],
        "growth": [download["growth"] for download in downloads],
    }


def _export(server: Server, text: str, hits: int) -> dict[str, float]:
    """``growth``: the most that a worker's anonymous memory lay above what it was before, all the while."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    with _watched(server.workers()) as growth:
        started = time.perf_counter()
        connection.request("GET", f"/search.csv?{urlencode({'q': text})}")
        response = connection.getresponse()
        pieces = [response.read(1)]
        first_byte = time.perf_counter() - started
        while piece := response.read(1 << 16):
            pieces.append(piece)
        whole = time.perf_counter() - started
    connection.close()
    body = b"".join(pieces)
    lines = body.decode("utf-8-sig").split("\r\n")[1:-1]
    if response.status != 200 or len(lines) != hits:
        raise ValueError(f"the export has {len(lines)} rows, not {hits} (HTTP {response.status})")
    return {
        "first_byte": first_byte * 1000,
        "whole": whole * 1000,
        "bytes": len(body),
        "growth": max(growth),
    }


@contextmanager
def _watched(workers: Sequence[int]) -> Iterator[list[int]]:
    """A list that at the end has the growth in bytes of each process's anonymous memory at its peak."""
    before = [anonymous_bytes(pid) for pid in workers]
    growth = [0] * len(workers)
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.02):
            for index, pid in enumerate(workers):
                growth[index] = max(growth[index], anonymous_bytes(pid) - before[index])

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield growth
    finally:
        ended.set()
        watching.join()

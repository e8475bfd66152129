"""Measures an engine in a new process: opening, its first answer, its memory."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from bench.documents import segment_words
from bench.measure import answer_time
from bench.memory import own_bytes
from bench.peers.answer import Peer
from bench.queries import Query


@dataclass(frozen=True, slots=True)
class Fresh:
    """Medians over the starts, in milliseconds; ``memory_bytes``: what opening and every query, asked once,
    added to the memory that only this process has (``own_bytes``; mapped files are not in it).

    jieba's dictionary was loaded before, as a server does when it starts, and the pages of the files are
    in memory, where that is large enough.
    """

    open: float
    first: float
    memory_bytes: int


def fresh_start(peer: Peer, folder: Path, queries: Sequence[Query], starts: int) -> Fresh:
    """``peer`` must not be open. The first query is one of two words, the same for every engine."""
    first = next((query for query in queries if query.kind == "2 words"), queries[0])
    measured = [_in_a_process(peer, folder, [first]) for _ in range(starts - 1)]
    measured.append(_in_a_process(peer, folder, [first, *queries]))
    return Fresh(
        statistics.median(opening for opening, _, _ in measured),
        statistics.median(answering for _, answering, _ in measured),
        measured[-1][2],
    )


def _in_a_process(peer: Peer, folder: Path, queries: Sequence[Query]) -> tuple[float, float, int]:
    spawning = multiprocessing.get_context("spawn")
    here, there = spawning.Pipe()
    process = spawning.Process(target=_measure, args=(there, peer, folder, queries))
    process.start()
    there.close()
    try:
        measured: tuple[float, float, int] = here.recv()
    except EOFError as error:
        process.join()
        raise ChildProcessError(f"{peer.name}: its process ended with {process.exitcode}") from error
    process.join()
    return measured


def _measure(answer: Connection, peer: Peer, folder: Path, queries: Sequence[Query]) -> None:
    segment_words("先把词典读进来")
    before = own_bytes(os.getpid())
    started = time.perf_counter()
    peer.open(folder)
    opened = time.perf_counter()
    pid = getattr(peer, "pid", os.getpid())
    if pid != os.getpid():  # a process that has done nothing yet but load its libraries
        before = own_bytes(pid)
    answering = answer_time(peer, queries[0])
    for query in queries[1:]:
        peer.search(query)
    memory = own_bytes(pid) - before
    if close := getattr(peer, "close", None):
        close()
    answer.send(((opened - started) * 1000, answering, memory))

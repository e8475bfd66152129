"""Tokenising in other processes, while this one writes.

Reports go out and prepared documents come back in order, a bounded number under way, so that memory
stays flat however long the stream is.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing.connection import wait

from reports.language.segment import default_segmenter

from .contract import IndexedReport
from .documents import PreparedDocument, prepare

# Fewer are prepared sooner here than a process is started.
WORTH_A_PROCESS = 200
_CHUNK = 16
_CHUNKS_AHEAD = 8


def prepare_all(reports: Iterable[IndexedReport], processes: int | None = None) -> Iterator[PreparedDocument]:
    """``prepare`` over a stream. ``processes``: 0 works here, None takes what the machine has."""
    # Writing is light work until the stream ends, so it needs no processor to itself.
    processors = len(os.sched_getaffinity(0))
    workers = processes if processes is not None else processors if processors > 1 else 0
    source = iter(reports)
    first = list(islice(source, WORTH_A_PROCESS))
    if workers < 1 or len(first) < WORTH_A_PROCESS:
        yield from map(prepare, chain(first, source))
        return
    default_segmenter().search_tokens("词典")  # load the dictionary once, before the fork
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, context, initializer=_die_with_parent) as pool:
        under_way: deque[Future[list[PreparedDocument]]] = deque()
        try:
            for chunk in _chunks(chain(first, source)):
                under_way.append(pool.submit(_prepare_chunk, chunk))
                if len(under_way) > workers * _CHUNKS_AHEAD:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _chunks(reports: Iterator[IndexedReport]) -> Iterator[list[IndexedReport]]:
    while chunk := list(islice(reports, _CHUNK)):
        yield chunk


def _prepare_chunk(reports: list[IndexedReport]) -> list[PreparedDocument]:
    return [prepare(report) for report in reports]


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)

"""Building a generation: whole segments, written by several processes at once.

This process reads the articles and hands them out in tasks of equal size. A process of the pool prepares
the articles of a task and writes them as one complete segment; this process commits all segments in one
table of contents. The tasks depend on the articles alone, so the same articles give the same segments.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import threading
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing.connection import wait

from whoosh.codec.base import Segment
from whoosh.index import FileIndex

from reports.language.segment import Segmenter
from reports.search.contract.values import IndexedArticle
from reports.search.engines.whoosh.directory.storage import MappedStorage
from reports.search.engines.whoosh.index_segment.segment_documents import PreparedDocument, prepare, recut
from reports.search.engines.whoosh.indexer.writer import ArchiveWriter

log = logging.getLogger(__name__)

Source = IndexedArticle | PreparedDocument
# Articles in a task, some at a time, packed: what waits for a process takes little memory.
Task = list[bytes]

# Fewer articles are written sooner here than processes are started.
WORTH_A_PROCESS = 200
# What writing needs of memory grows with each process.
MOST_WORKERS = 4
# Each segment makes every search a little slower; two a process let all of them end at about the same time.
_TASKS_PER_WORKER = 2
_PACKED_ARTICLES = 100


def build(
    index: FileIndex,
    articles: Iterable[Source],
    segmenter: Segmenter,
    characters: int,
    workers: int | None = None,
    count: int | None = None,
) -> None:
    """Add ``articles`` to ``index``, an empty one, in one commit, their words cut by ``segmenter``.

    ``characters``: of text in one segment at most, roughly. ``workers``: 0 writes in this process, None takes
    what the machine has and this process may start. ``count``: of articles, roughly, to give all processes
    the same to do; segments are as large as they may be without it. Raises what reading or writing raises,
    ChildProcessError where a process was killed; then nothing is committed, though files are left.
    """
    source = iter(articles)
    first = list(islice(source, WORTH_A_PROCESS))
    articles = chain(first, source)
    workers = available_workers() if workers is None else workers
    if workers and len(first) == WORTH_A_PROCESS:
        most = -(-count // (workers * _TASKS_PER_WORKER)) if count else None
        segments = _build_in_pool(index, _tasks(articles, characters, most), segmenter, workers)
    else:
        segments = [write_segment(index, _unpacked(task), segmenter) for task in _tasks(articles, characters)]
    with ArchiveWriter(index, merges=False) as writer:
        writer.adopt(segments)


def available_workers() -> int:
    """As many as there are processors; 0 where there is one, or where this process must not fork.

    A child of a process with threads may find locks held by threads it does not have.
    """
    if threading.active_count() > 1 or multiprocessing.current_process().daemon:
        return 0
    processors = len(os.sched_getaffinity(0))
    return min(processors, MOST_WORKERS) if processors > 1 else 0


def write_segment(index: FileIndex, articles: Iterable[Source], segmenter: Segmenter) -> Segment:
    """Write ``articles`` into a complete segment that no table of contents names yet."""
    with ArchiveWriter(index, merges=False) as writer:
        for document in prepare_all(articles, segmenter):
            writer.add(document)
        return writer.complete()


def prepare_all(articles: Iterable[Source], segmenter: Segmenter) -> Iterator[PreparedDocument]:
    """Their words cut by ``segmenter``; an article that cannot be is left out, with the cause in the log.

    One article among thousands must not keep a damaged index from being built again.
    """
    for article in articles:
        try:
            if isinstance(article, PreparedDocument):
                document = recut(article, segmenter)
            else:
                document = prepare(article, segmenter)
        except OSError:
            raise  # of the machine, not of the article
        except Exception:
            log.exception("报道 %d 未能编入索引", article.id)
        else:
            yield document


def _tasks(articles: Iterable[Source], characters: int, most: int | None = None) -> Iterator[Task]:
    """Cut the stream after ``most`` articles or ``characters`` of text, whichever comes first."""
    task: Task = []
    held: list[Source] = []
    count = size = 0
    for article in articles:
        held.append(article)
        count += 1
        size += _size(article)
        is_full = count == most or size >= characters
        if is_full or len(held) == _PACKED_ARTICLES:
            task.append(_packed(held))
            held = []
        if is_full:
            yield task
            task, count, size = [], 0, 0
    if held:
        task.append(_packed(held))
    if task:
        yield task


def _size(article: Source) -> int:
    if isinstance(article, PreparedDocument):
        return article.size
    return sum(len(block.text) for block in article.blocks)


def _packed(articles: list[Source]) -> bytes:
    return zlib.compress(pickle.dumps(articles, pickle.HIGHEST_PROTOCOL), 1)


def _unpacked(task: Task) -> Iterator[Source]:
    for part in task:
        yield from pickle.loads(zlib.decompress(part))  # noqa: S301 - from our own parent


def _build_in_pool(
    index: FileIndex, tasks: Iterator[Task], segmenter: Segmenter, workers: int
) -> list[Segment]:
    segmenter.search_tokens("词典")  # load the dictionary once, before the fork
    segments: list[Segment] = []
    waiting: deque[Future[Segment]] = deque()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, context, _begin, (index, segmenter)) as pool:
        try:
            for task in tasks:
                waiting.append(pool.submit(_write_task, task))
                if len(waiting) > workers:
                    segments.append(waiting.popleft().result())
            segments += [future.result() for future in waiting]
        except BrokenProcessPool as error:
            log.exception("A process of the rebuild was killed")
            raise ChildProcessError("重建索引的一个工作进程意外中止，可能是内存不足") from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return segments


_given: tuple[FileIndex, Segmenter]


def _begin(index: FileIndex, segmenter: Segmenter) -> None:
    """The first act of a process of the pool."""
    global _given
    _given = index, segmenter
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()
    storage: MappedStorage = index.storage
    storage.scratch_prefix = f"{os.getpid()}."


def _write_task(task: Task) -> Segment:
    index, segmenter = _given
    try:
        return write_segment(index, _unpacked(task), segmenter)
    except Exception as error:
        log.exception("A process of the rebuild failed")
        raise _portable(error) from None


def _portable(error: Exception) -> Exception:
    """The error as it will arrive: itself if it can be sent, else what it says."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:
        log.exception("This cannot be sent")
        return ChildProcessError(f"重建索引的一个工作进程失败：{error}")
    return error


def _exit_after(sentinel: int) -> None:
    """End this process together with its parent, even one that was killed."""
    wait([sentinel])
    os._exit(1)

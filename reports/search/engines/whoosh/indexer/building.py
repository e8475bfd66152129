"""Building a generation: several processes write whole segments at the same time.

This process reads the articles and hands them out as tasks of equal size. A process of the pool prepares the
articles of a task and writes them as one complete segment. This process then commits all segments at once.
Tasks depend only on the articles, so the same articles give the same segments.
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
from itertools import chain, islice, repeat
from math import ceil
from multiprocessing.connection import wait

from whoosh.codec.base import Segment
from whoosh.index import FileIndex

from reports.language.segment import Segmenter
from reports.search.contract.values import IndexedArticle
from reports.search.engines.whoosh.directory.storage import MappedStorage
from reports.search.engines.whoosh.index_segment.segment_documents import PreparedDocument, prepare

from .writer import ArchiveWriter

log = logging.getLogger(__name__)

# Compressed batches of articles: tasks that wait for a process take little memory.
Task = list[bytes]

# To write fewer articles takes less time than to start processes.
MIN_ARTICLES_FOR_POOL = 200
# Each process that writes a segment takes memory.
_MAX_WORKERS = 4
# Each segment makes every search a little slower, so there is one task per process. A process gets its task
# when all articles of the tasks before are read: with this share of the task before, all end at about the
# same time.
_NEXT_SHARE = 0.95
_ARTICLES_PER_BATCH = 100


def build(
    index: FileIndex, articles: Iterable[IndexedArticle], segmenter: Segmenter, characters: int, count: int
) -> None:
    """Add ``articles`` to ``index``, which is empty, in one commit.

    ``segmenter`` cuts their words. ``characters``: the approximate maximum of text in one segment. ``count``:
    the approximate number of articles, to give all processes the same amount of work; 0: unknown. Raises what
    reading or writing raises, and ChildProcessError if a process was killed; then nothing is committed, but
    files remain.
    """
    source = iter(articles)
    first = list(islice(source, MIN_ARTICLES_FOR_POOL))
    articles = chain(first, source)
    workers = available_workers()
    if workers and len(first) == MIN_ARTICLES_FOR_POOL:
        tasks = _tasks(articles, characters, _shares(count, workers))
        segments = _build_in_pool(index, tasks, segmenter, workers)
    else:
        tasks = _tasks(articles, characters, repeat(None))
        segments = [write_segment(index, _unpacked(task), segmenter) for task in tasks]
    with ArchiveWriter(index, merges=False) as writer:
        writer.add_segments(segments)


def available_workers() -> int:
    """The number of processors; 0 if there is one, or if this process must not fork.

    In the child of a process with threads, locks may be held by threads that the child does not have.
    """
    if threading.active_count() > 1 or multiprocessing.current_process().daemon:
        return 0
    processors = len(os.sched_getaffinity(0))
    return min(processors, _MAX_WORKERS) if processors > 1 else 0


def write_segment(index: FileIndex, articles: Iterable[IndexedArticle], segmenter: Segmenter) -> Segment:
    """Write ``articles`` as a complete segment that no table of contents names yet."""
    with ArchiveWriter(index, merges=False) as writer:
        for document in prepare_all(articles, segmenter):
            writer.add(document)
        return writer.finish_segment()


def prepare_all(articles: Iterable[IndexedArticle], segmenter: Segmenter) -> Iterator[PreparedDocument]:
    """Leaves out an article that cannot be prepared, with the cause in the log: one article among thousands
    must not prevent the rebuild of a damaged index."""
    for article in articles:
        try:
            document = prepare(article, segmenter)
        except OSError:
            raise  # the cause is the machine, not the article
        except Exception:
            log.exception("报道 %d 未能编入索引", article.id)
        else:
            yield document


def _shares(count: int, workers: int) -> Iterator[int | None]:
    """The number of articles in each task; None, for no limit, if ``count`` is unknown or was too small."""
    weights = [_NEXT_SHARE**worker for worker in range(workers)]
    if count:
        yield from (ceil(count * weight / sum(weights)) for weight in weights)
    yield from repeat(None)


def _tasks(
    articles: Iterable[IndexedArticle], characters: int, shares: Iterator[int | None]
) -> Iterator[Task]:
    """A task ends after its share of articles or ``characters`` of text, whichever comes first."""
    task: Task = []
    share = next(shares)
    batch: list[IndexedArticle] = []
    count = size = 0
    for article in articles:
        batch.append(article)
        count += 1
        size += sum(len(block.text) for block in article.blocks)
        is_full = count == share or size >= characters
        if is_full or len(batch) == _ARTICLES_PER_BATCH:
            task.append(_packed(batch))
            batch = []
        if is_full:
            yield task
            task, count, size, share = [], 0, 0, next(shares)
    if batch:
        task.append(_packed(batch))
    if task:
        yield task


def _packed(articles: list[IndexedArticle]) -> bytes:
    return zlib.compress(pickle.dumps(articles, pickle.HIGHEST_PROTOCOL), 1)


def _unpacked(task: Task) -> Iterator[IndexedArticle]:
    for batch in task:
        yield from pickle.loads(zlib.decompress(batch))  # noqa: S301 - from our own parent process


def _build_in_pool(
    index: FileIndex, tasks: Iterator[Task], segmenter: Segmenter, workers: int
) -> list[Segment]:
    segmenter.search_tokens("词典")  # load the dictionary once, before the fork
    segments: list[Segment] = []
    waiting: deque[Future[Segment]] = deque()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, context, _start_worker, (index, segmenter)) as pool:
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


_worker_arguments: tuple[FileIndex, Segmenter]


def _start_worker(index: FileIndex, segmenter: Segmenter) -> None:
    """Runs first in each process of the pool."""
    global _worker_arguments
    _worker_arguments = index, segmenter
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_exit_with_parent, args=(parent.sentinel,), daemon=True).start()
    storage: MappedStorage = index.storage
    storage.scratch_prefix = f"{os.getpid()}."


def _write_task(task: Task) -> Segment:
    index, segmenter = _worker_arguments
    try:
        return write_segment(index, _unpacked(task), segmenter)
    except Exception as error:
        log.exception("A process of the rebuild failed")
        raise _picklable(error) from None


def _picklable(error: Exception) -> Exception:
    """The error itself if it can be pickled, otherwise its message."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own error
    except Exception:
        log.exception("This error cannot be pickled")
        return ChildProcessError(f"重建索引的一个工作进程失败：{error}")
    return error


def _exit_with_parent(sentinel: int) -> None:
    """End this process when its parent ends, even if the parent was killed."""
    wait([sentinel])
    os._exit(1)

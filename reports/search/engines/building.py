"""Building a generation: whole segments, written side by side by several processes.

This process reads the articles and deals them out. Each worker tokenises, writes segments with their
derived folders and in the end names them; this process commits them all in one table of contents.
What is dealt to whom depends on the articles alone, so the same articles give the same segments.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from queue import Queue

from whoosh.codec.base import Segment
from whoosh.index import FileIndex

from reports.language.segment import Segmenter

from .contract import IndexedArticle
from .documents import PreparedDocument, recut
from .storage import MappedStorage
from .writer import ArchiveWriter

log = logging.getLogger(__name__)

Source = IndexedArticle | PreparedDocument
# None leaves an article out.
Prepare = Callable[[IndexedArticle, Segmenter], PreparedDocument | None]

# Fewer articles are written sooner here than processes are started.
WORTH_A_PROCESS = 200
# Every worker leaves at least one segment, and each makes every search a little dearer.
MOST_WORKERS = 4
# Of text in the segments being written: what a worker needs of memory grows with its segment.
_CHARACTERS_AT_ONCE = 128_000_000
# Dealt at once; so many such chunks may wait for a worker, so that it never waits for the database.
_CHUNK_CHARACTERS = 100_000
_CHUNK_ARTICLES = 200
_CHUNKS_AHEAD = 4
_END = b""


def build(
    index: FileIndex,
    articles: Iterable[Source],
    prepare: Prepare,
    segmenter: Segmenter,
    characters: int,
    workers: int | None = None,
) -> None:
    """Add ``articles`` to ``index``, an empty one, in one commit, their words cut by ``segmenter``.

    ``characters``: of text in one segment, roughly, at most. ``workers``: 0 writes in this
    process, None takes what the machine has and this process may start. Raises what reading,
    preparing or writing raises, ChildProcessError where a worker was killed; then nothing is committed,
    though files are left, and no worker.
    """
    source = iter(articles)
    first = list(islice(source, WORTH_A_PROCESS))
    wanted = available_workers() if workers is None else workers
    articles = chain(first, source)
    if wanted and len(first) == WORTH_A_PROCESS:
        del first
        characters = min(characters, _CHARACTERS_AT_ONCE // wanted)
        segments = _build_in_workers(index, articles, prepare, segmenter, characters, wanted)
    else:
        segments = write_segments(index, articles, prepare, segmenter, characters)
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


def write_segments(
    index: FileIndex, articles: Iterable[Source], prepare: Prepare, segmenter: Segmenter, characters: int
) -> list[Segment]:
    """Write ``articles`` into complete segments that nothing names yet."""
    segments = []
    documents = (
        prepare(article, segmenter) if isinstance(article, IndexedArticle) else recut(article, segmenter)
        for article in articles
    )
    for batch in bounded((document for document in documents if document is not None), characters):
        with ArchiveWriter(index, merges=False) as writer:
            for document in batch:
                writer.add(document)
            segments.append(writer.complete())
    return segments


def bounded(documents: Iterable[PreparedDocument], characters: int) -> Iterator[Iterator[PreparedDocument]]:
    """Cut a stream into streams of about so many characters each, without holding any."""
    source = iter(documents)
    held: list[PreparedDocument] = []

    def batch() -> Iterator[PreparedDocument]:
        size = 0
        while held or size < characters:
            document = held.pop() if held else next(source, None)
            if document is None:
                return
            size += document.size
            yield document

    while (first := next(source, None)) is not None:
        held.append(first)
        yield batch()


def _build_in_workers(
    index: FileIndex,
    articles: Iterator[Source],
    prepare: Prepare,
    segmenter: Segmenter,
    characters: int,
    count: int,
) -> list[Segment]:
    segmenter.search_tokens("词典")  # load the dictionary once, before the fork
    workers: list[_Worker] = []
    try:
        for _ in range(count):
            workers.append(_Worker(index, prepare, segmenter, characters, workers))
        for chunk in _chunks(articles):
            # To the one with the least so far: they end together, whatever the sizes of articles.
            min(workers, key=lambda worker: worker.dealt).deal(chunk)
        for worker in workers:
            worker.end()
        return _collected(workers)
    finally:
        for worker in workers:
            worker.stop()


def _chunks(articles: Iterator[Source]) -> Iterator[list[Source]]:
    chunk: list[Source] = []
    size = 0
    for article in articles:
        chunk.append(article)
        size += _size(article)
        if size >= _CHUNK_CHARACTERS or len(chunk) == _CHUNK_ARTICLES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _size(article: Source) -> int:
    if isinstance(article, PreparedDocument):
        return article.size
    return sum(len(block.text) for block in article.blocks)


def _collected(workers: Sequence[_Worker]) -> list[Segment]:
    """The segments of all workers, in the workers' order; whoever fails is heard at once."""
    found: dict[Connection, list[Segment]] = {}
    waiting = {worker.results: worker for worker in workers}
    while waiting:
        for results in wait(list(waiting)):
            assert isinstance(results, Connection)
            found[results] = waiting.pop(results).segments()
    return [segment for worker in workers for segment in found[worker.results]]


class _Worker:
    """A process that writes segments, as its parent sees it. ``dealt``: characters, so far."""

    def __init__(
        self,
        index: FileIndex,
        prepare: Prepare,
        segmenter: Segmenter,
        characters: int,
        others: Sequence[_Worker],
    ) -> None:
        context = multiprocessing.get_context("fork")
        dealt, self._articles = context.Pipe(duplex=False)
        self.results, results = context.Pipe(duplex=False)
        inherited = [
            end for worker in others for end in (worker._articles, worker.results)
        ] + [self._articles, self.results]  # fmt: skip
        self.dealt = 0
        self._process: ForkProcess = context.Process(
            target=_work, args=(index, prepare, segmenter, characters, dealt, results, inherited), daemon=True
        )
        self._process.start()
        # Only the worker's own ends are left: that it is gone shows as a broken pipe.
        dealt.close()
        results.close()

    def deal(self, chunk: list[Source]) -> None:
        """Waits while the worker is too far behind."""
        self._send(pickle.dumps(chunk, pickle.HIGHEST_PROTOCOL))
        self.dealt += sum(map(_size, chunk))

    def end(self) -> None:
        self._send(_END)

    def segments(self) -> list[Segment]:
        """What it has written, once it has; raises what made it fail."""
        try:
            outcome: list[Segment] | Exception = self.results.recv()
        except EOFError as error:
            self._process.join()
            code = self._process.exitcode
            log.error("Worker %s ended with exit code %s", self._process.pid, code)
            message = f"重建索引的一个工作进程意外中止（退出码 {code}），可能是内存不足"
            raise ChildProcessError(message) from error
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def stop(self) -> None:
        """End it, whatever it is doing. Afterwards it writes no more."""
        if self.results.closed:
            return
        self._process.kill()
        self._process.join()
        self._process.close()
        self._articles.close()
        self.results.close()

    def _send(self, data: bytes) -> None:
        try:
            self._articles.send_bytes(data)
        except BrokenPipeError:
            self.segments()  # raises: it has not come to an end by itself
            raise


def _work(
    index: FileIndex,
    prepare: Prepare,
    segmenter: Segmenter,
    characters: int,
    dealt: Connection,
    results: Connection,
    inherited: Sequence[Connection],
) -> None:
    """The worker's own program."""
    for end in inherited:
        end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with_parent()
    gc.freeze()  # what the parent had is not looked through, and so not copied
    storage: MappedStorage = index.storage
    storage.scratch_prefix = f"{os.getpid()}."
    outcome: list[Segment] | Exception
    try:
        outcome = write_segments(index, _received(dealt), prepare, segmenter, characters)
    except Exception as error:
        log.exception("A worker of the rebuild failed")
        outcome = _portable(error)
    with contextlib.suppress(BrokenPipeError):  # nobody wants to know any more
        results.send(outcome)


def _received(dealt: Connection) -> Iterator[Source]:
    """The articles as they are dealt, read ahead by a thread so that the parent need not wait for us."""
    chunks: Queue[bytes] = Queue(_CHUNKS_AHEAD)

    def read() -> None:
        with contextlib.suppress(EOFError):  # the parent is gone, and so are we in a moment
            while data := dealt.recv_bytes():
                chunks.put(data)
            chunks.put(_END)

    threading.Thread(target=read, daemon=True).start()
    while data := chunks.get():
        yield from pickle.loads(data)  # noqa: S301 - from our own parent


def _portable(error: Exception) -> Exception:
    """The error as it will arrive: itself if it can be sent, else what it says."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:
        log.exception("This cannot be sent")
        return ChildProcessError(f"重建索引的一个工作进程失败：{error}")
    return error


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)

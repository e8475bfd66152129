"""Keeping the index in step with the database: changes, rebuilds, and how things stand."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path

from django.db.models import QuerySet
from haystack import connections

from reports.models import OutboxRow, Report

from .engines.contract import IndexedReport
from .engines.documents import PreparedDocument
from .engines.errors import IndexBusy, IndexDamaged, IndexOutdated
from .engines.index import ArchiveIndex
from .engines.preparing import prepare_all
from .indexes import indexed_report, published_reports

__all__ = [
    "IndexBusy",
    "IndexDamaged",
    "IndexOutdated",
    "IndexState",
    "IndexStatus",
    "apply_changes",
    "expunge",
    "index_lock",
    "rebuild",
    "status",
]

_CHUNK = 200
# With no index yet, so many reports are taken in at once; more are left to rebuild_index.
_FIRST_FILL = 500

Progress = Callable[[int, int], None]


class IndexState(StrEnum):
    """In the order in which they matter: the first that holds is told."""

    DAMAGED = "damaged"
    MISSING = "missing"
    OUTDATED = "outdated"
    BEHIND = "behind"
    CURRENT = "current"

    @property
    def label(self) -> str:
        return {
            IndexState.DAMAGED: "索引已损坏，请运行 rebuild_index 重建",
            IndexState.MISSING: "尚无索引，请运行 rebuild_index 建立",
            IndexState.OUTDATED: "索引由另一版本的程序或词典建立，仍可检索，请择时运行 rebuild_index",
            IndexState.BEHIND: "索引落后于资料库，请运行 update_index；若仍不一致，请运行 rebuild_index",
            IndexState.CURRENT: "索引正常",
        }[self]


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """``indexed`` and ``published`` are numbers of reports, ``waiting`` of outbox rows, ``size`` of bytes.

    ``parts`` says what the index was made with, ``differing`` which of these the program would make
    otherwise now.
    """

    state: IndexState
    version: str
    matches_program: bool
    differing: tuple[str, ...]
    indexed: int
    published: int
    waiting: int
    generation: int | None
    segments: int
    deleted: int
    size: int
    is_rebuilding: bool

    @property
    def needs_attention(self) -> bool:
        return self.state is not IndexState.CURRENT


def archive_index() -> ArchiveIndex:
    index: ArchiveIndex = connections["default"].get_backend().index
    return index


def index_lock(timeout: float = 0) -> contextlib.AbstractContextManager[None]:
    """Hold the write lock of the index; raises IndexBusy after ``timeout`` seconds.

    The thread that holds it may call ``apply_changes``. The kernel frees it when the process dies.
    """
    return archive_index().lock(timeout)


def apply_changes(report_ids: Sequence[int]) -> None:
    """Bring these reports up to date in one commit: published ones are indexed anew, all others removed.

    Doing it twice does no harm. Raises IndexBusy, IndexDamaged, IndexOutdated or OSError, and then
    nothing has changed: the caller keeps its outbox rows.
    """
    wanted = set(report_ids)
    index = archive_index()
    if index.generations.current() is None:
        # The index is new, or was lost: what it would not be told of has to come in as well.
        wanted.update(Report.objects.published().order_by("pk").values_list("pk", flat=True)[:_FIRST_FILL])
    index.apply(_published(sorted(wanted)), wanted)


def expunge(report_ids: Collection[int]) -> int:
    """Have no file of the index keep anything of these reports, which are no longer there; how many
    segments were rewritten.

    Takes minutes where a segment of thousands has to be; changes and searches go on meanwhile. Raises
    IndexBusy where a rebuild or another expunging is under way, IndexDamaged, IndexOutdated or OSError.
    """
    return archive_index().expunge(report_ids)


def rebuild(progress: Progress | None = None) -> int:
    """Build a new generation from the database beside the live one and swap; how many reports it holds.

    ``progress(done, total)`` is called after each report. Searches and changes go on meanwhile, and
    the changes are in the new generation. Raises IndexBusy where a rebuild is under way.
    """

    def all_reports() -> Iterator[PreparedDocument]:
        # Read only when the index asks, which is after it has begun to note changes.
        total = Report.objects.published().count()
        for done, document in enumerate(prepare_all(_stream(published_reports())), 1):
            yield document
            if progress is not None:
                progress(done, max(done, total))

    return archive_index().rebuild(all_reports(), _published)


def status() -> IndexStatus:
    """How the index stands against program and database. Never raises for a bad index."""
    index = archive_index()
    published = Report.objects.published().count()
    waiting = OutboxRow.objects.count()
    generation: int | None = None
    differing: tuple[str, ...] = ()
    version, indexed, segments, deleted, damaged = "", 0, 0, 0, False
    try:
        generation = index.generations.current()
        snapshot = index.snapshot()
        if snapshot is not None:
            indexed, segments = snapshot.live_count, len(snapshot.segments)
            deleted = snapshot.count - indexed
            version, differing = index.version()
    except (IndexDamaged, OSError):
        damaged = True
    return IndexStatus(
        state=_state(damaged, generation, differing, indexed, published, waiting),
        version=version,
        matches_program=not differing and generation is not None and not damaged,
        differing=differing,
        indexed=indexed,
        published=published,
        waiting=waiting,
        generation=generation,
        segments=segments,
        deleted=deleted,
        size=_size(index.path),
        is_rebuilding=index.is_rebuilding(),
    )


def _state(
    damaged: bool,
    generation: int | None,
    differing: Sequence[str],
    indexed: int,
    published: int,
    waiting: int,
) -> IndexState:
    if damaged:
        return IndexState.DAMAGED
    if generation is None:
        return IndexState.MISSING
    if differing:
        return IndexState.OUTDATED
    return IndexState.BEHIND if waiting or indexed != published else IndexState.CURRENT


def _published(ids: Sequence[int]) -> Iterator[PreparedDocument]:
    """Those of the reports that are published, ready for the index."""
    chunks = (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
    streams = (_stream(published_reports().filter(pk__in=chunk)) for chunk in chunks)
    # In this process: a server with threads must not fork.
    return prepare_all(chain.from_iterable(streams), processes=0)


def _stream(reports: QuerySet[Report]) -> Iterator[IndexedReport]:
    # With a chunk size, iterator() prefetches chunk by chunk: memory stays flat.
    return map(indexed_report, reports.iterator(chunk_size=_CHUNK))


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # a commit may be clearing up
            total += path.stat().st_size if path.is_file() else 0
    return total

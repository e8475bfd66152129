"""The index outbox: what search must see is noted with the change itself and taken in after the commit.

Whoever holds the index lock drains. Whoever finds it held leaves: its rows were committed before it
tried the lock, and the holder looks once more after letting go, so no row is left behind.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from reports.models import OutboxRow, Report
from reports.search.indexing import IndexBusy, apply_changes, index_lock, rebuild

from .clearing import clear_after_commit, clear_purges

BATCH = 500
# From so many waiting reports on, if they are the greater part of the archive, building the index anew takes
# less time than adding to it batch by batch: nothing is merged twice and both cores cut words.
REBUILD_FROM = 2000

logger = logging.getLogger(__name__)


def enqueue(report_ids: Iterable[int], *, urgent: bool = True, drain: bool = True) -> None:
    """Note that the index has to take these reports in; call it inside the changing transaction.

    With ``drain`` the index follows as soon as that transaction is committed. An import, which
    drains once at its end, leaves it out.
    """
    OutboxRow.objects.bulk_create(
        [OutboxRow(report_id=report_id, urgent=urgent) for report_id in report_ids], batch_size=500
    )
    if drain:
        transaction.on_commit(drain_after_commit)


def drain_outbox(*, urgent_only: bool = False, progress: Callable[[int, int], object] | None = None) -> int:
    """Take in what waits, urgent rows first; return how many reports were applied.

    ``progress`` is told after each batch how many reports were applied and how many rows still wait.
    Returns at once where another process holds the index lock. Errors of the index are raised,
    with the rows still in place.
    """
    applied = 0
    while _rows(urgent_only).exists():
        try:
            with index_lock():
                while batch := _next_batch(urgent_only):
                    _apply(batch)
                    applied += len(batch)
                    if progress:
                        progress(applied, _rows(urgent_only).count())
        except IndexBusy:
            break
    return applied


def drain_after_commit() -> None:
    """Follow a committed change: urgent rows now, the rest beside the request.

    A failure is logged and the rows stay: the change itself is safe in the database, and the next
    drain tries again. :func:`indexing_notice` tells the user.
    """
    try:
        drain_outbox(urgent_only=True)
        if OutboxRow.objects.exists():
            _drain_rest()
    except Exception:
        logger.exception("索引更新失败，待索引的记录已保留")
    clear_after_commit()


def drain_or_tell(progress: Callable[[int, int], object] | None = None) -> str:
    """Drain for a command; return a sentence for its user where something still waits, else empty.

    A failing index fails no import: the reports are safe, the cause is in the log.
    """
    try:
        if not (_is_mostly_waiting() and _rebuild(progress)):
            drain_outbox(progress=progress)
    except Exception:
        logger.exception("索引更新失败，待索引的记录已保留")
        return "数据已保存，但索引更新失败，原因已记入日志。请处理后运行 update_index。"
    try:
        clear_purges()
    except Exception:
        logger.exception("彻底删除后的清除没有完成，将再次尝试")
        return "彻底删除已生效，但文件中的残留还没有清除完，原因已记入日志。请处理后运行 update_index。"
    if waiting := OutboxRow.objects.count():
        return f"另一进程正在更新索引，还有{waiting}项等待，稍后即可检索到。"
    return ""


def rebuild_index(progress: Callable[[int, int], None] | None = None) -> int:
    """Build the index anew from the database; how many reports it holds, those that waited among them.

    ``progress(done, total)`` is told after each report. Raises what ``reports.search.indexing.rebuild`` does.
    """
    # Read before the rebuild reads the reports: a row written after this is about a later change and stays.
    rows = list(OutboxRow.objects.values_list("pk", flat=True))
    count = rebuild(progress)
    for start in range(0, len(rows), BATCH):
        OutboxRow.objects.filter(pk__in=rows[start : start + BATCH]).delete()
    return count


def _is_mostly_waiting() -> bool:
    waiting = OutboxRow.objects.values("report_id").distinct().count()
    return waiting >= REBUILD_FROM and 2 * waiting > Report.objects.published().count()


def _rebuild(progress: Callable[[int, int], object] | None) -> bool:
    """Build the index anew for what waits; False where another process is at it already."""

    def report_progress(done: int, total: int) -> None:
        if progress:
            progress(done, total - done)

    try:
        rebuild_index(report_progress)
    except IndexBusy:
        return False
    return True


def indexing_notice(report: Report) -> str:
    """A sentence for the user while the index has not yet taken in a change of ``report``; else empty."""
    if OutboxRow.objects.filter(report_id=report.pk).exists():
        return "修改已保存，检索结果稍后更新。"
    return ""


def _rows(urgent_only: bool) -> QuerySet[OutboxRow]:
    rows = OutboxRow.objects.order_by("-urgent", "id")
    return rows.filter(urgent=True) if urgent_only else rows


def _next_batch(urgent_only: bool) -> list[int]:
    ids = _rows(urgent_only).values_list("report_id", flat=True)[:BATCH]
    return list(dict.fromkeys(ids))


def _apply(report_ids: list[int]) -> None:
    # Read before the index reads the reports: a row written after this is about a later change and stays.
    rows = list(OutboxRow.objects.filter(report_id__in=report_ids).values_list("pk", flat=True))
    apply_changes(report_ids)
    OutboxRow.objects.filter(pk__in=rows).delete()


def _drain_rest() -> None:
    # A thread that finds the lock held goes away again, so none need be counted; one that dies with
    # its process loses nothing, the rows are still there.
    if settings.ARCHIVE_BACKGROUND_INDEXING:
        threading.Thread(target=_drain_in_background, name="outbox", daemon=True).start()
    else:
        drain_outbox()


def _drain_in_background() -> None:
    try:
        drain_outbox()
    except Exception:
        logger.exception("索引更新失败，待索引的记录已保留")
    finally:
        connection.close()

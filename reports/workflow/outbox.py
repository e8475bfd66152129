"""The index outbox: what search must see is noted with the change itself and taken in after the commit.

Whoever holds the index lock drains. Whoever finds it held leaves: its rows were committed before it
tried the lock, and the holder looks once more after letting go, so no row is left behind.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from reports.models import OutboxRow, Report
from reports.search.indexing import IndexBusy, apply_changes, index_lock

BATCH = 500

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


def drain_outbox(*, urgent_only: bool = False) -> int:
    """Take in what waits, urgent rows first; return how many reports were applied.

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

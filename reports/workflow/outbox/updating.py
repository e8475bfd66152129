"""Bringing the index up to date: after a change, in the elected background process, by command."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction

from reports.models import Article, OutboxRow, Purge
from reports.search import connection
from reports.search.contract.errors import IndexBusy
from reports.search.indexing import needs_maintenance, rebuild, unindexed_articles

from .background import background
from .clearing import clear_files
from .rows import delete_rows, note, waiting_rows
from .taking_in import drain, drain_urgent

# Seconds that a request, and a process with nothing else to do, wait for another process that writes.
_REQUEST_PATIENCE = 1.0
_PATIENCE = 30.0
# From so many waiting articles on, if they are the greater part of the archive, a rebuild takes less time
# than adding to it batch by batch.
REBUILD_FROM = 2000
_FAILED = "索引更新失败，待索引的记录已保留"

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], object]


def enqueue(article_ids: Iterable[int], *, urgent: bool = True, drain: bool = True) -> None:
    """Note that the index has to take these articles in; call it inside the changing transaction.

    With ``drain`` the index follows as soon as that transaction is committed. An import, which updates the
    index once at its end, leaves it out.
    """
    note(article_ids, urgent=urgent)
    if drain:
        transaction.on_commit(drain_after_commit)


def drain_after_commit() -> None:
    """Follow a committed change: urgent rows now, everything else in the background.

    A failure is logged and the rows stay: the change itself is safe in the database, and the next change
    tries again. ``indexing_notice`` tells the user.
    """
    try:
        drain_urgent(_REQUEST_PATIENCE)
        if not _is_work_left():
            return
        if settings.ARCHIVE_BACKGROUND_INDEXING:
            background.begin()
        else:
            drain_outbox()
    except Exception:
        logger.exception(_FAILED)


def drain_outbox(*, progress: Progress | None = None, retry: bool = False) -> int:
    """Do all that waits, unless another process is at it: rows, maintenance, clearing after a purge.

    How many articles were applied. ``progress`` is told after each batch how many these are and how many rows
    still wait. With ``retry`` what could not be indexed is tried again. Errors of the index are raised, with
    the rows still in place. Not to be called inside a transaction.
    """
    if retry:
        OutboxRow.objects.exclude(failure="").update(failure="")
    applied = 0

    def after_batch(done: int) -> None:
        if progress:
            progress(applied + done, waiting_rows().count())

    def report_progress(done: int, total: int) -> None:
        if progress:
            progress(done, total - done)

    is_wanted = True
    while is_wanted:
        try:
            engine = connection.engine()
            with engine.as_worker():
                engine.maintain()
                if _is_mostly_waiting():
                    rebuild_index(report_progress)
                applied += drain(waiting_rows, _PATIENCE, after_batch)
                clear_purges()
                if needs_maintenance():
                    rebuild_index()
        except IndexBusy:
            break  # the elected process looks again before it ends
        is_wanted = _is_work_left()
    return applied + drain_urgent(_PATIENCE)


def rebuild_index(progress: Progress | None = None) -> int:
    """Make the index again from the database; how many articles it holds, those that waited among them.

    What was purged before is in no file afterwards. ``progress(done, total)`` is told after each article.
    What could not be indexed is left waiting, for ``drain_outbox`` to say why. Raises what
    ``indexing.rebuild`` and ``clear_files`` do.
    """
    # Both are read before the rebuild reads the articles: a row written after this is about a later change
    # and stays, and only a rebuild that begins after a purge has never seen its text.
    rows = list(OutboxRow.objects.values_list("pk", flat=True))
    purges = list(Purge.objects.pending())
    count = rebuild(progress)
    left_out = unindexed_articles()
    with transaction.atomic():
        delete_rows(rows)
        waiting = set(OutboxRow.objects.values_list("article_id", flat=True))
        note((number for number in left_out if number not in waiting), urgent=False)
    drain_urgent()  # a request that could not write during the swap has left its rows
    if purges:
        clear_files(purges)
    return count


def clear_purges() -> int:
    """Have every file lose what was purged; how many purges are done. Raises what ``rebuild_index`` does."""
    purges = list(Purge.objects.pending())
    if any(purge.was_public for purge in purges):
        rebuild_index()
    elif purges:
        clear_files(purges)
    return len(purges)


def drain_or_tell(progress: Progress | None = None) -> str:
    """Update for a command; return a sentence for its user where something still waits, else empty.

    A failing index fails no import: the articles are safe, the cause is in the log.
    """
    try:
        drain_outbox(progress=progress)
    except Exception:
        logger.exception(_FAILED)
        if Purge.objects.pending().exists() and not waiting_rows().exists():
            return "彻底删除已生效，但文件中的残留还没有清除完，原因已记入日志。请处理后运行 update_index。"
        return "数据已保存，但索引更新失败，原因已记入日志。请处理后运行 update_index。"
    if failing := OutboxRow.objects.exclude(failure="").values("article_id").distinct().count():
        return f"有{failing}篇报道未能编入索引，其余不受影响。请用 index_status 查看是哪些、为什么。"
    if waiting := waiting_rows().count():
        return f"另一进程正在更新索引，还有{waiting}项等待，稍后即可检索到。"
    return ""


def _is_work_left() -> bool:
    return waiting_rows().exists() or Purge.objects.pending().exists() or needs_maintenance()


def _is_mostly_waiting() -> bool:
    waiting = waiting_rows().values("article_id").distinct().count()
    return waiting >= REBUILD_FROM and 2 * waiting > Article.objects.published().count()

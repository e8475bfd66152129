"""The index outbox: what search must see is noted with the change itself and taken in after the commit.

Whoever holds the index lock drains. Whoever finds it held leaves: its rows were committed before it
tried the lock, and the holder looks once more after letting go, so no row is left behind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from reports.models import Article, InitiativeMention, OutboxRow
from reports.models.chunks import CHUNK, in_chunks
from reports.search.indexing import (
    IndexBusy,
    IndexDamaged,
    IndexOutdated,
    apply_changes,
    drain_lock,
    index_lock,
    is_draining,
    is_merging_due,
    merge,
    read_changes,
    rebuild,
    unindexed,
    write_changes,
)

from .beside import Beside, run_beside
from .clearing import clear_after_commit, clear_purges

# Articles in one commit: so few of the bulk work that a publish which comes in between waits some tenths
# of a second at most, and so many of those that people wait for as will hardly ever come at once.
BULK_BATCH = 32
URGENT_BATCH = 200
# Seconds that a thread with nothing else to do waits for the holder of the lock.
_PATIENCE = 30.0
# From so many waiting articles on, if they are the greater part of the archive, building the index anew takes
# less time than adding to it batch by batch: nothing is merged twice and both cores cut words.
REBUILD_FROM = 2000
_FAILED = "索引更新失败，待索引的记录已保留"

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], object]


def enqueue(article_ids: Iterable[int], *, urgent: bool = True, drain: bool = True) -> None:
    """Note that the index has to take these articles in; call it inside the changing transaction.

    With ``drain`` the index follows as soon as that transaction is committed. An import, which
    drains once at its end, leaves it out.
    """
    told = list(article_ids)
    rows = [OutboxRow(article_id=article_id, urgent=urgent) for article_id in told]
    rows += [OutboxRow(article_id=article_id, urgent=False) for article_id in named_alike(told)]
    OutboxRow.objects.bulk_create(rows, batch_size=CHUNK)
    if drain:
        transaction.on_commit(drain_after_commit)


def named_alike(article_ids: Sequence[int]) -> set[int]:
    """The published articles beside them whose entry in the index may change with theirs.

    It holds what a merged initiative was called as long as some published article calls it so.
    """
    calling: set[int] = set()
    for chunk in in_chunks(article_ids):
        mentions = InitiativeMention.objects.filter(article__in=chunk, merged_from__isnull=False)
        calling.update(mentions.values_list("initiative_id", flat=True).order_by().distinct())
    found: set[int] = set()
    for chunk in in_chunks(calling):
        naming = Article.objects.published().filter(mentions__initiative__in=chunk)
        found.update(naming.values_list("pk", flat=True).order_by())
    return found.difference(article_ids)


def drain_outbox(*, progress: Progress | None = None, retry: bool = False) -> int:
    """Take in what waits, urgent rows first, and merge what is due; return how many articles were applied.

    ``progress`` is told after each batch how many articles were applied and how many rows still wait. With
    ``retry`` what could not be indexed is tried again. Bulk work is left to another process that is at it
    already. Errors of the index are raised, with the rows still in place.
    """
    if retry:
        OutboxRow.objects.exclude(failure="").update(failure="")
    applied = 0

    def after_batch(done: int) -> None:
        if is_merging_due():
            _merge_between()
        if progress:
            progress(applied + done, _rows().count())

    while _rows().exists():
        try:
            with drain_lock():
                applied += _drain(_rows, _PATIENCE, after_batch)
        except IndexBusy:
            break
    merge()
    # Merging takes minutes, and who found the lock held for its last step has left us his rows; so has
    # whoever wants bulk work done while another process is at it, if people wait for some of it.
    return applied + drain_urgent()


def drain_urgent(patience: float = 0) -> int:
    """Take in what people wait for; return how many articles were applied.

    Where the lock is held for longer than ``patience`` seconds, the rest is left to its holder.
    """
    applied = 0
    while _urgent_rows().exists():
        try:
            applied += _drain(_urgent_rows, patience)
        except IndexBusy:
            break
    return applied


def drain_after_commit() -> None:
    """Follow a committed change: urgent rows now, the rest beside the request.

    A failure is logged and the rows stay: the change itself is safe in the database, and the next
    drain tries again. :func:`indexing_notice` tells the user.
    """
    try:
        drain_urgent()
        if _rows().exists() or is_merging_due():
            _drain_rest()
    except Exception:
        logger.exception(_FAILED)
    clear_after_commit()


def drain_or_tell(progress: Progress | None = None) -> str:
    """Drain for a command; return a sentence for its user where something still waits, else empty.

    A failing index fails no import: the articles are safe, the cause is in the log.
    """
    try:
        if _is_mostly_waiting():
            _rebuild(progress)
        drain_outbox(progress=progress)
    except Exception:
        logger.exception(_FAILED)
        return "数据已保存，但索引更新失败，原因已记入日志。请处理后运行 update_index。"
    try:
        clear_purges()
    except Exception:
        logger.exception("彻底删除后的清除没有完成，将再次尝试")
        return "彻底删除已生效，但文件中的残留还没有清除完，原因已记入日志。请处理后运行 update_index。"
    if failing := OutboxRow.objects.exclude(failure="").values("article_id").distinct().count():
        return f"有{failing}篇报道未能编入索引，其余不受影响。请用 index_status 查看是哪些、为什么。"
    if waiting := _rows().count():
        return f"另一进程正在更新索引，还有{waiting}项等待，稍后即可检索到。"
    return ""


def rebuild_index(progress: Callable[[int, int], None] | None = None) -> int:
    """Build the index anew from the database; how many articles it holds, those that waited among them.

    ``progress(done, total)`` is told after each article. What could not be indexed is left waiting, for
    ``drain_outbox`` to say why. Raises what ``reports.search.indexing.rebuild`` does.
    """
    # Read before the rebuild reads the articles: a row written after this is about a later change and stays.
    rows = list(OutboxRow.objects.values_list("pk", flat=True))
    count = rebuild(progress)
    left_out = unindexed()
    with transaction.atomic():
        _delete(rows)
        waiting = set(OutboxRow.objects.values_list("article_id", flat=True))
        enqueue((number for number in left_out if number not in waiting), urgent=False, drain=False)
    return count


def indexing_notice(article: Article) -> str:
    """A sentence for the user while the index has not yet taken in a change of ``article``; else empty."""
    rows = OutboxRow.objects.filter(article_id=article.pk)
    if rows.exclude(failure="").exists():
        return (
            "修改已保存，但这篇报道未能编入索引，检索到的还是原来的内容。原因见审核台的提示，请告知管理员。"
        )
    if rows.exists():
        return "修改已保存，检索结果稍后更新。"
    return ""


def _is_mostly_waiting() -> bool:
    waiting = _rows().values("article_id").distinct().count()
    return waiting >= REBUILD_FROM and 2 * waiting > Article.objects.published().count()


def _rebuild(progress: Progress | None) -> None:
    """Build the index anew for what waits, unless another process is at it already."""

    def report_progress(done: int, total: int) -> None:
        if progress:
            progress(done, total - done)

    try:
        rebuild_index(report_progress)
    except IndexBusy:
        logger.info("Another process builds the index anew")


def _rows() -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(failure="").order_by("-urgent", "id")


def _urgent_rows() -> QuerySet[OutboxRow]:
    return _rows().filter(urgent=True)


def _drain(
    rows: Callable[[], QuerySet[OutboxRow]],
    patience: float,
    after_batch: Callable[[int], object] | None = None,
) -> int:
    """Batch by batch until none of ``rows`` is left; how many articles were applied. Raises IndexBusy.

    ``after_batch`` is told how many were so far.
    """
    applied = 0
    while batch := _next_batch(rows()):
        applied += _take_in(batch, patience)
        if after_batch:
            after_batch(applied)
    return applied


def _merge_between() -> None:
    """Before the segments are so many that searches notice. What still waits matters more than a failure."""
    try:
        merge()
    except (OSError, IndexDamaged):
        logger.exception("Merging failed; it is tried again")


def _next_batch(rows: QuerySet[OutboxRow]) -> list[int]:
    """Articles that people wait for, if there are any, and no others with them."""
    urgent = rows.filter(urgent=True).values_list("article_id", flat=True)[:URGENT_BATCH]
    ids = list(urgent) or list(rows.values_list("article_id", flat=True)[:BULK_BATCH])
    return list(dict.fromkeys(ids))


def _rows_of(article_ids: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {article_id: set() for article_id in article_ids}
    for article_id, row in OutboxRow.objects.filter(article_id__in=article_ids).values_list(
        "article_id", "pk"
    ):
        found[article_id].add(row)
    return found


def _take_in(article_ids: Sequence[int], patience: float) -> int:
    """Apply these articles; how many were. One that the index cannot take in is set aside, the others go on.

    Raises IndexBusy, and the error where the index itself, the disk or the database fails.
    """
    try:
        return _apply(article_ids, patience)
    except (OSError, DatabaseError, IndexBusy, IndexOutdated):
        raise
    except Exception as error:
        # The engine calls an error that it does not know damage; that a file is damaged it says otherwise.
        if isinstance(error, IndexDamaged) and (type(error) is not IndexDamaged or error.__cause__ is None):
            raise
        if len(article_ids) > 1:
            middle = len(article_ids) // 2
            return _take_in(article_ids[:middle], patience) + _take_in(article_ids[middle:], patience)
        with index_lock(patience):
            _refuse_all_if_index_fails(error)
            _set_aside(article_ids[0], error)
        return 0


def _apply(article_ids: Sequence[int], patience: float) -> int:
    # Reading and cutting words is most of the work, and nobody need wait for it. A row written after this
    # is about a later change and stays.
    rows = _rows_of(article_ids)
    changes = read_changes(article_ids)
    with index_lock(patience):
        now = _rows_of(article_ids)
        # What another process has taken in meanwhile, or what has changed again, is not as we read it.
        ids = [
            article_id
            for article_id in article_ids
            if rows[article_id] and rows[article_id] == now[article_id]
        ]
        if ids:
            write_changes(changes.of(ids))
            _delete([row for article_id in ids for row in rows[article_id]])
    return len(ids)


def _refuse_all_if_index_fails(error: Exception) -> None:
    """Raise ``error`` if a commit fails without the article, too: then it is not the article's fault."""
    try:
        apply_changes([0])  # no article has this number
    except Exception:
        logger.exception("The index takes in nothing")
        raise error  # noqa: B904 - with the cause it came with


def _set_aside(article_id: int, error: Exception) -> None:
    logger.error("报道 %d 未能编入索引，已放到一边", article_id, exc_info=error)
    cause = error.__cause__ if isinstance(error, IndexDamaged) and error.__cause__ else error
    said = f"{type(cause).__name__}：{cause}"
    failure = f"程序处理这篇报道时出错（{said}），请把日志交给维护人员；改正后运行 update_index"
    OutboxRow.objects.filter(article_id=article_id).update(failure=failure)


def _delete(rows: Sequence[int]) -> None:
    for chunk in in_chunks(rows):
        OutboxRow.objects.filter(pk__in=chunk).delete()


def _drain_rest() -> None:
    if settings.ARCHIVE_BACKGROUND_INDEXING:
        _urgent_beside.begin()
    else:
        drain_outbox()


def _drain_urgent_beside() -> None:
    """What a request has left, as soon as the holder of the lock lets go; then see to bulk work.

    If this process dies, nothing is lost: the rows are still there.
    """
    try:
        drain_urgent(_PATIENCE)
    finally:
        connection.close()
    _bulk_beside.begin()


def _drain_bulk_beside() -> None:
    """Bulk work and merging, in a process that this thread waits for."""
    try:
        is_due = (_rows().exists() and not is_draining()) or is_merging_due()
    finally:
        connection.close()
    if is_due:
        run_beside("update_index", "--no-rebuild")


# Two threads: what people wait for must not wait for a process that is busy for minutes.
_urgent_beside = Beside("urgent-outbox", _drain_urgent_beside, _FAILED)
_bulk_beside = Beside("outbox", _drain_bulk_beside, _FAILED)

"""Taking rows into the index, batch by batch.

Reading articles and cutting words is done while others may write. A process that finds another one writing
for too long leaves: its rows were committed before, and every process looks for urgent rows again after it
has written, so none is left behind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

from django.db.models import QuerySet

from reports.models import OutboxRow
from reports.search.contract.engine import Change
from reports.search.contract.errors import ArticleUnindexable, IndexBusy
from reports.search.indexing import read_changes, write_changes

from .rows import delete_rows, urgent_rows

# Articles read at once. A commit holds fewer, if they are long: see COMMIT_CHARACTERS.
BULK_BATCH = 32
URGENT_BATCH = 200
# Characters in one commit, roughly: a publish that comes in between waits some tenths of a second.
COMMIT_CHARACTERS = 200_000

logger = logging.getLogger(__name__)


def drain_urgent(patience: float = 0) -> int:
    """Take in what people wait for; return how many articles were applied.

    Where another process writes for longer than ``patience`` seconds, the rest is left to it.
    """
    applied = 0
    while urgent_rows().exists():
        try:
            applied += drain(urgent_rows, patience)
        except IndexBusy:
            break
    return applied


def drain(
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


def _next_batch(rows: QuerySet[OutboxRow]) -> list[int]:
    """Articles that people wait for, if there are any, and no others with them."""
    urgent = rows.filter(urgent=True).values_list("article_id", flat=True)[:URGENT_BATCH]
    ids = list(urgent) or list(rows.values_list("article_id", flat=True)[:BULK_BATCH])
    return list(dict.fromkeys(ids))


def _rows_of(article_ids: Sequence[int]) -> dict[int, set[int]]:
    rows: dict[int, set[int]] = {article_id: set() for article_id in article_ids}
    for article_id, row in OutboxRow.objects.filter(article_id__in=article_ids).values_list(
        "article_id", "pk"
    ):
        rows[article_id].add(row)
    return rows


def _take_in(article_ids: Sequence[int], patience: float) -> int:
    """Apply these articles; how many were. One that the index cannot take in is set aside, the others go on.

    Raises IndexBusy, and the error where the index itself, the disk or the database fails.
    """
    try:
        return _apply(article_ids, patience)
    except ArticleUnindexable as error:
        _set_aside(error)
        rest = [article_id for article_id in article_ids if article_id != error.article_id]
        return _take_in(rest, patience) if rest else 0


def _apply(article_ids: Sequence[int], patience: float) -> int:
    # A row written after this is about a later change and stays.
    rows = _rows_of(article_ids)
    changes = read_changes({article_id: max(numbers, default=0) for article_id, numbers in rows.items()})

    def still_true(part: Sequence[Change]) -> Iterator[Change]:
        # What another process has taken in meanwhile, or what has changed again, is not as we read it.
        now = _rows_of([change.article_id for change in part])
        for change in part:
            if rows[change.article_id] and rows[change.article_id] == now[change.article_id]:
                taken.append(change.article_id)
                yield change

    applied = 0
    for part in _commits(changes):
        taken: list[int] = []
        write_changes(part, still_true, patience)
        delete_rows(row for article_id in taken for row in rows[article_id])
        applied += len(taken)
    return applied


def _commits(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """The changes in parts of about ``COMMIT_CHARACTERS``."""
    part: list[Change] = []
    size = 0
    for change in changes:
        part.append(change)
        size += change.document.size if change.document else 0
        if size >= COMMIT_CHARACTERS:
            yield part
            part, size = [], 0
    if part:
        yield part


def _set_aside(error: ArticleUnindexable) -> None:
    cause = error.__cause__ or error
    logger.error("报道 %d 未能编入索引，已放到一边", error.article_id, exc_info=cause)
    failure = (
        f"程序处理这篇报道时出错（{type(cause).__name__}：{cause}），"
        "请把日志交给维护人员；改正后运行 update_index"
    )
    OutboxRow.objects.filter(article_id=error.article_id).update(failure=failure)

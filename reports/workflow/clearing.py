"""Clearing up after a purge: what the rows no longer hold must not stay behind in any file.

A deleted document stays in the segments of the index and a deleted row in the pages of the database file
until somebody writes them anew. Each :class:`Purge` waits, without ``cleared_at``, until that is done, so
clearing that was killed or could not be finished is simply begun again: after the next change of any kind,
by ``update_index``, and when the archive is started by ``make run``.
"""

from __future__ import annotations

import logging
import time

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from reports.models import Accession, Article, Purge
from reports.models.chunks import in_chunks
from reports.models.event import Act
from reports.search.indexing import expunge

from . import originals
from .beside import Beside, run_beside
from .events import event, record
from .tombstones import discard_originals

# What is half written and was not touched for so many seconds belongs to nobody any more.
_ABANDONED = 3600.0
# In a server, clearing that waits for a rebuild is not tried more often than that.
_REST = 60.0
_FAILED = "彻底删除后的清除没有完成，将再次尝试"

logger = logging.getLogger(__name__)


def clear_purges() -> int:
    """Have originals, index and database file lose what was removed for good; how many purges are done.

    Takes minutes where a large segment has to be rewritten; publishing and searching go on. Raises IndexBusy,
    IndexDamaged, IndexOutdated, OSError or OperationalError; nothing is marked done then. Not to be called
    inside a transaction.
    """
    pending = list(Purge.objects.pending())
    if not pending:
        return 0
    discard_originals(purge.sha256 for purge in pending)
    originals.discard_leftovers(time.time() - _ABANDONED)
    expunge([purge.article_id for purge in pending if purge.article_id])
    compact_database()
    with transaction.atomic():
        record(*(event(Act.CLEAR, on=_removed(purge)) for purge in pending))
        now = timezone.now()
        return sum(
            Purge.objects.filter(pk__in=chunk).update(cleared_at=now)
            for chunk in in_chunks(purge.pk for purge in pending)
        )


def _removed(purge: Purge) -> Article | Accession:
    """What is gone, for its number."""
    return Article(pk=purge.article_id) if purge.article_id else Accession(pk=purge.accession_id)


def compact_database() -> None:
    """Write the database file anew, without what deleted rows have left in its pages and its log.

    SQLite's ``secure_delete`` would not do: it overwrites deleted cells, but not the copies that stay in the
    unused part of a page when cells move to another one (``rebuildPage`` in btree.c). Raises OperationalError
    where other connections do not let go of the log.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM" if connection.vendor == "sqlite" else "VACUUM (FULL)")
        if connection.vendor == "sqlite":
            # The log still holds the pages as earlier transactions wrote them (sqlite.org/wal.html).
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (is_busy, *_) = cursor.fetchone()
            if is_busy:
                raise OperationalError("the write-ahead log is still being read")


def clear_after_commit() -> None:
    """Begin clearing what waits; in a server beside it. A failure is logged and tried again later."""
    try:
        if not Purge.objects.pending().exists():
            return
        if settings.ARCHIVE_BACKGROUND_INDEXING:
            _beside.begin()
        else:
            clear_purges()
    except Exception:
        logger.exception(_FAILED)


_beside = Beside("clearing", lambda: run_beside("update_index"), _FAILED, rest=_REST)

"""Clearing after a purge: what the rows no longer hold must not stay in any file.

A deleted document stays in its segment of the index and a deleted row in the pages of the database file
until somebody writes them again. Each :class:`Purge` waits, without ``cleared_at``, until that is done, so
clearing that was killed or failed is begun again with the next change or by ``update_index``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from reports.models import Accession, Article, Purge
from reports.models.chunks import in_chunks
from reports.models.event import Act
from reports.workflow import originals
from reports.workflow.events import event, record
from reports.workflow.purge_records import discard_originals

# What is half written and was not touched for so many seconds belongs to nobody any more.
_ABANDONED = 3600.0


def discard_files(purges: Sequence[Purge]) -> None:
    discard_originals(purge.sha256 for purge in purges)
    originals.remove_orphaned_files(time.time() - _ABANDONED)


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


def mark_cleared(purges: Sequence[Purge]) -> int:
    """Note and record that nothing is left of these; how many there are."""
    with transaction.atomic():
        record(*(event(Act.CLEAR, on=_removed(purge)) for purge in purges))
        now = timezone.now()
        return sum(
            Purge.objects.filter(pk__in=chunk).update(cleared_at=now)
            for chunk in in_chunks(purge.pk for purge in purges)
        )


def _removed(purge: Purge) -> Article | Accession:
    """What is gone, for its number."""
    return Article(pk=purge.article_id) if purge.article_id else Accession(pk=purge.accession_id)

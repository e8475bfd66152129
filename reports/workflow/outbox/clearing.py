"""Clearing after a purge: what the rows no longer hold must not stay in any file.

A deleted row stays in the pages of the database file until the file is written again, and a deleted document
in its segment of the index until the index is made again. Each :class:`Purge` waits, without ``cleared_at``,
until that is done, so clearing that was killed or failed is begun again with the next change or by
``update_index``.
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

# A half-written file that was not touched for this number of seconds belongs to no process any more.
_ABANDONED = 3600.0


def clear_files(purges: Sequence[Purge]) -> None:
    """Have originals and database file lose what was purged, and record that nothing is left of it.

    The index must have been made again before. Raises OSError or OperationalError; then no purge is marked.
    Not to be called inside a transaction.
    """
    discard_originals(purge.sha256 for purge in purges)
    originals.remove_orphaned_files(time.time() - _ABANDONED)
    compact_database()
    with transaction.atomic():
        record(*(event(Act.CLEAR, on=_purged(purge)) for purge in purges))
        now = timezone.now()
        for chunk in in_chunks(purge.pk for purge in purges):
            Purge.objects.filter(pk__in=chunk).update(cleared_at=now)


def compact_database() -> None:
    """Write the database file again, without what deleted rows have left in its pages and its log.

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


def _purged(purge: Purge) -> Article | Accession:
    """What is gone, for its number."""
    return Article(pk=purge.article_id) if purge.article_id else Accession(pk=purge.accession_id)

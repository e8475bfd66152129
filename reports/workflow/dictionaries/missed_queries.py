"""Zero-result queries for the curators: the query, how often and when; not who asked."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from reports.language.normalise import fold
from reports.models import MissedQuery, User
from reports.models.chunks import in_chunks
from reports.models.event import Act
from reports.models.field_labels import length_of
from reports.search import ResultPage
from reports.workflow.account_roles import require_editor
from reports.workflow.events import event, record, record_failure_of

logger = logging.getLogger(__name__)

MAX_QUERIES = 5000
"""Maximum number of stored queries. Beyond it, handled ones are deleted first, then the rarest and oldest."""
_GONE_AT_ONCE = 100
_LOCK_TIMEOUT = 100  # milliseconds to wait for another writer
# Numbers of telephones, cards and accounts, and mail addresses are private: such queries are not stored.
_PERSONAL = re.compile(r"\d{7,}|\d{3,4}[- ]\d{4}|@")


def record_zero_result(page: ResultPage) -> None:
    """Store the query of ``page`` if it has no hits even without refinements.

    Errors of the database are logged, not raised, and a search does not wait: if the database is locked, the
    query is not stored.
    """
    query = fold(page.request.q)
    if (
        not page.is_missed
        or page.request.page > 1
        or not 0 < len(query) <= length_of(MissedQuery, "query")
        or _PERSONAL.search(query)
    ):
        return
    try:
        with _short_lock_timeout(), transaction.atomic():
            _upsert(query, page.request.q[: length_of(MissedQuery, "printed")])
    except DatabaseError as error:
        logger.warning("未果检索未能记录：%s", error)


def mark_handled(queries: QuerySet[MissedQuery], by: User | None = None) -> int:
    """Mark the queries as handled; return their number."""
    with record_failure_of(Act.QUERY_HANDLED, by), transaction.atomic():
        require_editor(by)
        waiting = list(queries.filter(is_handled=False).select_for_update())
        record(*(event(Act.QUERY_HANDLED, by, query) for query in waiting))
        return sum(
            MissedQuery.objects.filter(pk__in=chunk).update(is_handled=True)
            for chunk in in_chunks(query.pk for query in waiting)
        )


def _upsert(query: str, printed: str) -> None:
    now = timezone.now()
    existing = MissedQuery.objects.filter(query=query)
    if existing.update(times=F("times") + 1, last_seen=now, printed=printed):
        return
    if MissedQuery.objects.count() >= MAX_QUERIES:
        least = MissedQuery.objects.order_by("-is_handled", "times", "last_seen")
        MissedQuery.objects.filter(pk__in=list(least.values_list("pk", flat=True)[:_GONE_AT_ONCE])).delete()
    MissedQuery.objects.create(query=query, printed=printed, first_seen=now, last_seen=now)


@contextmanager
def _short_lock_timeout() -> Iterator[None]:
    """Wait for a database lock for ``_LOCK_TIMEOUT`` only, instead of the usual half minute."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}ms'")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {_LOCK_TIMEOUT}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")

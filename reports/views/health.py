"""Health and readiness of the process, for supervisors and load balancers."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reports.models import Article
from reports.search.indexing.status import IndexState, status

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 if the process answers. Checks nothing else, so that a slow database does not restart it."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if database and index both answer, else 503 with the name of the failed part; the log has the
    cause."""
    checks = {"database": _database_answers(), "index": _index_answers()}
    ready = all(checks.values())
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        logger.exception("数据库没有应答")
        return False


def _index_answers() -> bool:
    try:
        state = status().state
    except Exception:
        # An engine may raise any error; the answer is only yes or no, the log has the error.
        logger.exception("索引无法读取")
        return False
    # An outdated index still answers; only in these two states it cannot.
    return state not in {IndexState.DAMAGED, IndexState.MISSING} or not Article.objects.published().exists()

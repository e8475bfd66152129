"""The queues of the desk: waiting, published and withdrawn articles, and unreadable documents."""

from __future__ import annotations

from collections.abc import Collection

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from reports.models import Accession, Article, Purge
from reports.models.article import State
from reports.search.indexing.status import status
from reports.search.request import UNDATED

from .access import editor_required
from .publishing import MAX_AT_ONCE, publish_selected, ticked_in

_WAITING = "waiting"
_FAILED = "failed"
_QUEUES = {
    _WAITING: "待处理",
    State.PUBLISHED.value: "已发布",
    State.WITHDRAWN.value: "已撤回",
    _FAILED: "未能读入",
}


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """The queue named by ``?queue=``; a POST publishes the ticked articles, or shows the list again with
    them."""
    if request.method != "POST":
        return _page(request, request.GET.get("queue", _WAITING), request.GET.get("page"))
    if request.POST.get("act") == "back":
        return _page(request, _WAITING, request.POST.get("page"), ticked_in(request))
    return publish_selected(request)


def _page(
    request: HttpRequest, queue: str, number: str | None, ticked: Collection[int] = frozenset()
) -> HttpResponse:
    if queue not in _QUEUES:
        queue = _WAITING
    only_undated = request.GET.get("year") == UNDATED and queue != _FAILED
    rows = _failed() if queue == _FAILED else _articles(queue, only_undated)
    index = status()
    context = {
        "queue": queue,
        "only_undated": only_undated,
        "queues": [(name, label, _count(name)) for name, label in _QUEUES.items()],
        "page": Paginator(rows, MAX_AT_ONCE).get_page(number),
        "ticked": ticked,
        "samples": Article.objects.samples().count(),
        "clearing": Purge.objects.pending().count(),
        "index_warning": index.notice if index.needs_attention else "",
    }
    return render(request, "desk.html", context)


def _articles(queue: str, only_undated: bool) -> QuerySet[Article]:
    rows = Article.objects.waiting() if queue == _WAITING else Article.objects.filter(state=queue)
    if only_undated:
        rows = rows.filter(year__isnull=True)
    return (
        rows.select_related("district__city", "accession__received_by", "published_by", "withdrawn_by")
        .defer("lead", "furniture", "blocks")
        .order_by("-changed_at", "-id")
    )


def _failed() -> QuerySet[Accession]:
    """Unreadable documents without articles; a document that was read by a later try is left out."""
    return (
        Accession.objects.failed()
        .select_related("received_by", "container")
        .filter(articles__isnull=True)
        .order_by("-received_at", "-id")
    )


def _count(queue: str) -> int:
    if queue == _FAILED:
        return _failed().count()
    return (Article.objects.waiting() if queue == _WAITING else Article.objects.filter(state=queue)).count()

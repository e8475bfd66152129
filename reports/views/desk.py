"""The desk's queue: what waits, what could not be read, what was published and withdrawn."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from reports.models import Accession, Purge, Report
from reports.models.report import State
from reports.search.status import status
from reports.workflow import Refused, publish

from .access import acting, editor_required

_PER_PAGE = 50
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
    """The queue of ``?queue=``; a POST publishes the reports ticked in it."""
    if request.method == "POST":
        _publish_chosen(request)
        return redirect("desk")
    queue = request.GET.get("queue", _WAITING)
    if queue not in _QUEUES:
        queue = _WAITING
    rows = _failed() if queue == _FAILED else _reports(queue)
    index = status()
    context = {
        "queue": queue,
        "queues": [(name, label, _count(name)) for name, label in _QUEUES.items()],
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "clearing": Purge.objects.pending().count(),
        "index_warning": index.notice if index.needs_attention else "",
    }
    return render(request, "desk.html", context)


def _reports(queue: str) -> QuerySet[Report]:
    rows = Report.objects.waiting() if queue == _WAITING else Report.objects.filter(state=queue)
    return (
        rows.select_related("district__city", "accession__received_by", "published_by", "withdrawn_by")
        .defer("lead", "furniture", "blocks")
        .order_by("-changed_at", "-id")
    )


def _failed() -> QuerySet[Accession]:
    """Not read and without reports: one that was read at a later try is no failure any more."""
    return (
        Accession.objects.failed()
        .select_related("received_by", "container")
        .filter(reports__isnull=True)
        .order_by("-received_at", "-id")
    )


def _count(queue: str) -> int:
    if queue == _FAILED:
        return _failed().count()
    return (Report.objects.waiting() if queue == _WAITING else Report.objects.filter(state=queue)).count()


def _publish_chosen(request: HttpRequest) -> None:
    chosen = [
        int(pk) for pk in request.POST.getlist("report") if pk.isascii() and pk.isdigit() and len(pk) < 19
    ]
    published = doubtful = 0
    for report in Report.objects.waiting().filter(pk__in=chosen[:_PER_PAGE]).order_by("pk"):
        try:
            publish(report, acting(request))
            published += 1
            doubtful += bool(report.problems)
        except Refused as refusal:
            messages.error(request, f"《{report.headline}》没有发布：{refusal.message}")
    if published:
        rest = f"其中 {doubtful} 篇还有待核对之处，可在“已发布”中打开修改。" if doubtful else ""
        messages.success(request, f"已发布 {published} 篇。{rest}")
    elif not chosen:
        messages.warning(request, "请先勾选要发布的报道。")

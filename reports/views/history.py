"""The history of a report: every revision, what it changed, and the way back to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from reports.models import Report
from reports.workflow import Refused, ReportRevision, diff, restore, revisions

from .access import acting, editor_required
from .differences import Stretch, compare_texts


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, number: int) -> HttpResponse:
    """``?older=&newer=`` compares two revisions; without them the newest with the one before."""
    report = get_object_or_404(Report, pk=number)
    entries = revisions(report)
    if request.method == "POST":
        return _restore(request, report, entries)
    newer = _chosen(entries, request.GET.get("newer")) or (entries[0] if entries else None)
    older = _chosen(entries, request.GET.get("older")) or _before(entries, newer)
    context = {
        "report": report,
        "entries": [(entry, _before(entries, entry)) for entry in entries],
        "older": older,
        "newer": newer,
        "changes": _compared(older, newer),
    }
    return render(request, "history.html", context)


def _restore(request: HttpRequest, report: Report, entries: list[ReportRevision]) -> HttpResponse:
    revision = _chosen(entries, request.POST.get("revision"))
    if revision is None:
        messages.error(request, "没有这一版。")
        return redirect("history", number=report.pk)
    try:
        restore(report, revision, acting(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "已恢复。恢复前的内容仍在历史里。")
    return redirect("history", number=report.pk)


def _chosen(entries: list[ReportRevision], pk: str | None) -> ReportRevision | None:
    return next((entry for entry in entries if str(entry.id) == pk), None)


def _before(entries: list[ReportRevision], entry: ReportRevision | None) -> ReportRevision | None:
    """Entries come newest first: the one before in time is the next in the list."""
    if entry is None:
        return None
    place = entries.index(entry) + 1
    return entries[place] if place < len(entries) else None


def _compared(
    older: ReportRevision | None, newer: ReportRevision | None
) -> list[tuple[str, list[list[Stretch]]]]:
    if older is None or newer is None:
        return []
    return [(change.label, compare_texts(change.before, change.after)) for change in diff(older, newer)]

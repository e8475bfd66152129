"""The history of an article: every revision with its changes, and the button to revert to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from reports.models import Article
from reports.workflow import ArticleRevision, Refused, diff, revert, revisions

from .access import acting, editor_required
from .differences import TextRange, compare_texts


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, number: int) -> HttpResponse:
    """``?older=&newer=`` compares two revisions; the default is the newest and the one before."""
    article = get_object_or_404(Article, pk=number)
    entries = revisions(article)
    if request.method == "POST":
        return _revert(request, article, entries)
    newer = _entry_with(entries, request.GET.get("newer")) or (entries[0] if entries else None)
    older = _entry_with(entries, request.GET.get("older")) or _entry_before(entries, newer)
    context = {
        "article": article,
        "entries": [(entry, _entry_before(entries, entry)) for entry in entries],
        "older": older,
        "newer": newer,
        "changes": _changes_between(older, newer),
    }
    return render(request, "history.html", context)


def _revert(request: HttpRequest, article: Article, entries: list[ArticleRevision]) -> HttpResponse:
    revision = _entry_with(entries, request.POST.get("revision"))
    if revision is None:
        messages.error(request, "没有这一版。")
        return redirect("history", number=article.pk)
    try:
        revert(article, revision, acting(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "已恢复。恢复前的内容仍在历史里。")
    return redirect("history", number=article.pk)


def _entry_with(entries: list[ArticleRevision], pk: str | None) -> ArticleRevision | None:
    return next((entry for entry in entries if str(entry.id) == pk), None)


def _entry_before(entries: list[ArticleRevision], entry: ArticleRevision | None) -> ArticleRevision | None:
    """The entry before ``entry`` in time: the next one in the list, which has the newest first."""
    if entry is None:
        return None
    index = entries.index(entry) + 1
    return entries[index] if index < len(entries) else None


def _changes_between(
    older: ArticleRevision | None, newer: ArticleRevision | None
) -> list[tuple[str, list[list[TextRange]]]]:
    if older is None or newer is None:
        return []
    return [(change.label, compare_texts(change.before, change.after)) for change in diff(older, newer)]

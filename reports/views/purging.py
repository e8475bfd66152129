"""The page of a purge: it lists what is deleted and what stays, and requires the number, typed by hand."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from reports.forms import PurgeForm
from reports.models import Accession, Article, Purge, User
from reports.workflow import PurgePlan, Refused, plan_accession_purge, plan_purge
from reports.workflow import purge as purge_for_good
from reports.workflow import purge_accession as purge_accession_for_good

from .access import acting, administrator_required, may_see_drafts

Act = Callable[[User, str], Purge]


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def purge(request: HttpRequest, number: int) -> HttpResponse:
    article = Article.objects.select_related("accession__container").filter(pk=number).first()
    if article is None:
        return purged_page(request, number)
    article_to_purge = article
    return _page(
        request,
        "purge.html",
        plan_purge(article),
        number,
        lambda by, why: purge_for_good(article_to_purge, by, why),
    )


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def purge_accession(request: HttpRequest, number: int) -> HttpResponse:
    accession = get_object_or_404(Accession.objects.select_related("container"), pk=number)
    return _page(
        request,
        "purge_accession.html",
        plan_accession_purge(accession),
        number,
        lambda by, why: purge_accession_for_good(accession, by, why),
    )


def purged_page(request: HttpRequest, number: int, *, article: Article | None = None) -> HttpResponse:
    """410 for a purged article, or for the purged original of an article that stayed; else 404.

    A purged article that was never published gives 410 only to accounts that may see drafts.
    """
    if article is None:
        purged = Purge.objects.filter(article_id=number).first()
        if purged is not None and not (purged.was_public or may_see_drafts(request)):
            purged = None
    else:
        purged = Purge.objects.filter(sha256=article.accession.sha256).first()
    if purged is None:
        raise Http404
    context = {"purged_at": purged.purged_at, "number": number, "article": article}
    return render(request, "410.html", context, status=410)


def _page(request: HttpRequest, template: str, plan: PurgePlan, number: int, purge_it: Act) -> HttpResponse:
    form = PurgeForm(request.POST if request.method == "POST" else None, number=number)
    if request.method == "POST" and form.is_valid():
        try:
            purged = purge_it(acting(request), form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            purged.refresh_from_db()
            messages.success(request, f"已彻底删除：{purged}。{_clearing_notice(purged)}")
            return redirect("desk")
    status = 422 if form.is_bound else 200
    return render(request, template, {"plan": plan, "form": form, "number": number}, status=status)


def _clearing_notice(purged: Purge) -> str:
    if purged.is_cleared:
        return "索引和数据库文件里的残留已清除。"
    return "检索已找不到它；索引和数据库文件里的残留正在清除，进度见管理后台的“彻底删除记录”。"

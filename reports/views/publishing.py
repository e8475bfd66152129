"""Publishes the articles ticked at the desk, one by one; if there are doubts, after a question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from reports.models import Article
from reports.workflow import Refused, doubts_of, publish

from .access import acting
from .numbers import row_number

MAX_AT_ONCE = 50
_TICKED = re.compile("([0-9]{1,19})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class SelectedArticle:
    """A ticked article, the version that the editor saw in the list, and its doubts."""

    article: Article
    version: int
    doubts: list[str]

    @property
    def ticked(self) -> str:
        """The value of its box in the list: id and version."""
        return f"{self.article.pk}-{self.version}"


def publish_selected(request: HttpRequest) -> HttpResponse:
    """Publish the ticked articles. If some have doubts, ask first; ``act`` is the answer."""
    versions = _versions(request)
    if not versions:
        messages.warning(request, "请先勾选要发布的报道。")
        return redirect("desk")
    articles = (
        Article.objects.waiting().filter(pk__in=versions).select_related("district__city").order_by("pk")
    )
    selected = [SelectedArticle(article, versions[article.pk], doubts_of(article)) for article in articles]
    act = request.POST.get("act")
    doubtful = [entry for entry in selected if entry.doubts]
    if doubtful and act not in {"all", "clear"}:
        context = {
            "selected": selected,
            "doubtful": doubtful,
            "clear": len(selected) - len(doubtful),
            "page_number": row_number(request.POST.get("page")) or 1,
        }
        return render(request, "publish_question.html", context)
    _publish(request, [entry for entry in selected if not entry.doubts] if act == "clear" else selected)
    if missing := len(versions) - len(selected):
        messages.warning(request, f"有 {missing} 篇已不在待处理之列，没有发布。")
    if act == "clear" and doubtful:
        messages.info(request, f"有疑问的 {len(doubtful)} 篇没有发布，仍在待处理中。")
    return redirect("desk")


def ticked_in(request: HttpRequest) -> set[int]:
    """The articles whose boxes were ticked in a form sent to the desk."""
    return set(_versions(request))


def _versions(request: HttpRequest) -> dict[int, int]:
    """The version that the editor saw of each ticked article, by id."""
    versions: dict[int, int] = {}
    for value in request.POST.getlist("article")[:MAX_AT_ONCE]:
        if (match := _TICKED.fullmatch(value)) and (number := row_number(match[1])) is not None:
            versions[number] = int(match[2])
    return versions


def _publish(request: HttpRequest, selected: list[SelectedArticle]) -> None:
    published = doubtful = 0
    for entry in selected:
        try:
            publish(entry.article, acting(request), version=entry.version)
            published += 1
            doubtful += bool(entry.doubts)
        except Refused as refusal:
            messages.error(request, f"《{entry.article.headline}》没有发布：{refusal.message}")
    if published:
        doubtful_part = f"其中 {doubtful} 篇还有待核对之处，可在“已发布”中打开修改。" if doubtful else ""
        messages.success(request, f"已发布 {published} 篇。{doubtful_part}")

"""Taking files in at the desk: each file has its own result, whatever becomes of the others."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reports.forms import UploadForm
from reports.ingest import UnreadableDocument
from reports.models import Article, User
from reports.workflow import Refused, check_size, clean_file_name, draft_articles, receive

from .access import acting, editor_required, wants_page

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UploadResult:
    """``outcome``: ``drafted`` (new drafts), ``known`` (was here before) or ``refused``, with the reason."""

    file_name: str
    outcome: str
    message: str
    articles: tuple[Article, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "file_name": self.file_name,
            "outcome": self.outcome,
            "message": self.message,
            "articles": [
                {"url": reverse("review", args=[article.pk]), "headline": article.headline}
                for article in self.articles
            ],
        }


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The upload form; with script the page sends its files one by one and asks for JSON."""
    if request.method != "POST":
        return _page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        if wants_page(request):
            return _page(request, form, status=400)
        return _json([], status=400, error="请先选择文件。")
    results = [take_in(file, acting(request)) for file in form.cleaned_data["chosen"]]
    return _page(request, UploadForm(), results) if wants_page(request) else _json(results)


def take_in(file: UploadedFile[Any], by: User) -> UploadResult:
    """Keep one file and draft its articles. The size is checked before a byte is read."""
    name = clean_file_name(file.name or "")
    begun = timezone.now()
    try:
        check_size(file.size or 0)
        data = file.read()
        accession = receive(data, name, by=by).accession
        articles = tuple(draft_articles(accession, by=by, data=data))
    except UnreadableDocument as error:
        return UploadResult(name, "refused", f"{error}原件已保留。")
    except Refused as refusal:
        return UploadResult(name, "refused", refusal.message)
    except Exception:
        # One bad file must not take the results of the others with it.
        logger.exception("上传 %s 时出错", name)
        return UploadResult(
            name, "refused", "读入时出了故障，原因已记入日志。可以再传一次，已收录的不会重复。"
        )
    if all(article.created_at < begun for article in articles):
        known_as = "" if accession.file_name == name else f"（当时的文件名是“{accession.file_name}”）"
        return UploadResult(name, "known", f"同样的文件以前已收录{known_as}，没有重复建立。", articles)
    return UploadResult(name, "drafted", f"建立草稿 {len(articles)} 篇。", articles)


def _page(
    request: HttpRequest, form: UploadForm, results: list[UploadResult] | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "results": results, "limit": settings.ARCHIVE_UPLOAD_LIMIT}
    return render(request, "upload.html", context, status=status)


def _json(results: list[UploadResult], status: int = 200, error: str = "") -> JsonResponse:
    body: dict[str, object] = {"results": [result.as_json() for result in results]}
    if error:
        body["error"] = error
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})

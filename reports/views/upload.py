"""Upload at the desk: one result per document; a failed document does not affect the others."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator
from contextvars import copy_context
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from reports.forms import UploadForm
from reports.models import User
from reports.workflow import DocumentResult, IncomingFile, Outcome, ReceiptSummary, clean_file_name, receive

from .access import acting, editor_required, wants_page

PAGE_TIMEOUT = 60.0
"""Seconds after which the page without script is sent, even if a large zip is not completed."""

logger = logging.getLogger(__name__)


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponseBase:
    """The upload form; with script the page sends its files one by one and reads the results as JSON."""
    if request.method != "POST":
        return _page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        if wants_page(request):
            return _page(request, form, status=400)
        error = {"results": [], "error": "请先选择文件。"}
        return JsonResponse(error, status=400, json_dumps_params={"ensure_ascii": False})
    results = _receive_each(form.cleaned_data["chosen"], acting(request))
    return _page_of_results(request, results) if wants_page(request) else _streamed(results)


def _receive_each(files: Iterable[UploadedFile[Any]], by: User) -> Iterator[DocumentResult]:
    for file in files:
        name = clean_file_name(file.name or "")
        incoming = IncomingFile(name, lambda file=file: cast(BinaryIO, file.open()), is_upload=True)  # type: ignore[misc]
        try:
            yield from receive([incoming], by)
        except Exception:
            # An error in one file must not lose the results of the others.
            logger.exception("上传 %s 时出错", name)
            message = "读入时出了故障，原因已记入日志。可以再传一次，已收录的不会重复。"
            yield DocumentResult(name, Outcome.REFUSED, message)


def _page(request: HttpRequest, form: UploadForm, status: int = 200, **extra: object) -> HttpResponse:
    context = {"form": form, "limit": settings.ARCHIVE_UPLOAD_LIMIT, **extra}
    return render(request, "upload.html", context, status=status)


def _page_of_results(request: HttpRequest, results: Iterable[DocumentResult]) -> HttpResponse:
    """All results in one page, or those until the timeout; the same files sent again continue there."""
    ends_at = time.monotonic() + PAGE_TIMEOUT
    summary = ReceiptSummary()
    shown = []
    is_whole = True
    for result in results:
        shown.append(result)
        summary.add(result)
        if time.monotonic() > ends_at:
            is_whole = False
            break
    return _page(request, UploadForm(), results=shown, summary=summary, is_whole=is_whole)


def _streamed(results: Iterable[DocumentResult]) -> StreamingHttpResponse:
    """One JSON object with a result per line; each line is sent at once, because a large zip takes
    minutes."""
    lines = _lines(results)
    # The lines are computed after the request has ended; its context contains the origin of events.
    context = copy_context()
    pieces = iter(lambda: context.run(next, lines, ""), "")
    # nginx would buffer several pages of lines before it sends them.
    headers = {"X-Accel-Buffering": "no"}
    return StreamingHttpResponse(pieces, content_type="application/json", headers=headers)


def _lines(results: Iterable[DocumentResult]) -> Iterator[str]:
    summary = ReceiptSummary()
    yield '{"results": [\n'
    for result in results:
        separator = "," if summary.documents else ""
        summary.add(result)
        yield f"{separator}{json.dumps(_as_json(result), ensure_ascii=False)}\n"
    yield f'], "summary": {json.dumps(str(summary), ensure_ascii=False)}}}\n'


def _as_json(result: DocumentResult) -> dict[str, object]:
    return {
        "file_name": result.name,
        "outcome": result.outcome,
        "message": result.message,
        "articles": [
            {"url": reverse("review", args=[article.pk]), "headline": article.headline}
            for article in result.articles
        ],
    }

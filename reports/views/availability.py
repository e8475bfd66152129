"""Answers with status 503: a page or JSON, with the time to try again."""

from __future__ import annotations

import logging
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.log import log_response

from reports.search import connection
from reports.search.contract.errors import IndexDamaged, IndexOutdated

from .access import View, wants_page

_REBUILDING = "检索索引已损坏或缺失，正在重建，完成后即可检索；资料本身没有丢失。"
_RETRY_AFTER = 60

logger = logging.getLogger(__name__)


def answers_from_index(view: View) -> View:
    """Answer 503 in Chinese if the index is damaged or was made by another version of the program."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (IndexDamaged, IndexOutdated) as failure:
            logger.exception("索引不能应答")
            return unavailable(
                request,
                heading="检索暂时不可用",
                reason=_REBUILDING if connection.engine().is_rebuilding() else str(failure),
                advice="已知网址的报道仍可阅读，上传、审核和发布照常。请把这一页告诉管理员，索引重建后检索即可恢复。",
                retry_after=_RETRY_AFTER,
            )

    return guarded


def unavailable(
    request: HttpRequest, *, heading: str, reason: str, advice: str, retry_after: int
) -> HttpResponse:
    """A 503 with ``Retry-After`` (seconds): a page for browsers, the reason as JSON for programs.

    The caller has logged the cause; without ``log_response`` here, Django would log every 503 as an error.
    """
    response: HttpResponse
    if wants_page(request):
        context = {"heading": heading, "reason": reason, "advice": advice}
        response = render(request, "503.html", context, status=503)
    else:
        response = JsonResponse({"error": reason}, status=503, json_dumps_params={"ensure_ascii": False})
    response["Retry-After"] = str(retry_after)
    log_response("暂不可用：%s", request.path, response=response, request=request, level="info")
    return response

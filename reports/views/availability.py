"""What is said while the index cannot answer: a page or JSON with status 503, and the cause in the log."""

from __future__ import annotations

import logging
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from reports.search.indexing import IndexDamaged, IndexOutdated, is_rebuilding

from .access import View, wants_page

_REBUILDING = "检索索引已损坏或缺失，正在重建，完成后即可检索；资料本身没有丢失。"
_RETRY_AFTER = "60"

logger = logging.getLogger(__name__)


def answers_from_index(view: View) -> View:
    """Answer 503 in Chinese where the index is damaged or of another program's making."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (IndexDamaged, IndexOutdated) as failure:
            logger.exception("索引不能应答")
            reason = _REBUILDING if is_rebuilding() else str(failure)
            response: HttpResponse
            if wants_page(request):
                response = render(request, "503.html", {"reason": reason}, status=503)
            else:
                response = JsonResponse(
                    {"error": reason}, status=503, json_dumps_params={"ensure_ascii": False}
                )
            response["Retry-After"] = _RETRY_AFTER
            return response

    return guarded

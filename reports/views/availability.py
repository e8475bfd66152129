"""What is said while the index cannot answer: a page or JSON with status 503, and the cause in the log."""

from __future__ import annotations

import logging
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render

from reports.search.indexing import IndexDamaged, IndexOutdated

from .access import View, wants_page

logger = logging.getLogger(__name__)


def answers_from_index(view: View) -> View:
    """Answer 503 in Chinese where the index is damaged or of another program's making."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (IndexDamaged, IndexOutdated) as failure:
            logger.exception("索引不能应答")
            if wants_page(request):
                return render(request, "503.html", {"reason": str(failure)}, status=503)
            return JsonResponse(
                {"error": str(failure)}, status=503, json_dumps_params={"ensure_ascii": False}
            )

    return guarded

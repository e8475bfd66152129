"""``/help/``: the manual for readers and editors, ``docs/使用手册.md``, as a page."""

from __future__ import annotations

from functools import cache

import markdown
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

_MANUAL = "docs/使用手册.md"


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "help.html", {"manual": _manual()})


@cache
def _manual() -> SafeString:
    """The archive's own text: it needs no escaping."""
    text = (settings.BASE_DIR / _MANUAL).read_text("utf-8")
    return mark_safe(markdown.markdown(text, extensions=["tables", "toc"]))  # noqa: S308

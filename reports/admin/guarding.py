"""Guards admin pages against invalid values in addresses and forms."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ERROR_FLAG, SEARCH_VAR
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from reports.views.numbers import row_number

_DATE_PART = re.compile("__(?:year|month|day)$")
_TOO_LARGE = re.compile("[-+]?[0-9]{19,}")
_TOO_LARGE_FOR_DATE = re.compile("[-+]?[0-9]{5,}")


class GuardedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Handles keys that are not numbers or too large for the database; Django's pages would fail."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if any(row_number(key) is None for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            self.message_user(request, "勾选的条目已不存在，请重新勾选。", messages.ERROR)
            return HttpResponseRedirect(request.path)
        if any(_is_senseless(name, value) for name, values in request.GET.lists() for value in values):
            # The same answer as Django's for an invalid filter.
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Checks the keys of related rows, which come from the form or from the address."""
        relations = [field.name for field in self.opts.get_fields() if field.is_relation and field.concrete]
        keys = (
            key
            for given in (request.GET, request.POST)
            for name in relations
            for value in given.getlist(name)
            for key in value.split(",")
        )
        if any(key and row_number(key) is None for key in keys):
            raise BadRequest
        return super().changeform_view(request, *args, **options)


def _is_senseless(name: str, value: str) -> bool:
    if name == SEARCH_VAR:
        return False
    too_large = _TOO_LARGE_FOR_DATE if _DATE_PART.search(name) else _TOO_LARGE
    return any(too_large.fullmatch(part) for part in value.split(","))

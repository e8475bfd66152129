"""Admin pages without any change."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from .guarding import GuardedAdmin


class ReadOnlyAdmin(GuardedAdmin):
    """Display, search and filter; no account may add, change or delete."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.readonly_fields, *(field.name for field in self.model._meta.fields)]

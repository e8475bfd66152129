"""检索: synonyms, and the queries that found nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from reports.models import MissedQuery, Synonym
from reports.workflow import Refused
from reports.workflow.missed_queries import mark_handled
from reports.workflow.synonyms import check_synonym, save_synonym

from .reading import ReadOnlyAdmin


class SynonymForm(forms.ModelForm):  # type: ignore[type-arg]
    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                check_synonym(self.instance)
            except Refused as refused:
                self.add_error(None, refused.message)


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = SynonymForm
    fields = ("term", "expansions", "is_two_way", "is_active")
    list_display = ("term", "others", "is_two_way", "is_active", "changed_at")
    list_filter = ("is_active", "is_two_way")
    search_fields = ("term", "expansions")

    @admin.display(description="同义词语")
    def others(self, synonym: Synonym) -> str:
        return "、".join(synonym.expansions.splitlines())

    def save_model(self, request: HttpRequest, obj: Synonym, form: Any, change: bool) -> None:
        save_synonym(obj, request.user)  # type: ignore[arg-type]


@admin.register(MissedQuery)
class MissedQueryAdmin(ReadOnlyAdmin):
    list_display = ("printed", "times", "first_seen", "last_seen", "is_handled")
    list_filter = ("is_handled", "last_seen")
    search_fields = ("printed", "query")
    actions = ("handle",)  # type: ignore[assignment]

    @admin.action(description="标为已处理", permissions=["handle"])
    def handle(self, request: HttpRequest, chosen: QuerySet[MissedQuery]) -> None:
        number = mark_handled(chosen, request.user)  # type: ignore[arg-type]
        self.message_user(request, f"已将 {number} 条标为已处理。")

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("reports.change_missedquery")

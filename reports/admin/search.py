"""检索: synonyms, lexicon words, and zero-result queries."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from reports.models import LexiconWord, MissedQuery, Synonym
from reports.workflow import Refused
from reports.workflow.dictionaries.entries import check_entry, delete_entry, save_entry
from reports.workflow.dictionaries.lexicon_words import lexicon_notice, words_in_effect
from reports.workflow.dictionaries.missed_queries import mark_handled

from .guarding import GuardedAdmin
from .read_only import ReadOnlyAdmin


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                check_entry(self.instance)
            except Refused as refused:
                self.add_error(None, refused.message)


class EntryAdmin(GuardedAdmin):
    form = EntryForm

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_entry(obj, request.user)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_entry(obj, request.user)  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for entry in queryset:
            self.delete_model(request, entry)


@admin.register(Synonym)
class SynonymAdmin(EntryAdmin):
    fields = ("term", "expansions", "is_two_way", "is_active")
    list_display = ("term", "others", "is_two_way", "is_active", "changed_at")
    list_filter = ("is_active", "is_two_way")
    search_fields = ("term", "expansions")

    @admin.display(description="同义词语")
    def others(self, synonym: Synonym) -> str:
        return "、".join(synonym.expansions.splitlines())


@admin.register(LexiconWord)
class LexiconWordAdmin(EntryAdmin):
    """Its pages have a notice while words wait for a rebuild."""

    fields = ("word", "note", "is_active")
    list_display = ("word", "note", "is_active", "is_in_effect", "changed_at")
    list_filter = ("is_active",)
    search_fields = ("word", "normalised", "note")

    @admin.display(description="已生效", boolean=True)
    def is_in_effect(self, word: LexiconWord) -> bool:
        return word.normalised in words_in_effect()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return self._with_notice(request, super().changelist_view(request, extra_context))

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        return self._with_notice(request, super().changeform_view(request, *args, **options))

    def _with_notice(self, request: HttpRequest, answer: HttpResponse) -> HttpResponse:
        # An accepted form redirects to a page that has the notice.
        if answer.status_code == HTTPStatus.OK and (notice := lexicon_notice()):
            self.message_user(request, notice, messages.WARNING)
        return answer


@admin.register(MissedQuery)
class MissedQueryAdmin(ReadOnlyAdmin):
    list_display = ("printed", "times", "first_seen", "last_seen", "is_handled")
    list_filter = ("is_handled", "last_seen")
    search_fields = ("printed", "query")
    actions = ("handle",)  # type: ignore[assignment]

    @admin.action(description="标为已处理", permissions=["handle"])
    def handle(self, request: HttpRequest, selected: QuerySet[MissedQuery]) -> None:
        number = mark_handled(selected, request.user)  # type: ignore[arg-type]
        self.message_user(request, f"已将 {number} 条标为已处理。")

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("reports.change_missedquery")

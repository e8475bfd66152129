"""Read-only pages of accessions, articles and the event log."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reports.models import Accession, Article, Event, Purge
from reports.workflow import format_size

from .read_only import ReadOnlyAdmin


@admin.register(Accession)
class AccessionAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "line", "format_size", "received_by", "received_at", "failure")
    list_filter = (("failure", admin.EmptyFieldListFilter), "received_at")
    list_select_related = ("received_by",)
    search_fields = ("file_name", "sha256")
    readonly_fields = ("made_articles", "purge_link")
    date_hierarchy = "received_at"

    @admin.display(description="大小", ordering="size")
    def format_size(self, accession: Accession) -> str:
        return format_size(accession.size)

    @admin.display(description="报道")
    def made_articles(self, accession: Accession) -> SafeString:
        rows = (
            (reverse("admin:reports_article_change", args=[r.pk]), r.headline)
            for r in accession.articles.all()
        )
        return format_html_join("", '<p><a href="{}">{}</a></p>', rows)

    @admin.display(description="彻底删除")
    def purge_link(self, accession: Accession) -> SafeString:
        return _purge_link("purge_accession", accession.pk)


@admin.register(Article)
class ArticleAdmin(ReadOnlyAdmin):
    list_display = ("headline", "district", "year", "state", "changed_at", "desk_link")
    list_filter = ("state", "is_sample", "year")
    list_select_related = ("district__city",)
    search_fields = ("headline", "kicker", "accession__file_name")
    readonly_fields = ("desk_link", "purge_link")
    exclude = ("blocks",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("blocks", "furniture", "lead")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_readonly_fields(request, obj) if name not in self.exclude]

    @admin.display(description="编辑台")
    def desk_link(self, article: Article) -> SafeString:
        return format_html('<a href="{}">到编辑台审核、修改</a>', reverse("review", args=[article.pk]))

    @admin.display(description="彻底删除")
    def purge_link(self, article: Article) -> SafeString:
        return _purge_link("purge", article.pk)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the article's own history: the admin's history has no changes of articles."""
        article = self.get_object(request, unquote(object_id))
        if article is None:
            return super().history_view(request, object_id, extra_context)
        return HttpResponseRedirect(reverse("history", args=[article.pk]))


def _purge_link(name: str, number: int) -> SafeString:
    return format_html(
        '<a href="{}">彻底删除…</a>（仅限管理员，会先说明并要求确认）', reverse(name, args=[number])
    )


@admin.register(Purge)
class PurgeAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "purged_at", "purged_by", "reason", "progress")
    list_filter = ("kind", ("cleared_at", admin.EmptyFieldListFilter))
    list_select_related = ("purged_by",)
    search_fields = ("reason", "sha256", "=article_id", "=accession_id", "purged_by__username")
    date_hierarchy = "purged_at"

    @admin.display(description="残留", ordering="cleared_at")
    def progress(self, purge: Purge) -> str:
        return "已清除" if purge.is_cleared else "索引清除中"


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("at", "name", "act", "subject_label", "before", "after", "result", "address")
    list_filter = ("act", "result")
    search_fields = ("=name", "=address", "=number")
    date_hierarchy = "at"

    @admin.display(description="对象")
    def subject_label(self, event: Event) -> str:
        return event.subject_label


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("action_time", "user", "content_type", "object_repr", "change")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__username")
    date_hierarchy = "action_time"

    @admin.display(description="改动")
    def change(self, entry: LogEntry) -> str:
        return entry.get_change_message() or str(entry.get_action_flag_display())

"""词典: districts and initiatives. Saving goes through the workflow, so that the index follows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from reports.knowledge.near_names import near_names
from reports.models import District, Initiative
from reports.views.numbers import row_number
from reports.workflow import Refused, merge_initiatives, save_district, save_initiative
from reports.workflow.dictionaries.districts import check_district, delete_district
from reports.workflow.dictionaries.initiatives import check_names, delete_initiative, resulting_aliases

from .guarding import GuardedAdmin

_PAIRS_PER_PAGE = 100


class DistrictForm(forms.ModelForm):  # type: ignore[type-arg]
    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                check_district(self.instance)
            except Refused as refused:
                self.add_error(None, refused.message)


@admin.register(District)
class DistrictAdmin(GuardedAdmin):
    form = DistrictForm
    list_display = ("name", "city", "province", "level", "key", "code")
    list_filter = ("level", "province")
    list_select_related = ("city",)
    search_fields = ("name", "key", "city__name")
    autocomplete_fields = ("city",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # The key is permanent: links and facets contain it.
        return ("key",) if obj else ()

    def save_model(self, request: HttpRequest, obj: District, form: Any, change: bool) -> None:
        save_district(obj, request.user)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: District) -> None:
        delete_district(obj, request.user)  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[District]) -> None:
        for district in queryset:
            self.delete_model(request, district)


class InitiativeForm(forms.ModelForm):  # type: ignore[type-arg]
    aliases = forms.CharField(
        label="别名",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 40}),
        help_text="一行一个。改名后旧名自动成为别名。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["aliases"] = "\n".join(self.instance.aliases.values_list("name", flat=True))

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]).strip()

    def clean_aliases(self) -> list[str]:
        names = [name.strip() for name in self.cleaned_data["aliases"].splitlines()]
        limit = Initiative._meta.get_field("name").max_length or 0
        if any(len(name) > limit for name in names):
            raise forms.ValidationError(f"别名最多{limit}字。")
        return list(dict.fromkeys(name for name in names if name))

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                check_names(self.instance, resulting_aliases(self.instance, self.cleaned_data["aliases"]))
            except Refused as refused:
                self.add_error(None, refused.message)


@admin.register(Initiative)
class InitiativeAdmin(GuardedAdmin):
    form = InitiativeForm
    fields = ("name", "kind", "owner", "aliases", "slug")
    readonly_fields = ("slug",)
    list_display = ("name", "kind", "owner", "other_names", "article_count", "is_curated")
    list_filter = ("kind", "is_curated")
    list_select_related = ("owner",)
    search_fields = ("name", "aliases__name", "slug")
    autocomplete_fields = ("owner",)
    actions = ("merge",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Initiative]:
        return (
            Initiative.objects.current()
            .prefetch_related("aliases")
            .annotate(named_in=Count("mentions__article", distinct=True))
        )

    def get_urls(self) -> list[URLPattern]:
        near = path("near/", self.admin_site.admin_view(self.near_names), name="reports_initiative_near")
        return [near, *super().get_urls()]

    def near_names(self, request: HttpRequest) -> HttpResponse:
        """Pairs of initiatives whose names may be one, to be merged; the ones with most articles first."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        by_name: dict[str, list[Initiative]] = {}
        for initiative in self.get_queryset(request).select_related("owner"):
            by_name.setdefault(initiative.name, []).append(initiative)
        pairs = [
            (one, other)
            for name, other_name in near_names(by_name)
            for one in by_name[name]
            for other in by_name[other_name]
        ]
        pairs.sort(key=lambda pair: -min(self.article_count(pair[0]), self.article_count(pair[1])))
        context = {
            **self.admin_site.each_context(request),
            "title": "名称相近的举措",
            "opts": self.opts,
            "page": Paginator(pairs, _PAIRS_PER_PAGE).get_page(request.GET.get("page")),
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/near_initiatives.html", context)

    def view_on_site(self, obj: Initiative) -> str | None:
        """The page of the initiative; None if no published article names it, as it has no page then."""
        is_visible = Initiative.objects.visible_to_readers().filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if is_visible else None

    @admin.display(description="别名")
    def other_names(self, initiative: Initiative) -> str:
        return "、".join(alias.name for alias in initiative.aliases.all())

    @admin.display(description="报道数", ordering="named_in")
    def article_count(self, initiative: Initiative) -> int:
        return int(initiative.named_in)  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Initiative, form: Any, change: bool) -> None:
        save_initiative(obj, form.cleaned_data["aliases"], request.user)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: Initiative) -> None:
        delete_initiative(obj, request.user)  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Initiative]) -> None:
        for initiative in queryset:
            self.delete_model(request, initiative)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An initiative that articles name can be merged, but not deleted."""
        if obj is not None and obj.mentions.exists():
            return False
        return super().has_delete_permission(request, obj)

    @admin.action(description="合并所选举措", permissions=["change"])
    def merge(self, request: HttpRequest, selected: QuerySet[Initiative]) -> HttpResponse | None:
        if selected.count() < 2:
            self.message_user(request, "请至少选择两个举措。", messages.ERROR)
            return None
        target = selected.filter(pk=row_number(request.POST.get("kept")) or 0).first()
        if target is None:
            return TemplateResponse(
                request,
                "admin/merge_initiatives.html",
                {
                    **self.admin_site.each_context(request),
                    "title": "合并举措",
                    "opts": self.opts,
                    "selected": selected,
                    "checkbox": helpers.ACTION_CHECKBOX_NAME,
                },
            )
        merged = [initiative for initiative in selected if initiative.pk != target.pk]
        try:
            for initiative in merged:
                merge_initiatives(target, initiative, request.user)  # type: ignore[arg-type]
                self.log_change(request, target, f"并入“{initiative.name}”")
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
            return None
        names = "、".join(f"“{initiative.name}”" for initiative in merged)
        self.message_user(request, f"已将{names}并入“{target.name}”。")
        return None

"""账号: accounts and their roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import ManyToManyField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from reports.models import User
from reports.workflow.account_roles import PERMISSIONS, set_staff_flag

from .guarding import GuardedAdmin

# The three roles and their permissions are part of the program, not of the data.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(GuardedAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    """A password that one person sets for another is a one-time password."""

    list_display = ("username", "last_name", "first_name", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined", "must_change_password")
    fieldsets = (
        (None, {"fields": ("username", "password", "must_change_password")}),
        ("姓名", {"fields": ("last_name", "first_name", "email")}),
        ("角色", {"fields": ("groups", "is_active"), "description": "停用账号请取消“有效”，不要删除。"}),
        ("时间", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "usable_password", "password1", "password2", "groups"),
                "description": "这里设的密码只用一次，本人首次登录后须修改。",
            },
        ),
    )

    @admin.display(description="角色")
    def roles(self, user: User) -> str:
        return "、".join(group.name for group in user.groups.all()) or (
            "超级管理员" if user.is_superuser else ""
        )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = Group.objects.filter(name__in=PERMISSIONS)
            kwargs["widget"] = forms.CheckboxSelectMultiple
            field = super().formfield_for_manytomany(db_field, request, **kwargs)
            if field is not None:
                field.label, field.help_text = (
                    "角色",
                    "读者可检索和阅读；编辑可上传、修改、发布；管理员另可管理账号和词典。",
                )
            return field
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An admin may not take over a superuser."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are disabled instead of deleted, so that their names stay in the event log."""
        return False

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        raise PermissionDenied("账号不能删除，操作记录里有它。请取消“有效”来停用。")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.must_change_password = True
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        set_staff_flag(form.instance)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if str(request.user.pk) == id:
            # This form does not require the old password: anyone at an open session could take the account
            # over.
            return redirect("password_change")
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            User.objects.filter(pk=id).update(must_change_password=True)
        return response

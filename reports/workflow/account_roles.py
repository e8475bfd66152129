"""Roles are groups: 读者 reads; 编辑 receives, corrects and publishes; 管理员 manages accounts and
dictionaries."""

from __future__ import annotations

import secrets
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from reports.models import User

from .refusals import RoleRefused

READER, EDITOR, ADMIN = "读者", "编辑", "管理员"


def _may(verbs: str, *models: str) -> tuple[str, ...]:
    """The codenames that Django gives to these permissions."""
    return tuple(f"{verb}_{model}" for model in models for verb in verbs.split())


_READ = _may("view", "article", "accession", "district", "initiative")
_EDIT = (
    *_READ,
    *_may("add change publish", "article"),
    *_may("add", "accession"),
    *_may("add change", "initiative"),
    *_may("add change delete view", "initiativealias", "synonym", "lexiconword"),
    *_may("view change", "missedquery"),
)
_ADMINISTER = (
    *_EDIT,
    *_may("add change delete", "district"),
    *_may("delete", "initiative"),
    *_may("view", "outboxrow", "purge", "event", "group", "logentry", "accesslog"),
    *_may("add change view", "user"),
    *_may("view delete", "accessattempt"),
)
PERMISSIONS = {READER: _READ, EDITOR: _EDIT, ADMIN: _ADMINISTER}


def ensure_roles(**_: Any) -> None:
    """Create the three groups with their permissions. Runs after every migration; idempotent."""
    for application in ("reports", "admin", "auth", "axes"):
        # Without this, Django creates the permissions only after this handler.
        create_permissions(apps.get_app_config(application), verbosity=0)
    for role, codenames in PERMISSIONS.items():
        group, _made = Group.objects.get_or_create(name=role)
        group.permissions.set(Permission.objects.filter(codename__in=codenames))


def has_role(user: User, *roles: str) -> bool:
    return bool(user.is_active and (user.is_superuser or user.groups.filter(name__in=roles).exists()))


def may_read(user: User) -> bool:
    """Whether the account may read published articles in an archive that is not public."""
    return has_role(user, READER, EDITOR, ADMIN)


def may_edit(user: User) -> bool:
    """Whether the account may receive, correct, publish and withdraw."""
    return has_role(user, EDITOR, ADMIN)


def may_administer(user: User) -> bool:
    return has_role(user, ADMIN)


def require_editor(by: User | None) -> None:
    """Raise RoleRefused unless ``by`` may edit. None means the command line, which may."""
    if by is not None and not may_edit(by):
        raise RoleRefused("您的账号没有编辑权限，请联系管理员。")


def require_administrator(by: User | None) -> None:
    if by is not None and not may_administer(by):
        raise RoleRefused("这项操作只有管理员可以进行，请联系管理员。")


def grant(user: User, role: str) -> None:
    """Give the account ``role``; editors and admins also get access to the Django admin."""
    user.groups.add(Group.objects.get(name=role))
    set_staff_flag(user)


def set_staff_flag(user: User) -> None:
    """Set ``is_staff``, which gives access to the Django admin, according to the roles."""
    is_staff = user.is_superuser or user.groups.filter(name__in=(EDITOR, ADMIN)).exists()
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])


def create_first_admin(name: str = "admin") -> str | None:
    """Create the first admin account and return its one-time password; None if there is an admin.

    Raises RoleRefused if an account with this name exists that is not an admin.
    """
    with transaction.atomic():
        # This lock comes first: if two processes start together, the second waits here and then sees the
        # account.
        list(Group.objects.select_for_update().filter(name=ADMIN))
        if User.objects.filter(Q(is_superuser=True) | Q(groups__name=ADMIN), is_active=True).exists():
            return None
        if User.objects.filter(username=name).exists():
            raise RoleRefused(f"账号“{name}”已存在但不是管理员，请先改名或用 createsuperuser 另建管理员。")
        password = secrets.token_urlsafe(12)
        user = User.objects.create_superuser(name, password=password, must_change_password=True)
        grant(user, ADMIN)
        return password

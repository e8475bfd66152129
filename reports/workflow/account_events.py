"""Records events of accounts by Django's signals, whether a page, the admin or a command causes them."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest

from reports.models import Event, User
from reports.models.event import Act, Result
from reports.models.field_labels import label_of

from .events import event, record

# A password has its own event; is_staff and must_change_password follow from roles and passwords.
_RECORDED_FIELDS = ("username", "last_name", "first_name", "email", "is_active", "is_superuser")
_SWITCHES = {
    ("is_active", True): "启用",
    ("is_active", False): "停用",
    ("is_superuser", True): "成为超级用户",
    ("is_superuser", False): "不再是超级用户",
}
_NO_ROLE = "无角色"

logger = logging.getLogger(__name__)


def register() -> None:
    """Connect the signals; called once when the application is ready."""
    user_logged_in.connect(_logged_in, dispatch_uid="events")
    user_logged_out.connect(_logged_out, dispatch_uid="events")
    user_login_failed.connect(_login_failed, dispatch_uid="events")
    # Imported here, because the import connects the handlers of axes: ours must record the failure first.
    from axes.signals import user_locked_out

    user_locked_out.connect(_locked_out, dispatch_uid="events")
    pre_save.connect(_read_before_saving, sender=User, dispatch_uid="events")
    post_save.connect(_saved, sender=User, dispatch_uid="events")
    post_delete.connect(_deleted, sender=User, dispatch_uid="events")
    m2m_changed.connect(_roles_changed, sender=User.groups.through, dispatch_uid="events")


def record_wrong_password(request: HttpRequest, user: User) -> None:
    """Record that a logged-in person typed a wrong current password."""
    _record_and_warn(request, "修改密码时原密码不对", event(Act.PASSWORD, user, user, result=Result.FAILED))


def _logged_in(user: User, **_: Any) -> None:
    record(event(Act.LOGIN, user))


def _logged_out(user: User | None, **_: Any) -> None:
    # A logout without a login is not an event.
    if user is not None:
        record(event(Act.LOGOUT, user))


def _login_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    name = str(credentials.get(User.USERNAME_FIELD) or "")
    # During a lockout the login is refused, even if the password is right.
    is_locked = getattr(request, "axes_locked_out", False) and not _was_counted(request)
    result = Result.REFUSED if is_locked else Result.FAILED
    what = "锁定期间登录被拒绝" if is_locked else "登录失败"
    _record_and_warn(request, what, event(Act.LOGIN_FAILED, name=name, result=result))


def _locked_out(request: HttpRequest, username: str | None, **_: Any) -> None:
    # axes sends the signal again for each attempt during the lockout.
    if _was_counted(request):
        record(event(Act.LOCKOUT, name=username or ""))


def _was_counted(request: HttpRequest | None) -> bool:
    """Whether axes counted the failure of this request. During a lockout it does not count."""
    return getattr(request, "axes_failures_since_start", None) is not None


def _record_and_warn(request: HttpRequest | None, what: str, failed: Event) -> None:
    record(failed)
    # With the request in the record, the log filter drops Django's second line about the answer.
    about = {"request": request, "status_code": 403}
    logger.warning("%s：账号“%s”，来自 %s", what, failed.name, failed.address or "未知地址", extra=about)


def _read_before_saving(instance: User, raw: bool, **_: Any) -> None:
    """Read the stored values of the account before they are overwritten."""
    if not raw:
        before = (
            User.objects.filter(pk=instance.pk).values(*_RECORDED_FIELDS, "password") if instance.pk else None
        )
        instance._before_saving = before.first() if before is not None else None  # type: ignore[attr-defined]


def _saved(instance: User, raw: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    if raw:
        return
    before: dict[str, Any] | None = instance._before_saving  # type: ignore[attr-defined]
    if before is None:
        record(event(Act.ACCOUNT, on=instance, after="新建"))
        return
    written = _RECORDED_FIELDS if update_fields is None else update_fields
    changed = [
        name for name in _RECORDED_FIELDS if name in written and getattr(instance, name) != before[name]
    ]
    if changed:
        record(
            event(Act.ACCOUNT, on=instance, after="、".join(_change_of(instance, name) for name in changed))
        )
    # At a login Django hashes the password again if the hasher has changed: not a change by a person.
    is_upgrade = update_fields == frozenset({"password"}) and getattr(instance, "_password", None) is None
    if instance.password != before["password"] and not is_upgrade:
        record(event(Act.PASSWORD, on=instance))


def _change_of(account: User, name: str) -> str:
    """The new state of a boolean field (启用, 停用); of other fields, the name of the field."""
    return _SWITCHES.get((name, bool(getattr(account, name))), label_of(User, name))


def _deleted(instance: User, **_: Any) -> None:
    record(event(Act.ACCOUNT, on=instance, after="删除"))


def _roles_changed(
    instance: User | Group, action: str, reverse: bool, pk_set: set[int] | None, **_: Any
) -> None:
    """Record one event per account, with all its roles before and after."""
    if action not in {"post_add", "pre_remove", "pre_clear"}:
        return
    if isinstance(instance, Group):
        users = User.objects.filter(pk__in=pk_set) if pk_set is not None else instance.user_set.all()
        moved = {instance.pk}
    else:
        users = User.objects.filter(pk=instance.pk)
        moved = pk_set if pk_set is not None else set(instance.groups.values_list("pk", flat=True))
    for user in users:
        roles_before = dict(user.groups.values_list("pk", "name"))
        other_roles = {pk: name for pk, name in roles_before.items() if pk not in moved}
        if other_roles != roles_before:
            before, after = (
                (other_roles, roles_before) if action == "post_add" else (roles_before, other_roles)
            )
            record(event(Act.ROLE, on=user, before=_listed(before), after=_listed(after)))


def _listed(roles: dict[int, str]) -> str:
    return "、".join(name for _pk, name in sorted(roles.items())) or _NO_ROLE

"""Three roles, made by the program, and one first admin whose password is shown once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from reports.models import User
from reports.workflow import RoleRefused, may_administer, may_edit
from reports.workflow.account_roles import (
    ADMIN,
    EDITOR,
    PERMISSIONS,
    READER,
    create_first_admin,
    ensure_roles,
    set_staff_flag,
)

pytestmark = pytest.mark.django_db


def test_roles_are_there_after_the_migrations() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == {READER, EDITOR, ADMIN}


@pytest.mark.parametrize("role", [READER, EDITOR, ADMIN])
def test_role_has_exactly_its_permissions(role: str) -> None:
    ensure_roles()
    held = Group.objects.get(name=role).permissions.values_list("codename", flat=True)
    assert set(held) == set(PERMISSIONS[role])


def test_what_each_role_may(reader: User, editor: User, administrator: User) -> None:
    users = (reader, editor, administrator)
    assert [may_edit(user) for user in users] == [False, True, True]
    assert [may_administer(user) for user in users] == [False, False, True]
    assert [user.is_staff for user in users] == [False, True, True]
    assert [user.has_perm("reports.publish_article") for user in users] == [False, True, True]


def test_way_into_the_admin_closes_with_the_role(editor: User) -> None:
    editor.groups.clear()
    set_staff_flag(editor)
    editor.refresh_from_db()
    assert not editor.is_staff


class TestFirstAdmin:
    def test_has_a_one_time_password(self) -> None:
        password = create_first_admin()
        user = User.objects.get()
        assert password is not None
        assert user.check_password(password)
        assert (user.username, user.must_change_password, may_administer(user)) == ("admin", True, True)

    def test_is_made_once(self) -> None:
        create_first_admin()
        assert create_first_admin() is None
        assert User.objects.count() == 1

    def test_any_admin_will_do(self, administrator: User) -> None:
        assert create_first_admin() is None

    def test_admin_who_is_switched_off_will_not(self, administrator: User) -> None:
        User.objects.update(is_active=False)
        assert create_first_admin() is not None

    def test_name_of_someone_else_is_not_taken_over(self) -> None:
        User.objects.create_user("admin")
        with pytest.raises(RoleRefused, match="不是管理员"):
            create_first_admin()

    def test_passwords_differ(self) -> None:
        first = create_first_admin()
        User.objects.all().delete()
        assert create_first_admin() != first


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_once_make_one_admin() -> None:
    def start(_: int) -> str | None:
        try:
            return create_first_admin()
        finally:
            connection.close()

    ensure_roles()
    with ThreadPoolExecutor(4) as pool:
        passwords = list(pool.map(start, range(4)))
    assert sum(password is not None for password in passwords) == 1
    assert User.objects.count() == 1

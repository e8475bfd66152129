"""What people do on the pages and in the admin leaves events; admins read them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from reports.models import Article, Event, User
from reports.models.event import Act, Result
from reports.workflow import publish, return_to_draft, withdraw
from reports.workflow.account_roles import EDITOR, READER
from tests import factories as f

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
NEW = "lanterns over the river 7"
HERE = {"REMOTE_ADDR": "10.9.8.7"}


def last(act: Act) -> Event:
    return Event.objects.filter(act=act).latest("id")


def told(act: Act) -> list[tuple[str, str]]:
    return list(Event.objects.filter(act=act).order_by("id").values_list("before", "after"))


class TestLogin:
    def test_of_an_account(self, client: Client, reader: User) -> None:
        client.post("/login/", {"username": reader.username, "password": PASSWORD}, **HERE)
        found = last(Act.LOGIN)
        assert (found.account, found.name, found.address) == (reader, reader.username, "10.9.8.7")
        assert found.result == Result.DONE

    @pytest.mark.parametrize("name", ["读者甲", "没有这个人", "' OR 1=1 --"])
    def test_that_failed_keeps_the_name_as_typed(self, client: Client, reader: User, name: str) -> None:
        client.post("/login/", {"username": name, "password": "no"}, **HERE)
        found = last(Act.LOGIN_FAILED)
        assert (found.account, found.name, found.address) == (None, name, "10.9.8.7")
        assert found.result == Result.FAILED

    def test_at_the_admin(self, client: Client, administrator: User) -> None:
        for password in ("no", PASSWORD):
            client.post("/admin/login/", {"username": administrator.username, "password": password}, **HERE)
        assert last(Act.LOGIN_FAILED).name == last(Act.LOGIN).name == administrator.username

    def test_no_password_is_kept(self, client: Client, reader: User) -> None:
        client.post("/login/", {"username": reader.username, "password": "geheimes Wort"}, **HERE)
        for row in Event.objects.values():
            assert not any("geheimes" in str(value) for value in row.values())

    def test_and_the_way_out(self, client: Client, reader: User) -> None:
        client.force_login(reader)
        client.post("/logout/", **HERE)
        assert (last(Act.LOGOUT).account, last(Act.LOGOUT).address) == (reader, "10.9.8.7")
        client.post("/logout/", **HERE)
        assert Event.objects.filter(act=Act.LOGOUT).count() == 1


class TestAccounts:
    @pytest.fixture
    def admin_site(self, client: Client, administrator: User) -> Client:
        client.force_login(administrator)
        return client

    def _form(self, user: User, **changes: Any) -> dict[str, Any]:
        form = {"username": user.username, "last_name": user.last_name, "first_name": "", "email": ""}
        form |= {"groups": [group.pk for group in user.groups.all()], "is_active": "on"}
        return {name: value for name, value in (form | changes).items() if value is not None}

    def test_a_new_one(self, admin_site: Client, administrator: User) -> None:
        form = {"username": "新人", "usable_password": "true", "password1": NEW, "password2": NEW}
        form["groups"] = [Group.objects.get(name=READER).pk]  # type: ignore[assignment]
        admin_site.post(reverse("admin:reports_user_add"), form, **HERE)
        user = User.objects.get(username="新人")
        found = last(Act.ACCOUNT)
        assert (found.account, found.number, found.after) == (administrator, user.pk, "新建")
        assert told(Act.ROLE)[-1] == ("无角色", "读者")

    def test_its_roles(self, admin_site: Client, administrator: User, reader: User) -> None:
        groups = [Group.objects.get(name=name).pk for name in (READER, EDITOR)]
        path = reverse("admin:reports_user_change", args=[reader.pk])
        admin_site.post(path, self._form(reader, groups=groups), **HERE)
        found = last(Act.ROLE)
        assert (found.account, found.number, found.address) == (administrator, reader.pk, "10.9.8.7")
        assert (found.before, found.after) == ("读者", "读者、编辑")
        admin_site.post(path, self._form(reader, groups=[]), **HERE)
        assert told(Act.ROLE)[-1] == ("读者、编辑", "无角色")

    def test_switched_off_and_on(self, admin_site: Client, reader: User) -> None:
        path = reverse("admin:reports_user_change", args=[reader.pk])
        admin_site.post(path, self._form(reader, is_active=None), **HERE)
        admin_site.post(path, self._form(reader), **HERE)
        assert [after for _before, after in told(Act.ACCOUNT)[-2:]] == ["停用", "启用"]

    def test_other_fields_are_named_without_what_they_say(self, admin_site: Client, reader: User) -> None:
        path = reverse("admin:reports_user_change", args=[reader.pk])
        admin_site.post(path, self._form(reader, last_name="某"), **HERE)
        assert last(Act.ACCOUNT).after == "姓氏"

    def test_nothing_changed_is_nothing(self, admin_site: Client, reader: User) -> None:
        before = Event.objects.count()
        admin_site.post(reverse("admin:reports_user_change", args=[reader.pk]), self._form(reader), **HERE)
        assert Event.objects.count() == before

    def test_the_password_of_another(self, admin_site: Client, administrator: User, reader: User) -> None:
        path = reverse("admin:auth_user_password_change", args=[reader.pk])
        form = {"usable_password": "true", "password1": NEW, "password2": NEW}
        assert admin_site.post(path, form, **HERE).status_code == 302
        found = last(Act.PASSWORD)
        assert (found.account, found.number, found.result) == (administrator, reader.pk, Result.DONE)

    def test_deleting_is_refused_and_says_what_to_do(self, admin_site: Client, reader: User) -> None:
        response = admin_site.post(reverse("admin:reports_user_delete", args=[reader.pk]), {"post": "yes"})
        assert response.status_code == 403
        assert "取消“有效”来停用" in response.content.decode()

    def test_one_s_own_password(self, client: Client, reader: User) -> None:
        client.force_login(reader)
        form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
        client.post("/password/", {**form, "old_password": "no"}, **HERE)
        assert (last(Act.PASSWORD).result, last(Act.PASSWORD).account) == (Result.FAILED, reader)
        client.post("/password/", form, **HERE)
        assert (last(Act.PASSWORD).result, last(Act.PASSWORD).number) == (Result.DONE, reader.pk)

    def test_by_commands(self, reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("getpass.getpass", lambda *_, **__: NEW)
        call_command("changepassword", reader.username, stdout=io.StringIO())
        assert (last(Act.PASSWORD).name, last(Act.PASSWORD).number) == ("命令行", reader.pk)
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", NEW)
        call_command(
            *("createsuperuser", "--noinput", "--username", "总管", "--email", ""), stdout=io.StringIO()
        )
        assert last(Act.ACCOUNT).number == User.objects.get(username="总管").pk

    def test_a_hash_made_anew_at_a_login_is_no_change_of_a_password(
        self, client: Client, reader: User, settings: Any
    ) -> None:
        settings.PASSWORD_HASHERS = [
            "django.contrib.auth.hashers.ScryptPasswordHasher",
            "django.contrib.auth.hashers.MD5PasswordHasher",
        ]
        before = reader.password
        client.post("/login/", {"username": reader.username, "password": PASSWORD})
        reader.refresh_from_db()
        assert reader.password != before
        assert not Event.objects.filter(act=Act.PASSWORD).exists()

    def test_from_the_side_of_the_role(self, reader: User) -> None:
        group = Group.objects.get(name=EDITOR)
        group.user_set.add(reader)
        group.user_set.clear()
        assert told(Act.ROLE)[-2:] == [("读者", "读者、编辑"), ("读者、编辑", "读者")]

    def test_removed_from_the_command_line(self) -> None:
        user = f.UserFactory()
        number = user.pk
        user.delete()
        assert (last(Act.ACCOUNT).number, last(Act.ACCOUNT).after) == (number, "删除")

    def test_account_and_event_stand_or_fall_together(
        self, reader: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise OSError("voll")

        monkeypatch.setattr("reports.workflow.account_events.record", broken)
        reader.is_active = False
        with pytest.raises(OSError, match="voll"):
            reader.save()
        assert get_user_model().objects.get(pk=reader.pk).is_active


class TestReading:
    def test_a_download_of_an_original(self, client: Client, published: Article, reader: User) -> None:
        client.force_login(reader)
        path = reverse("original", args=[published.pk])
        client.head(path, **HERE)
        assert not Event.objects.filter(act=Act.DOWNLOAD).exists()
        client.get(path, **HERE)
        found = last(Act.DOWNLOAD)
        assert (found.account, found.subject, found.number) == (reader, "accession", published.accession_id)
        assert found.address == "10.9.8.7"

    def test_by_a_stranger_as_well(self, client: Client, published: Article) -> None:
        client.get(reverse("original", args=[published.pk]), **HERE)
        assert (last(Act.DOWNLOAD).account, last(Act.DOWNLOAD).name) == (None, "")

    def test_what_is_not_shown_is_no_download(self, client: Client, draft: Article) -> None:
        client.get(reverse("original", args=[draft.pk]), **HERE)
        assert not Event.objects.filter(act=Act.DOWNLOAD).exists()

    def test_an_export_is_told_by_its_size_and_not_by_what_was_asked(
        self, client: Client, published: Article, reader: User
    ) -> None:
        client.force_login(reader)
        response = client.get("/search.csv?q=窗口", **HERE)
        assert not Event.objects.filter(act=Act.EXPORT).exists()
        rows = b"".join(response.streaming_content).decode().count("\r\n") - 1
        found = last(Act.EXPORT)
        assert (found.account, found.after, found.result) == (reader, f"csv，{rows}条", Result.DONE)
        assert rows == 1
        assert found.address == "10.9.8.7"

    def test_an_export_by_command(self, published: Article, tmp_path: Any) -> None:
        target = tmp_path / "结果.csv"
        call_command("export_results", "窗口", "-o", str(target), stdout=io.StringIO())
        assert (last(Act.EXPORT).name, last(Act.EXPORT).after) == ("命令行", "csv，1条")


class TestDesk:
    def test_steps_carry_address_and_account(self, desk: Client, draft: Article, editor: User) -> None:
        desk.post(reverse("desk"), {"article": f"{draft.pk}-{draft.version}", "act": "all"}, **HERE)
        assert (last(Act.PUBLISH).account, last(Act.PUBLISH).address) == (editor, "10.9.8.7")

    def test_dictionaries_in_the_admin(self, client: Client, administrator: User) -> None:
        client.force_login(administrator)
        for one, name in ((f.SynonymFactory(), "synonym"), (f.InitiativeFactory(), "initiative")):
            path = reverse(f"admin:reports_{name}_delete", args=[one.pk])
            assert client.post(path, {"post": "yes"}, **HERE).status_code == 302
            found = last(Act.DICTIONARY)
            assert (found.subject, found.number, found.after) == (name, one.pk, "删除")
        district = f.DistrictFactory()
        chosen = {"action": "delete_selected", "_selected_action": [district.pk], "post": "yes"}
        client.post(reverse("admin:reports_district_changelist"), chosen, **HERE)
        assert (last(Act.DICTIONARY).subject, last(Act.DICTIONARY).number) == ("district", district.pk)


class TestLog:
    @pytest.fixture
    def shown(self, client: Client, administrator: User) -> Client:
        client.force_login(administrator)
        return client

    def test_newest_first_in_chinese(self, shown: Client, draft: Article, editor: User) -> None:
        withdraw(publish(draft, editor), editor, "重复")
        return_to_draft(draft, editor)
        text = shown.get("/desk/log/").content.decode()
        assert text.index("已撤回 → 草稿") < text.index("已发布 → 已撤回") < text.index("草稿 → 已发布")
        for words in ("编辑甲", "退回草稿", f"报道 {draft.pk}", "成功", "命令行"):
            assert words in text

    def test_is_paged(self, shown: Client) -> None:
        for _ in range(60):
            f.EventFactory()
        first = shown.get("/desk/log/").content.decode()
        assert first.count("<tr>") == 51
        assert "下一页" in first
        assert "上一页" in shown.get("/desk/log/?page=2").content.decode()

    def test_what_was_typed_is_shown_as_text(self, shown: Client) -> None:
        f.EventFactory(name="<script>alert(1)</script>")
        assert "<script>alert" not in shown.get("/desk/log/").content.decode()

    @pytest.mark.parametrize("path", ["/desk/log/", "/desk/log.csv"])
    @pytest.mark.parametrize(("account", "status"), [("reader", 403), ("editor", 403), ("", 302)])
    def test_is_for_admins(
        self, client: Client, request: pytest.FixtureRequest, path: str, account: str, status: int
    ) -> None:
        if account:
            client.force_login(request.getfixturevalue(account))
        assert client.get(path).status_code == status

    def test_only_admins_are_led_there(self, client: Client, editor: User, administrator: User) -> None:
        client.force_login(editor)
        assert "/desk/log/" not in client.get("/desk/").content.decode()
        client.force_login(administrator)
        assert "/desk/log/" in client.get("/desk/").content.decode()

    def test_the_file_holds_all_and_is_harmless(self, shown: Client) -> None:
        f.EventFactory(name="=1+1")
        for _ in range(1100):
            f.EventFactory()
        total = Event.objects.count()
        response = shown.get("/desk/log.csv")
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
        assert rows[0][:4] == ["编号", "时间", "账号", "操作"]
        numbers = [int(row[0]) for row in rows[1:]]
        assert numbers == sorted(numbers, reverse=True)
        assert len(numbers) == total
        assert [row[2] for row in rows if "1+1" in row[2]] == ["'=1+1"]
        assert (last(Act.EXPORT).subject, last(Act.EXPORT).after) == ("event", f"csv，{total}条")

    def test_the_admin_shows_and_never_changes(self, shown: Client) -> None:
        event = f.EventFactory()
        assert shown.get(reverse("admin:reports_event_changelist")).status_code == 200
        assert shown.get(reverse("admin:reports_event_change", args=[event.pk])).status_code == 200
        assert shown.post(reverse("admin:reports_event_change", args=[event.pk]), {}).status_code == 403
        assert shown.post(reverse("admin:reports_event_delete", args=[event.pk]), {}).status_code == 403
        assert shown.get(reverse("admin:reports_event_add")).status_code == 403

    def test_editors_do_not_see_it_in_the_admin(self, client: Client, editor: User) -> None:
        client.force_login(editor)
        assert client.get(reverse("admin:reports_event_changelist")).status_code == 403

"""The admin speaks Chinese, keeps accounts and dictionaries through the workflow, and only shows the rest."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from reports.models import Article, Initiative, OutboxRow, User
from reports.workflow.account_roles import ADMIN, EDITOR
from tests.factories import (
    AccessionFactory,
    ArticleFactory,
    DistrictFactory,
    InitiativeAliasFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def pages() -> list[str]:
    names = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
    return [name for name in names if name.startswith("reports_") or name == "admin_logentry"]


@pytest.mark.parametrize("name", pages())
def test_every_list_and_search_works(office: Client, name: str) -> None:
    ArticleFactory(published=True)
    InitiativeAliasFactory()
    AccessionFactory(failure="读不了")
    for query in ("", "?q=灯", "?o=1"):
        response = office.get(reverse(f"admin:{name}_changelist") + query)
        assert response.status_code == 200


def test_it_is_in_chinese(office: Client) -> None:
    page = office.get(reverse("admin:index")).content.decode()
    assert "区县报道档案·管理" in page
    for name in ("账号", "区划", "举措", "上传件", "报道"):
        assert name in page


@pytest.mark.parametrize("role", [None, "reader"])
def test_readers_have_no_business_here(client: Client, reader: User, role: str | None) -> None:
    if role:
        client.force_login(reader)
    assert client.get(reverse("admin:index")).status_code == 302


def test_editors_see_initiatives_but_no_accounts(client: Client, editor: User) -> None:
    client.force_login(editor)
    assert client.get(reverse("admin:reports_initiative_changelist")).status_code == 200
    assert client.get(reverse("admin:reports_user_changelist")).status_code == 403


class TestAccounts:
    def test_new_one_gets_a_one_time_password_and_its_role(self, office: Client) -> None:
        role = Group.objects.get(name=EDITOR)
        password = "een maal andermaal"
        data = {"username": "新编辑", "usable_password": "true", "groups": [role.pk]}
        response = office.post(
            reverse("admin:reports_user_add"), {**data, "password1": password, "password2": password}
        )
        assert response.status_code == 302
        user = User.objects.get(username="新编辑")
        assert (user.must_change_password, user.is_staff) == (True, True)
        assert list(user.groups.all()) == [role]

    def test_role_taken_away_closes_the_admin(self, office: Client, editor: User) -> None:
        data = {"username": editor.username, "is_active": "on", "groups": []}
        office.post(reverse("admin:reports_user_change", args=[editor.pk]), data)
        editor.refresh_from_db()
        assert (editor.is_staff, editor.is_active) == (False, True)

    def test_password_set_for_another_is_for_one_time(
        self, office: Client, editor: User, administrator: User
    ) -> None:
        password = {
            "password1": "een maal andermaal",
            "password2": "een maal andermaal",
            "usable_password": "true",
        }
        for user in (editor, administrator):
            office.post(reverse("admin:auth_user_password_change", args=[user.pk]), password)
            user.refresh_from_db()
        assert (editor.must_change_password, administrator.must_change_password) == (True, False)
        assert editor.check_password("een maal andermaal")

    def test_superuser_is_not_taken_over(self, office: Client) -> None:
        superuser = User.objects.create_superuser("root")
        url = reverse("admin:auth_user_password_change", args=[superuser.pk])
        assert office.post(url, {"password1": "x", "password2": "x"}).status_code == 403

    def test_none_is_deleted(self, office: Client, editor: User) -> None:
        assert (
            office.post(reverse("admin:reports_user_delete", args=[editor.pk]), {"post": "yes"}).status_code
            == 403
        )

    def test_only_roles_can_be_given(self, office: Client, editor: User) -> None:
        page = office.get(reverse("admin:reports_user_change", args=[editor.pk])).content.decode()
        assert ADMIN in page
        assert "is_superuser" not in page
        assert "user_permissions" not in page


class TestDistricts:
    def test_renaming_reaches_the_index(
        self, office: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        article = ArticleFactory(published=True, district=DistrictFactory())
        district = article.district
        data = {
            "name": "新名区",
            "level": "county",
            "city": district.city.pk,
            "code": district.code,
            "province_name": "",
        }
        with django_capture_on_commit_callbacks() as callbacks:
            response = office.post(reverse("admin:reports_district_change", args=[district.pk]), data)
        assert response.status_code == 302
        district.refresh_from_db()
        assert district.name == "新名区"
        assert [(row.article_id, row.urgent) for row in OutboxRow.objects.all()] == [(article.pk, False)]
        assert len(callbacks) == 1

    def test_key_is_permanent(self, office: Client) -> None:
        district = DistrictFactory()
        data = {
            "key": "other",
            "name": "新名区",
            "level": "county",
            "city": district.city.pk,
            "code": district.code,
        }
        office.post(reverse("admin:reports_district_change", args=[district.pk]), data)
        district.refresh_from_db()
        assert district.key == district.code

    @pytest.mark.parametrize(
        ("change", "message"),
        [({"code": "12"}, "六位数字"), ({"level": "city"}, "没有所属城市"), ({"name": ""}, "这个字段")],
    )
    def test_what_cannot_be_is_told_in_the_form(
        self, office: Client, change: dict[str, str], message: str
    ) -> None:
        district = DistrictFactory()
        data = {
            "name": "新名区",
            "level": "county",
            "city": district.city.pk,
            "code": district.code,
            **change,
        }
        response = office.post(reverse("admin:reports_district_change", args=[district.pk]), data)
        assert response.status_code == 200
        assert message in response.content.decode()

    def test_city_with_districts_gets_no_city(self, office: Client) -> None:
        district = DistrictFactory(city=DistrictFactory())
        above = district.city
        data = {"name": above.name, "level": "county", "city": above.city.pk, "code": above.code}
        data["city"] = DistrictFactory().city.pk
        response = office.post(reverse("admin:reports_district_change", args=[above.pk]), data)
        assert "下面还有区县" in response.content.decode()

    def test_one_in_use_is_not_deleted(self, office: Client) -> None:
        district = ArticleFactory(district=DistrictFactory()).district
        office.post(reverse("admin:reports_district_delete", args=[district.pk]), {"post": "yes"})
        district.refresh_from_db()


class TestInitiatives:
    def test_new_one_with_aliases(self, office: Client) -> None:
        data = {"name": " 晚灯工程 ", "kind": "project", "owner": "", "aliases": "夜灯工程\r\n\r\n夜里点灯"}
        assert office.post(reverse("admin:reports_initiative_add"), data).status_code == 302
        initiative = Initiative.objects.get()
        assert (initiative.name, initiative.slug, initiative.is_curated) == (
            "晚灯工程",
            "wan-deng-gong-cheng",
            True,
        )
        assert {alias.name for alias in initiative.aliases.all()} == {"夜灯工程", "夜里点灯"}

    def test_renaming_keeps_slug_and_old_name_and_reaches_the_index(self, office: Client) -> None:
        mention = InitiativeMentionFactory(article=ArticleFactory(published=True))
        initiative = mention.initiative
        url = reverse("admin:reports_initiative_change", args=[initiative.pk])
        assert initiative.slug in office.get(url).content.decode()
        old = (initiative.slug, initiative.name)
        office.post(url, {"name": "长明灯工程", "kind": "project", "aliases": "夜灯", "slug": "hacked"})
        initiative.refresh_from_db()
        assert (initiative.slug, initiative.name) == (old[0], "长明灯工程")
        assert {alias.name for alias in initiative.aliases.all()} == {old[1], "夜灯"}
        assert [row.article_id for row in OutboxRow.objects.all()] == [mention.article_id]

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"name": "晚灯工程", "kind": "project"}, "已有"),
            ({"name": "别的", "kind": "project", "aliases": "晚灯工程"}, "可将两者合并"),
            ({"name": "4433", "kind": "code"}, "所属区划"),
            ({"name": "别的", "kind": "project", "aliases": "长" * 121}, "最多120字"),
        ],
    )
    def test_what_cannot_be_is_told_and_nothing_typed_is_lost(
        self, office: Client, data: dict[str, str], message: str
    ) -> None:
        InitiativeFactory(name="晚灯工程")
        response = office.post(reverse("admin:reports_initiative_add"), data)
        assert response.status_code == 200
        assert message in response.content.decode()
        assert data.get("aliases", "") in response.content.decode()
        assert Initiative.objects.count() == 1

    def test_merging_asks_which_to_keep_and_then_does_it(self, office: Client) -> None:
        kept, merged = InitiativeFactory(name="晚灯工程"), InitiativeFactory(name="夜灯工程")
        mention = InitiativeMentionFactory(initiative=merged)
        url = reverse("admin:reports_initiative_changelist")
        data = {"action": "merge", "_selected_action": [kept.pk, merged.pk]}
        page = office.post(url, data).content.decode()
        assert "请选择保留哪一个名称" in page
        assert "夜灯工程（工程，1篇报道）" in page
        response = office.post(url, {**data, "kept": kept.pk}, follow=True)
        assert "已将“夜灯工程”并入“晚灯工程”" in response.content.decode()
        mention.refresh_from_db()
        assert mention.initiative == kept
        assert "夜灯工程" not in [str(row) for row in response.context["cl"].queryset]

    def test_merging_needs_two(self, office: Client) -> None:
        data = {"action": "merge", "_selected_action": [InitiativeFactory().pk]}
        response = office.post(reverse("admin:reports_initiative_changelist"), data, follow=True)
        assert "至少选择两个" in response.content.decode()

    def test_named_one_is_not_deleted(self, office: Client) -> None:
        named, idle = InitiativeMentionFactory().initiative, InitiativeFactory()
        for initiative, status in ((named, 403), (idle, 302)):
            url = reverse("admin:reports_initiative_delete", args=[initiative.pk])
            assert office.post(url, {"post": "yes"}).status_code == status
        assert list(Initiative.objects.all()) == [named]


class TestRecords:
    @pytest.mark.parametrize("name", ["reports_article", "reports_accession", "admin_logentry"])
    def test_are_to_look_at(self, office: Client, name: str) -> None:
        assert office.get(reverse(f"admin:{name}_add")).status_code == 403

    def test_article_leads_to_desk_and_history(self, office: Client) -> None:
        article = ArticleFactory(published=True, sections=[("小标题", "正文")])
        page = office.get(reverse("admin:reports_article_change", args=[article.pk])).content.decode()
        assert reverse("review", args=[article.pk]) in page
        response = office.get(reverse("admin:reports_article_history", args=[article.pk]))
        assert response.headers["Location"] == reverse("history", args=[article.pk])
        url = reverse("admin:reports_article_change", args=[article.pk])
        assert office.post(url, {"headline": "改了"}).status_code == 403
        assert Article.objects.get(pk=article.pk).headline == article.headline

    def test_accession_shows_its_articles_and_failure(self, office: Client) -> None:
        article = ArticleFactory(accession=AccessionFactory(failure="读不了"))
        page = office.get(
            reverse("admin:reports_accession_change", args=[article.accession_id])
        ).content.decode()
        assert "读不了" in page
        assert article.headline in page

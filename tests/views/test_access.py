"""Who sees what, in a closed archive and an open one."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from reports.models import User
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

READING = ("/", "/search/", "/search/?q=x", "/districts/", "/initiatives/", "/opensearch.xml")
DESK = ("/desk/", "/desk/upload/", "/desk/samples/", "/desk/districts.json")


@pytest.fixture
def closed(settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = False


@pytest.mark.usefixtures("closed")
class TestClosedArchive:
    @pytest.mark.parametrize("path", READING)
    def test_a_stranger_is_asked_to_log_in_and_comes_back(self, client: Client, path: str) -> None:
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"] == f"/login/?next={quote(path, safe='/')}"

    def test_a_stranger_sees_no_article_and_no_original(self, client: Client) -> None:
        article = ArticleFactory(published=True)
        for name in ("article", "original"):
            assert client.get(reverse(name, args=[article.pk])).status_code == 302

    @pytest.mark.parametrize("path", ["/login/", "/healthz"])
    def test_the_doors_stay_open(self, client: Client, path: str) -> None:
        assert client.get(path).status_code == 200

    def test_readiness_is_told_to_anyone(self, client: Client) -> None:
        assert client.get("/readyz")["Content-Type"] == "application/json"

    @pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*"])
    def test_json_says_401_in_chinese(self, client: Client, accept: str) -> None:
        response = client.get("/search.json?q=x", headers={"Accept": accept})
        assert response.status_code == 401
        assert response.json() == {"error": "请先登录。"}
        assert "请先登录" in response.content.decode()

    def test_csv_says_401_to_a_program_and_leads_a_browser_to_the_login(self, client: Client) -> None:
        response = client.get("/search.csv", headers={"Accept": "*/*"})
        assert response.status_code == 401
        assert response["Content-Type"].startswith("text/plain")
        browser = client.get("/search.csv", headers={"Accept": "text/html,application/xhtml+xml"})
        assert browser.status_code == 302

    def test_a_reader_reads(self, client: Client, reader: User) -> None:
        client.force_login(reader)
        assert client.get("/search/").status_code == 200
        assert client.get("/search.json").status_code == 200

    def test_an_address_that_is_not_there_is_404_for_strangers_too(self, client: Client) -> None:
        assert client.get("/nowhere/").status_code == 404


class TestOpenArchive:
    @pytest.mark.parametrize("path", [*READING, "/search.json", "/search.csv"])
    def test_anyone_reads(self, client: Client, path: str) -> None:
        assert client.get(path).status_code == 200

    @pytest.mark.parametrize("path", DESK)
    def test_the_desk_asks_strangers_to_log_in(self, client: Client, path: str) -> None:
        assert client.get(path).status_code == 302

    @pytest.mark.parametrize("path", DESK)
    def test_readers_are_told_in_chinese_that_the_desk_is_not_theirs(
        self, client: Client, reader: User, path: str
    ) -> None:
        client.force_login(reader)
        response = client.get(path)
        assert response.status_code == 403
        assert "编辑台只对" in response.content.decode()

    @pytest.mark.parametrize("path", DESK)
    @pytest.mark.parametrize("account", ["editor", "administrator"])
    def test_editors_and_admins_work_there(
        self, client: Client, request: pytest.FixtureRequest, account: str, path: str
    ) -> None:
        client.force_login(request.getfixturevalue(account))
        assert client.get(path).status_code == 200

    @pytest.mark.parametrize("name", ["review", "history"])
    def test_readers_neither_review_nor_change(self, client: Client, reader: User, name: str) -> None:
        article = ArticleFactory()
        client.force_login(reader)
        assert client.get(reverse(name, args=[article.pk])).status_code == 403
        assert client.post(reverse(name, args=[article.pk]), {"act": "publish"}).status_code == 403
        article.refresh_from_db()
        assert article.state == "draft"

    def test_the_desk_is_not_named_to_readers(self, client: Client, reader: User) -> None:
        client.force_login(reader)
        assert "/desk/" not in client.get("/search/").content.decode()

    def test_an_editor_whose_account_is_closed_is_out(self, client: Client, editor: User) -> None:
        client.force_login(editor)
        editor.is_active = False
        editor.save()
        assert client.get("/desk/").status_code == 302


class TestOneTimePassword:
    @pytest.fixture
    def newcomer(self, client: Client, editor: User) -> Client:
        editor.must_change_password = True
        editor.save()
        client.force_login(editor)
        return client

    @pytest.mark.parametrize("path", [*READING, "/desk/", "/admin/"])
    def test_leads_to_the_change_form_and_nowhere_else(self, newcomer: Client, path: str) -> None:
        response = newcomer.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/password/")

    def test_json_says_403(self, newcomer: Client) -> None:
        response = newcomer.get("/search.json")
        assert response.status_code == 403
        assert "一次性密码" in response.json()["error"]

    def test_a_form_is_not_taken_either(self, newcomer: Client) -> None:
        article = ArticleFactory()
        newcomer.post(reverse("desk"), {"article": article.pk})
        article.refresh_from_db()
        assert article.state == "draft"

    def test_changing_it_opens_the_archive(self, newcomer: Client, editor: User) -> None:
        new = "lanterns over the river 7"
        response = newcomer.post(
            "/password/?next=/desk/",
            {"old_password": "correct horse battery", "new_password1": new, "new_password2": new},
        )
        assert (response.status_code, response["Location"]) == (302, "/desk/")
        editor.refresh_from_db()
        assert not editor.must_change_password
        assert editor.check_password(new)
        assert newcomer.get("/desk/").status_code == 200

    def test_the_same_password_again_is_no_change(self, newcomer: Client, editor: User) -> None:
        old = "correct horse battery"
        response = newcomer.post(
            "/password/", {"old_password": old, "new_password1": old, "new_password2": old}
        )
        assert response.status_code == 200
        editor.refresh_from_db()
        assert editor.must_change_password

    def test_a_wrong_old_password_changes_nothing(self, newcomer: Client, editor: User) -> None:
        new = "lanterns over the river 7"
        form = {"old_password": "no", "new_password1": new, "new_password2": new}
        assert newcomer.post("/password/", form).status_code == 200
        editor.refresh_from_db()
        assert editor.must_change_password

    def test_logging_out_is_always_possible(self, newcomer: Client) -> None:
        assert newcomer.post("/logout/").status_code == 302


class TestLogin:
    def test_a_wrong_password_is_said_in_chinese(self, client: Client, reader: User) -> None:
        response = client.post("/login/", {"username": reader.username, "password": "no"})
        assert "账号或密码不对" in response.content.decode()

    def test_leads_back_but_never_to_another_host(self, client: Client, reader: User) -> None:
        form = {"username": reader.username, "password": "correct horse battery"}
        assert client.post("/login/", {**form, "next": "/districts/"})["Location"] == "/districts/"
        assert client.post("/login/", {**form, "next": "https://example.com/"})["Location"] == "/search/"

    def test_leaving_needs_a_form(self, client: Client, reader: User) -> None:
        client.force_login(reader)
        assert client.get("/logout/").status_code == 405


def test_what_the_pages_name_is_there() -> None:
    for path in ("css/archive.css", "css/reading.css", "css/desk.css", "css/print.css", "img/favicon.svg"):
        assert finders.find(path)
    for path in ("js/theme.js", "js/archive.js", "js/upload.js", "js/review.js"):
        assert finders.find(path)


def test_a_form_without_its_token_is_refused_in_chinese(editor: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    response = client.post("/desk/upload/")
    assert response.status_code == 403
    assert "表单已过期" in response.content.decode()

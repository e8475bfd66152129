"""Removing for good: who may, what the page says before, what old links answer afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports import workflow
from reports.models import Accession, Article, Purge, User
from reports.workflow.purge_records import discard_originals
from tests.factories import AccessionFactory, ArticleFactory, InitiativeMentionFactory
from tests.receiving import drafted

from .conftest import text_file

pytestmark = pytest.mark.django_db

TWO = """标题：堤上装了灯
作者：顾一舟
正文：
堤上先后装了12盏灯，夜里也能走。

标题：河边种了树
作者：方禾
正文：
河边种了树，夏天有了荫凉。
"""


@pytest.fixture
def office(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


@pytest.fixture
def two(editor: User) -> list[Article]:
    return [workflow.publish(article, editor) for article in drafted(TWO.encode(), "一版.txt", editor)]


def address(article: Article) -> str:
    return reverse("purge", args=[article.pk])


def typed(number: object, reason: str = "含有个人隐私") -> dict[str, str]:
    return {"reason": reason, "confirmation": str(number)}


def text_of(response: Any) -> str:
    return response.content.decode()


class TestWhoMay:
    @pytest.mark.parametrize("account", ["reader", "editor"])
    def test_others_are_refused_and_nothing_goes(
        self, client: Client, request: pytest.FixtureRequest, account: str
    ) -> None:
        article = ArticleFactory()
        client.force_login(request.getfixturevalue(account))
        for url in (address(article), reverse("purge_accession", args=[article.accession_id])):
            assert client.get(url).status_code == 403
            response = client.post(url, typed(article.pk))
            assert response.status_code == 403
            assert "只有管理员" in text_of(response)
        assert Article.objects.filter(pk=article.pk).exists()

    def test_strangers_are_asked_to_log_in(self, client: Client) -> None:
        assert client.post(address(ArticleFactory()), typed(1)).status_code == 302

    def test_only_admins_are_shown_the_way(self, client: Client, editor: User, administrator: User) -> None:
        article = ArticleFactory()
        AccessionFactory(failure="读不了")
        pages = [reverse("review", args=[article.pk]), reverse("desk") + "?queue=failed"]
        client.force_login(editor)
        assert not any("彻底删除" in text_of(client.get(page)) for page in pages)
        client.force_login(administrator)
        assert all("彻底删除" in text_of(client.get(page)) for page in pages)


class TestThePage:
    def test_says_what_goes_and_what_stays(self, office: Client, two: list[Article]) -> None:
        InitiativeMentionFactory(article=two[0], initiative__name="独此一处工程")
        alike = ArticleFactory(headline=two[0].headline)
        html = text_of(office.get(address(two[0])))
        for words in ("堤上装了灯", "一版.txt", "独此一处工程", "无法恢复", "河边种了树", "整份删除"):
            assert words in html
        assert reverse("review", args=[alike.pk]) in html
        assert f"请输入编号 {two[0].pk} 以确认" in html

    def test_looking_at_it_removes_nothing(self, office: Client) -> None:
        article = ArticleFactory()
        office.get(address(article))
        office.head(address(article))
        assert Article.objects.filter(pk=article.pk).exists()

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"reason": "隐私", "confirmation": "99999"}, "编号不符"),
            ({"reason": "隐私", "confirmation": ""}, "请输入编号"),
            ({"reason": " ", "confirmation": "{}"}, "请写明"),
            ({}, "请输入编号"),
        ],
    )
    def test_without_the_number_or_a_reason_nothing_goes_and_what_was_typed_stays(
        self, office: Client, given: dict[str, str], said: str
    ) -> None:
        article = ArticleFactory()
        data = {name: value.format(article.pk) for name, value in given.items()}
        response = office.post(address(article), data)
        assert response.status_code == 422
        assert said in text_of(response)
        assert data.get("reason", "").strip() in text_of(response)
        assert Article.objects.filter(pk=article.pk).exists()

    def test_full_width_digits_are_digits(self, office: Client) -> None:
        article = ArticleFactory(pk=12)
        assert office.post(address(article), typed("１２ ")).status_code == 302
        assert not Article.objects.exists()

    def test_a_whole_document_goes(self, office: Client, two: list[Article]) -> None:
        accession = two[0].accession
        url = reverse("purge_accession", args=[accession.pk])
        html = text_of(office.get(url))
        assert "堤上装了灯" in html
        assert "河边种了树" in html
        assert office.post(url, typed(accession.pk)).status_code == 302
        assert not Accession.objects.exists()

    def test_a_container_is_refused_on_the_page(self, office: Client) -> None:
        member = AccessionFactory(container=AccessionFactory(file_name="一批.zip"))
        assert member.container is not None
        response = office.post(
            reverse("purge_accession", args=[member.container.pk]), typed(member.container.pk)
        )
        assert response.status_code == 422
        assert "逐份" in text_of(response)

    def test_an_article_is_never_markup_here(self, office: Client) -> None:
        article = ArticleFactory(headline="<script>alert(1)</script>")
        assert "<script>alert" not in text_of(office.get(address(article)))

    def test_done_leads_to_the_desk_which_says_how_far_it_is(self, office: Client) -> None:
        article = ArticleFactory()
        response = office.post(address(article), typed(article.pk), follow=True)
        html = text_of(response)
        assert f"已彻底删除：报道 {article.pk}" in html
        # Nothing is cleared inside a test's transaction.
        assert "正在清除" in html
        assert "1 项彻底删除还在清除" in html
        Purge.objects.update(cleared_at="2022-01-01T00:00Z")
        assert "还在清除" not in text_of(office.get(reverse("desk")))


class TestAfterwards:
    def test_old_links_answer_410_and_say_why_without_the_text(
        self, client: Client, two: list[Article], administrator: User
    ) -> None:
        workflow.purge(two[0], administrator, "里面有身份证号")
        for name in ("article", "original"):
            response = client.get(reverse(name, args=[two[0].pk]))
            assert response.status_code == 410
            html = text_of(response)
            assert "已经删除" in html
            assert f"编号 {two[0].pk}" in html
            for words in ("堤上装了灯", "身份证号", administrator.username, "一版.txt"):
                assert words not in html

    def test_an_article_that_never_was_is_404(self, client: Client) -> None:
        assert client.get(reverse("article", args=[77])).status_code == 404

    def test_the_document_of_an_article_that_stayed_is_explained(
        self, client: Client, two: list[Article], administrator: User, editor: User
    ) -> None:
        workflow.purge(two[0], administrator, "隐私")
        discard_originals([two[0].accession.sha256])  # follows the commit, which a test has not
        assert client.get(reverse("article", args=[two[1].pk])).status_code == 200
        response = client.get(reverse("original", args=[two[1].pk]))
        assert response.status_code == 410
        assert "这份原件已经删除" in text_of(response)
        client.force_login(editor)
        assert "彻底删除" in text_of(client.get(reverse("review", args=[two[1].pk])))

    def test_the_page_that_removes_is_gone_with_it(
        self, office: Client, two: list[Article], administrator: User
    ) -> None:
        workflow.purge(two[0], administrator, "隐私")
        assert office.get(address(two[0])).status_code == 410
        assert office.post(address(two[0]), typed(two[0].pk)).status_code == 410

    def test_the_same_file_uploaded_again_is_refused_in_plain_words(
        self, office: Client, two: list[Article], administrator: User
    ) -> None:
        workflow.purge(two[0], administrator, "隐私")
        response = office.post(reverse("upload"), {"chosen": text_file("再传.txt", TWO)})
        assert "由管理员彻底删除，没有再次收录" in text_of(response)


class TestTheAdmin:
    def test_the_record_can_be_read_and_neither_changed_nor_deleted(
        self, office: Client, administrator: User
    ) -> None:
        purge = workflow.purge(ArticleFactory(), administrator, "隐私")
        listed = text_of(office.get(reverse("admin:reports_purge_changelist")))
        assert str(purge) in listed
        assert "索引清除中" in listed
        page = reverse("admin:reports_purge_change", args=[purge.pk])
        assert office.get(page).status_code == 200
        assert office.post(page, {"reason": "改写"}).status_code == 403
        assert office.post(reverse("admin:reports_purge_delete", args=[purge.pk])).status_code == 403
        assert office.get(reverse("admin:reports_purge_add")).status_code == 403
        data = {"action": "delete_selected", "_selected_action": [purge.pk], "post": "yes"}
        office.post(reverse("admin:reports_purge_changelist"), data)
        assert Purge.objects.get().reason == "隐私"
        Purge.objects.update(cleared_at="2022-01-01T00:00Z")
        assert "已清除" in text_of(office.get(reverse("admin:reports_purge_changelist")))

    def test_superusers_cannot_either(self, client: Client, administrator: User) -> None:
        purge = workflow.purge(ArticleFactory(), administrator, "隐私")
        client.force_login(User.objects.create_superuser("root"))
        assert client.post(reverse("admin:reports_purge_delete", args=[purge.pk])).status_code == 403

    def test_editors_do_not_see_it(self, client: Client, editor: User) -> None:
        client.force_login(editor)
        assert client.get(reverse("admin:reports_purge_changelist")).status_code == 403

    def test_articles_and_documents_lead_to_the_page(self, office: Client) -> None:
        article = ArticleFactory()
        page = office.get(reverse("admin:reports_article_change", args=[article.pk]))
        assert address(article) in text_of(page)
        page = office.get(reverse("admin:reports_accession_change", args=[article.accession_id]))
        assert reverse("purge_accession", args=[article.accession_id]) in text_of(page)

"""The reading page and the original."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports import workflow
from reports.models import Article, User
from tests.factories import (
    ArticleDistrictFactory,
    ArticleFactory,
    ContributorFactory,
    DistrictFactory,
    FigureFactory,
    InitiativeMentionFactory,
    PullQuoteFactory,
    StatisticFactory,
)
from tests.receiving import drafted

from .pages import XSS

pytestmark = pytest.mark.django_db


def read(client: Client, article: Article, query: str = "") -> str:
    response = client.get(reverse("article", args=[article.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def article() -> Article:
    article = ArticleFactory(
        published=True,
        kicker="引题在上",
        deck="副题在下",
        lead="第一段导语。\n第二段导语。",
        furniture="扫码看更多",
        district=DistrictFactory(),
        source="样报",
        year=2022,
        published_on=date(2022, 3, 4),
        page_label="A03",
        sections=[("甲节", "甲节正文。"), ("", "没有小标题的一节，照样有自己的位置。")],
    )
    FigureFactory(article=article, number=1, caption="图片说明在此", credit="某某摄")
    PullQuoteFactory(article=article, position=1, text="拉出来的一句")
    ContributorFactory(article=article, name="顾一舟", position=1)
    return article


def test_everything_the_article_holds_is_on_the_page(client: Client, article: Article) -> None:
    InitiativeMentionFactory(article=article, initiative__name="晚灯计划")
    ArticleDistrictFactory(article=article, district__name="另一区")
    StatisticFactory(article=article)
    html = read(client, article)
    for text in (
        article.headline, "引题在上", "副题在下", "第一段导语。", "第二段导语。", "甲节正文。",
        "图片说明在此", "某某摄", "拉出来的一句", "顾一舟", "扫码看更多", "晚灯计划",
        "另一区", "12个", "样报", "A03 版",
    ):  # fmt: skip
        assert text in html


def test_sections_figures_and_quotes_have_their_anchors(client: Client, article: Article) -> None:
    html = read(client, article)
    for anchor in ("lead", "s1", "s2", "f1", "q1"):
        assert f'id="{anchor}"' in html
    for anchor in ("lead", "s1", "s2"):
        assert f'href="#{anchor}"' in html


def test_an_article_is_never_markup(client: Client) -> None:
    article = ArticleFactory(
        published=True, headline=XSS, kicker=XSS, lead=XSS, furniture=XSS, source=XSS, sections=[(XSS, XSS)]
    )
    ContributorFactory(article=article, name=XSS)
    FigureFactory(article=article, caption=XSS, credit=XSS)
    for query in ("", "?q=script", "?q=%3Cscript%3E"):
        assert "<script>alert" not in read(client, article, query)


class TestMarks:
    @pytest.mark.parametrize(
        ("q", "marked"),
        [
            ("导语", ["导语", "导语"]),
            ("導語", ["导语", "导语"]),
            ("甲节 导语", ["导语", "导语", "甲节", "甲节"]),
            ("“第一段导”", ["第一段导"]),
            ("导语 -甲节", ["导语", "导语"]),
            ("标题:导语", []),
            ("小标题:甲节", ["甲节"]),
            ("图片:说明", ["说明"]),
            ("", []),
        ],
    )
    def test_the_words_of_the_query_are_marked_as_printed(
        self, client: Client, article: Article, q: str, marked: list[str]
    ) -> None:
        sheet = read(client, article, f"?q={q}").split('<article class="sheet"')[1].split("</article>")[0]
        assert sorted(re.findall(r"<mark>(.*?)</mark>", sheet)) == sorted(marked)

    def test_an_unbroken_query_that_stands_nowhere_marks_its_words(self, client: Client) -> None:
        article = ArticleFactory(published=True, lead="社区里有网格，也有热线。")
        assert "<mark>社区</mark>" in read(client, article, "?q=社区热线")

    def test_marks_land_on_full_width_and_spaced_characters(self, client: Client) -> None:
        article = ArticleFactory(published=True, lead="构建Ａ１ 模 式以后")
        assert "<mark>Ａ１ 模 式</mark>" in read(client, article, "?q=a1模式")

    @pytest.mark.parametrize("q", ["((((", "%00", "x" * 3000, '"', "标题:", "NOT", "*"])
    def test_no_query_breaks_the_page(self, client: Client, article: Article, q: str) -> None:
        read(client, article, f"?q={q}")


def test_the_way_back_leads_to_the_same_results(client: Client, article: Article) -> None:
    html = read(client, article, "?q=导语&district=330110&page=3&sort=date")
    assert 'href="/search/?q=%E5%AF%BC%E8%AF%AD&amp;district=330110&amp;sort=date&amp;page=3"' in html


class TestStates:
    def test_a_withdrawn_article_back_on_the_desk_still_says_it_was_withdrawn(self, client: Client) -> None:
        article = ArticleFactory(withdrawn=True)
        workflow.return_to_draft(article)
        assert client.get(reverse("article", args=[article.pk])).status_code == 410

    def test_a_withdrawn_article_is_gone_and_says_so(self, client: Client) -> None:
        article = ArticleFactory(withdrawn=True, lead="秘不示人")
        for name in ("article", "original"):
            response = client.get(reverse(name, args=[article.pk]))
            assert response.status_code == 410
            assert "已经撤回" in response.content.decode()
            assert "秘不示人" not in response.content.decode()

    @pytest.mark.parametrize("state", [{}, {"in_review": True}])
    def test_what_was_never_published_is_not_there_for_readers(
        self, client: Client, reader: User, state: dict[str, Any]
    ) -> None:
        article = ArticleFactory(**state)
        client.force_login(reader)
        for name in ("article", "original"):
            assert client.get(reverse(name, args=[article.pk])).status_code == 404

    def test_editors_see_it_and_are_told_that_readers_do_not(self, desk: Client) -> None:
        assert "读者看不到" in read(desk, ArticleFactory())

    @pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999"])
    def test_a_number_that_was_never_given_is_404(self, client: Client, number: str) -> None:
        assert client.get(f"/articles/{number}/").status_code == 404
        assert client.get(f"/articles/{number}/original").status_code == 404


class TestOriginal:
    def download(self, client: Client, editor: User, data: bytes, name: str) -> Any:
        (article,) = drafted(data, name, editor)
        article = workflow.publish(article, editor)
        return client.get(reverse("original", args=[article.pk]))

    @pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16"])
    def test_the_bytes_are_those_that_were_uploaded(self, client: Client, editor: User, charset: str) -> None:
        data = "晚间窗口开了\n\n一年下来办了一千多件事，街坊都说方便。\n".encode(charset)
        assert self.download(client, editor, data, "甲.txt").content == data

    def test_the_name_is_the_one_it_had(self, client: Client, editor: User) -> None:
        data = "晚间窗口开了\n\n一年下来办了一千多件事，街坊都说方便。\n".encode()
        response = self.download(client, editor, data, "晚灯 计划（二）.txt")
        assert response["Content-Disposition"] == (
            "attachment; filename*=utf-8''"
            "%E6%99%9A%E7%81%AF%20%E8%AE%A1%E5%88%92%EF%BC%88%E4%BA%8C%EF%BC%89.txt"
        )

    def test_it_is_never_run_as_a_page(self, client: Client, editor: User) -> None:
        data = "晚间窗口开了\n\n街坊在留言里写了 <script>alert(1)</script>，照录如此。\n".encode()
        response = self.download(client, editor, data, "页面.txt")
        assert response["Content-Type"].startswith("text/plain")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"].startswith("attachment")


def test_the_address_of_before_leads_to_the_article(client: Client) -> None:
    answer = client.get("/reports/12/?q=%E6%99%92%E5%9C%BA")
    assert (answer.status_code, answer["Location"]) == (301, "/articles/12/?q=%E6%99%92%E5%9C%BA")
    assert client.get("/reports/12/original").status_code == 404

"""The reading page and the original."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

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
        assert sorted(re.findall(r"<mark[^>]*>(.*?)</mark>", sheet)) == sorted(marked)

    def test_an_unbroken_query_that_stands_nowhere_marks_its_words(self, client: Client) -> None:
        article = ArticleFactory(published=True, lead="社区里有网格，也有热线。")
        assert '<mark id="m1">社区</mark>' in read(client, article, "?q=社区热线")

    def test_marks_land_on_full_width_and_spaced_characters(self, client: Client) -> None:
        article = ArticleFactory(published=True, lead="构建Ａ１ 模 式以后")
        assert '<mark id="m1">Ａ１ 模 式</mark>' in read(client, article, "?q=a1模式")

    @pytest.mark.parametrize("q", ["((((", "%00", "x" * 3000, '"', "标题:", "NOT", "*"])
    def test_no_query_breaks_the_page(self, client: Client, article: Article, q: str) -> None:
        read(client, article, f"?q={q}")


class TestMatches:
    def test_the_marks_are_numbered_in_the_order_of_the_page(self, client: Client, article: Article) -> None:
        html = read(client, article, "?q=导语 甲节 说明 拉出来")
        numbers = re.findall(r'<mark id="m(\d+)">(.*?)</mark>', html)
        assert numbers == [
            ("1", "导语"), ("2", "导语"), ("3", "甲节"), ("4", "甲节"), ("5", "说明"), ("6", "拉出来"),
        ]  # fmt: skip

    def test_every_match_can_be_reached_without_script(self, client: Client, article: Article) -> None:
        html = read(client, article, "?q=导语 甲节")
        bar = html.split('<nav class="matches"')[1].split("</nav>")[0]
        assert "命中 4 处" in bar
        assert re.findall(r'<a href="#m(\d+)">\1</a>', bar) == ["1", "2", "3", "4"]
        assert set(re.findall(r'href="#(m\d+)"', bar)) <= set(re.findall(r'id="(m\d+)"', html))

    def test_each_word_has_its_count(self, client: Client, article: Article) -> None:
        bar = (
            read(client, article, "?q=第二段导语 OR 导语").split('<nav class="matches"')[1].split("</nav>")[0]
        )
        words = re.findall(r'<a href="#(m\d+)">(\S+) <span class="count">(\d+)</span>', bar)
        assert words == [("m1", "导语", "1"), ("m2", "第二段导语", "1")]

    def test_without_matches_there_is_no_bar(self, client: Client, article: Article) -> None:
        for query in ("", "?q=别处才有"):
            assert 'class="matches"' not in read(client, article, query)

    def test_a_paragraph_can_be_addressed(self, client: Client, article: Article) -> None:
        html = read(client, article)
        assert '<p id="lead.p2">第二段导语。</p>' in html
        assert '<p id="s1.p1">甲节正文。</p>' in html


def test_a_hit_leads_to_its_passage(client: Client, published: Article) -> None:
    """The passage that was clicked is where the page opens: the paragraph, not its section."""
    html = client.get("/search/?q=办结事项").content.decode()
    (address,) = re.findall(r'<a class="place" href="([^"]*)"', html)
    path, fragment = address.split("#")
    page = client.get(path.replace("&amp;", "&")).content.decode()
    paragraph = page.split(f'<p id="{fragment}">')[1].split("</p>")[0]
    assert '<mark id="m1">办结事项</mark>' in paragraph
    assert fragment.endswith(".p2")


class TestMetadata:
    def values(self, html: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, content in re.findall(r'<meta name="((?:citation_|DC)[^"]*)" content="([^"]*)">', html):
            found.setdefault(name, []).append(content)
        return found

    def test_reference_managers_read_the_article_as_one_of_a_newspaper(
        self, client: Client, article: Article
    ) -> None:
        ContributorFactory(article=article, name="第二人", position=2)
        assert self.values(read(client, article)) == {
            "citation_title": [f"{article.headline}：副题在下"],
            "citation_author": ["顾一舟", "第二人"],
            "citation_journal_title": ["样报"],
            "citation_publication_date": ["2022/03/04"],
            "citation_firstpage": ["A03"],
            "citation_language": ["zh-CN"],
            "citation_public_url": [f"http://testserver/articles/{article.pk}/"],
            "DC.type": ["newspaperArticle"],
        }

    def test_what_is_not_known_is_left_out(self, client: Client) -> None:
        names = self.values(read(client, ArticleFactory(published=True)))
        assert "citation_publication_date" not in names
        assert "citation_journal_title" not in names

    def test_a_draft_offers_nothing_to_collect(self, desk: Client) -> None:
        assert self.values(read(desk, ArticleFactory())) == {}

    def test_the_canonical_address_is_absolute_and_without_the_search(
        self, client: Client, article: Article
    ) -> None:
        html = read(client, article, "?q=导语&page=2")
        assert f'<link rel="canonical" href="http://testserver/articles/{article.pk}/">' in html


def test_the_citation_has_address_and_day(client: Client, article: Article) -> None:
    cited = re.findall(r'<p id="citation">(.*?)</p>', read(client, article))[0]
    day = timezone.localdate().isoformat()
    assert cited == (
        f"顾一舟. {article.headline}：副题在下[N/OL]. 样报，2022-03-04（A03）[{day}]. "
        f"http://testserver/articles/{article.pk}/."
    )


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

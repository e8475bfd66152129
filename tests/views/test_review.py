"""Reviewing: what is typed is saved, refused with a reason, or kept in the form; never lost."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports import workflow
from reports.models import Article, Event, User
from tests.factories import ArticleFactory, DistrictFactory, FigureFactory, PullQuoteFactory

from .conftest import PAGE
from .pages import XSS

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(draft: Article) -> Article:
    return draft


def address(article: Article) -> str:
    return reverse("review", args=[article.pk])


def form(article: Article, **changes: Any) -> dict[str, Any]:
    """What the browser sends for the article as it stands, with changes."""
    content = workflow.content_of(article)
    return {
        "version": content.version,
        "kicker": content.kicker,
        "headline": content.headline,
        "deck": content.deck,
        "lead": content.lead,
        "district": article.district.full_name if article.district else "",
        "further_districts": "",
        "year": content.year or "",
        "published_on": content.published_on or "",
        "source": content.source,
        "page_label": content.page_label,
        "section_number": [section.number or "" for section in content.sections],
        "section_heading": [section.heading for section in content.sections],
        "section_body": [section.body for section in content.sections],
        "figure_number": [figure.number or "" for figure in content.figures],
        "figure_kind": [figure.kind for figure in content.figures],
        "figure_caption": [figure.caption for figure in content.figures],
        "figure_credit": [figure.credit for figure in content.figures],
        "quote": list(content.pull_quotes),
        "contributor_role": [one.role for one in content.contributors],
        "contributor_name": [one.name for one in content.contributors],
        **changes,
    }


def typed(html: str, name: str) -> list[str]:
    """The values of the inputs of that name, as a browser would send them back."""
    form_part = re.sub(r"<template>.*?</template>", "", html, flags=re.S)
    found = re.findall(rf'<input[^>]*name="{name}"[^>]*>', form_part)
    values = [unescape(m.group(1)) if (m := re.search(r'value="([^"]*)"', tag)) else "" for tag in found]
    areas = re.findall(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', form_part, re.S)
    return values + [unescape(area) for area in areas]


class TestSaving:
    def test_saving_untouched_changes_nothing(self, desk: Client, article: Article) -> None:
        before = workflow.content_of(article)
        html = desk.get(address(article)).content.decode()
        sent = {name: typed(html, name) for name in form(article) if not name.endswith(("_role", "_kind"))}
        sent = {name: values for name, values in sent.items() if values}
        sent["contributor_role"] = [one.role for one in before.contributors]
        sent["figure_kind"] = [one.kind for one in before.figures]
        assert desk.post(address(article), sent).status_code == 302
        article.refresh_from_db()
        assert workflow.content_of(article) == before

    def test_every_field_is_saved(self, desk: Client, article: Article) -> None:
        district = DistrictFactory(name="松林区")
        further = DistrictFactory(name="竹溪区")
        sent = form(
            article,
            headline="改过的主题",
            kicker="新引题",
            deck="新副题",
            lead="一段。\r\n\r\n二段。",
            district=district.key,
            further_districts=further.key,
            published_on="2021-05-06",
            source="晚报",
            page_label="B02",
            section_number=["2", ""],
            section_heading=["后节先行", "新的一节"],
            section_body=["甲", "乙\r\n丙"],
            figure_number=[""],
            figure_kind=["chart"],
            figure_caption=["图说"],
            figure_credit=["制图"],
            quote=["一句", ""],
            contributor_role=["writer"],
            contributor_name=["何川"],
        )
        assert desk.post(address(article), sent).status_code == 302
        article.refresh_from_db()
        content = workflow.content_of(article)
        assert (content.headline, content.kicker, content.deck) == ("改过的主题", "新引题", "新副题")
        assert (content.lead, content.district, content.further_districts) == (
            "一段。\n二段。", district.key, (further.key,),
        )  # fmt: skip
        assert (content.year, content.published_on, content.source) == (2021, date(2021, 5, 6), "晚报")
        assert [(s.heading, s.body) for s in content.sections] == [("后节先行", "甲"), ("新的一节", "乙\n丙")]
        assert content.sections[0].number == 2
        assert [(f.caption, f.kind) for f in content.figures] == [("图说", "chart")]
        assert content.pull_quotes == ("一句",)
        assert [(c.name, c.role) for c in content.contributors] == [("何川", "writer")]

    def test_the_same_form_twice_saves_once(self, desk: Client, article: Article) -> None:
        sent = form(article, headline="改过的主题")
        for _ in range(2):
            assert desk.post(address(article), sent).status_code == 302
        article.refresh_from_db()
        assert article.version == sent["version"] + 1

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"headline": "  "}, "请填写主题"),
            ({"headline": "长" * 501}, "500"),
            ({"year": "前年"}, "年份请写四位数字"),
            ({"year": "1234"}, "1900"),
            ({"published_on": "2023-02-30"}, "日期请写成"),
            ({"district": "没有这个地方"}, "没有这个地方"),
            ({"contributor_role": ["king"], "contributor_name": ["某"]}, "身份无效"),
            ({"section_number": ["77"], "section_heading": ["x"], "section_body": ["y"]}, "编号不属于"),
        ],
    )
    def test_what_cannot_be_saved_is_said_and_nothing_typed_is_lost(
        self, desk: Client, article: Article, changes: dict[str, Any], words: str
    ) -> None:
        before = workflow.content_of(article)
        sent = form(article, **{"kicker": "刚刚写下的引题", **changes})
        response = desk.post(address(article), sent)
        html = response.content.decode()
        assert response.status_code == 422
        assert words in html
        assert typed(html, "kicker") == ["刚刚写下的引题"]
        assert typed(html, "section_body") == sent["section_body"]
        article.refresh_from_db()
        assert workflow.content_of(article) == before

    @pytest.mark.parametrize("sent", [{}, {"version": "x"}, {"version": "1", "headline": "只有主题"}])
    def test_half_a_form_is_no_500(self, desk: Client, article: Article, sent: dict[str, str]) -> None:
        assert desk.post(address(article), sent).status_code in {302, 422}


class TestConflict:
    def test_both_versions_survive(self, desk: Client, article: Article, other_editor: User) -> None:
        mine = form(article, headline="我的主题", lead="我写的导语")
        theirs = workflow.content_of(article)
        workflow.edit(article, type(theirs)(version=theirs.version, headline="别人的主题"), other_editor)
        response = desk.post(address(article), mine)
        html = response.content.decode()
        assert response.status_code == 409
        assert other_editor.username in html
        assert typed(html, "headline") == ["我的主题"]
        assert typed(html, "lead") == ["我写的导语"]
        assert typed(html, "section_body") == mine["section_body"]
        article.refresh_from_db()
        assert article.headline == "别人的主题"

        again = {name: typed(html, name) for name in mine if typed(html, name)}
        again["contributor_role"] = mine["contributor_role"]
        assert desk.post(address(article), again).status_code == 302
        article.refresh_from_db()
        assert article.headline == "我的主题"
        assert len(workflow.content_of(article).sections) == len(mine["section_body"])


class TestSteps:
    def test_publishing_saves_first(self, desk: Client, article: Article) -> None:
        sent = form(article, headline="改过再发", act="publish")
        assert desk.post(address(article), sent)["Location"] == "/desk/"
        article.refresh_from_db()
        assert (article.state, article.headline) == ("published", "改过再发")
        assert desk.post(address(article), sent).status_code == 302
        assert Article.objects.count() == 1

    def test_submitting_and_returning(self, desk: Client, article: Article) -> None:
        for act, state in (("submit", "in_review"), ("return", "draft")):
            desk.post(address(article), form(article, act=act))
            article.refresh_from_db()
            assert article.state == state

    def test_withdrawing_asks_for_a_reason(self, desk: Client) -> None:
        article = ArticleFactory(published=True)
        response = desk.post(address(article), {"act": "withdraw", "reason": " "}, follow=True)
        assert "请写明撤回的原因" in response.content.decode()
        article.refresh_from_db()
        assert article.state == "published"
        desk.post(address(article), {"act": "withdraw", "reason": "重复登载"})
        article.refresh_from_db()
        assert (article.state, article.withdrawal_reason) == ("withdrawn", "重复登载")

    def test_a_step_the_state_does_not_allow_is_refused_in_words(self, desk: Client) -> None:
        article = ArticleFactory(withdrawn=True)
        response = desk.post(address(article), form(article, act="publish"), follow=True)
        assert "不能发布" in response.content.decode()
        article.refresh_from_db()
        assert article.state == "withdrawn"

    def test_reading_changes_nothing(self, desk: Client, article: Article) -> None:
        for query in ("?act=publish", "?arrange=sections:remove:0"):
            assert desk.get(address(article) + query).status_code == 200
        article.refresh_from_db()
        assert article.state == "draft"

    def test_publishing_what_is_ticked(self, desk: Client, article: Article) -> None:
        other = ArticleFactory()
        ticked = [f"{article.pk}-{article.version}", "x", "99999999999999999999-1"]
        desk.post("/desk/", {"article": ticked, "act": "all"})
        article.refresh_from_db()
        other.refresh_from_db()
        assert (article.state, other.state) == ("published", "draft")


class TestArranging:
    def test_rows_move_without_being_saved(self, desk: Client, article: Article) -> None:
        sent = form(article, headline="正在改", arrange="sections:down:0")
        response = desk.post(address(article), sent)
        html = response.content.decode()
        assert response.status_code == 200
        assert typed(html, "section_body") == sent["section_body"][::-1]
        assert typed(html, "section_number") == [str(n) for n in sent["section_number"][::-1]]
        assert typed(html, "headline") == ["正在改"]
        article.refresh_from_db()
        assert article.headline != "正在改"

    def test_splitting_without_a_cut_mark_says_what_to_do(self, desk: Client, article: Article) -> None:
        html = desk.post(address(article), form(article, arrange="sections:split:0")).content.decode()
        assert "单独写一行 ---" in html


class TestPage:
    def test_the_source_stands_beside_with_lines_and_roles(self, desk: Client, article: Article) -> None:
        html = desk.get(address(article)).content.decode()
        lines = re.findall(r'<tr id="L(\d+)" class="role-(\w+)[^>]*>.*?class="text">(.*?)</td>', html)
        assert [text for _, _, text in lines] == PAGE.splitlines()
        assert [int(number) for number, _, _ in lines] == list(range(1, len(lines) + 1))
        assert {"headline", "paragraph"} <= {role for _, role, _ in lines}
        for line in ("窗口跟着人走", "哪些事项能在晚间办"):
            assert line in html.split('class="split"')[0]

    def test_problems_lead_to_their_lines(self, desk: Client, article: Article) -> None:
        article.problems = [{"code": "x", "message": "此处存疑", "line": 3}]
        article.save()
        html = desk.get(address(article)).content.decode()
        assert re.search(r'href="#L3">第 3 行</a> 此处存疑', html)

    def test_a_missing_original_is_said_and_the_form_still_works(self, desk: Client) -> None:
        article = ArticleFactory()
        response = desk.get(address(article))
        assert response.status_code == 200
        assert "原件" in response.content.decode()
        assert desk.post(address(article), form(article, headline="照样能改")).status_code == 302

    def test_nothing_in_an_article_is_markup(self, desk: Client) -> None:
        article = ArticleFactory(
            headline=XSS, lead="</textarea>" + XSS, sections=[(XSS, "</textarea>" + XSS)]
        )
        FigureFactory(article=article, caption=XSS)
        PullQuoteFactory(article=article, text="</textarea>" + XSS)
        html = desk.get(address(article)).content.decode()
        assert "<script>alert" not in html
        assert typed(html, "section_heading") == [XSS]

    def test_a_body_that_begins_with_a_blank_line_is_sent_back_whole(self, desk: Client) -> None:
        html = desk.get(address(ArticleFactory(sections=[("甲", "\n\n第三行")]))).content.decode()
        assert typed(html, "section_body") == ["\n\n第三行"]

    def test_the_chooser_knows_districts_of_the_same_name(self, desk: Client) -> None:
        names = desk.get("/desk/districts.json?q=鼓楼").json()["names"]
        assert "南京市鼓楼区" in names
        assert "徐州市鼓楼区" in names
        assert desk.get("/desk/districts.json").json() == {"names": []}

    def test_an_article_that_is_not_there_is_404(self, desk: Client) -> None:
        assert desk.get("/desk/review/999999/").status_code == 404


class TestHistory:
    def test_changes_are_shown_and_can_be_taken_back(self, desk: Client, article: Article) -> None:
        first = article.headline
        desk.post(address(article), form(article, headline="窗口改了名"))
        url = reverse("history", args=[article.pk])
        html = desk.get(url).content.decode()
        assert "<ins>" in html
        assert "窗口改了名" in re.sub(r"<del>.*?</del>|</?ins>", "", html)
        oldest = workflow.revisions(article)[-1]
        desk.post(url, {"revision": oldest.id})
        article.refresh_from_db()
        assert article.headline == first
        assert len(workflow.revisions(article)) == 3

    @pytest.mark.parametrize("query", ["?older=x&newer=y", "?newer=999999", "?older="])
    def test_a_revision_that_is_not_there_is_no_500(self, desk: Client, article: Article, query: str) -> None:
        assert desk.get(reverse("history", args=[article.pk]) + query).status_code == 200

    def test_a_revision_of_another_article_is_not_restored(self, desk: Client, article: Article) -> None:
        other = ArticleFactory(headline="别的报道")
        foreign = workflow.revisions(article)[0]
        desk.post(reverse("history", args=[other.pk]), {"revision": foreign.id})
        other.refresh_from_db()
        assert other.headline == "别的报道"


def test_a_year_that_contradicts_the_date_is_refused(desk: Client, article: Article) -> None:
    changes = {"year": "2019", "published_on": "2024-05-06", "act": "save"}
    response = desk.post(address(article), form(article, **changes))
    assert response.status_code == 422
    assert "年份与见报日期不一致" in response.content.decode()
    article.refresh_from_db()
    assert article.year != 2024


def test_a_second_withdrawal_says_that_the_first_one_stands(desk: Client, published: Article) -> None:
    for reason in ("数字有误", "重复"):
        page = desk.post(address(published), {"act": "withdraw", "reason": reason}, follow=True)
    assert "此前已经撤回" in page.content.decode()
    published.refresh_from_db()
    assert published.withdrawal_reason == "数字有误"


def test_publishing_from_the_queue_says_how_many_have_open_questions(desk: Client, article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(problems=[{"code": "x", "message": "请核对。", "line": 1}])
    sent = {"article": f"{article.pk}-{article.version}", "act": "all"}
    page = desk.post(reverse("desk"), sent, follow=True)
    assert "其中 1 篇还有待核对之处" in page.content.decode()


def test_an_editor_who_confirms_an_inferred_year_makes_it_a_set_one(desk: Client) -> None:
    article = ArticleFactory(
        year=2019,
        year_basis="inferred",
        year_evidence="2019年已过半",
        problems=[{"code": "year_inferred", "message": "年份推定为2019年。", "line": None}],
    )
    assert 'name="year_confirmed"' in desk.get(address(article)).content.decode()
    desk.post(address(article), form(article, year_confirmed="on", act="save"))
    confirmed = Article.objects.get(pk=article.pk)
    assert (confirmed.year, confirmed.year_basis, confirmed.year_evidence) == (2019, "set", "")
    assert (confirmed.version, confirmed.problems) == (2, [])
    assert Event.objects.get(act="edit").after == "第2版：年份依据"
    assert 'name="year_confirmed"' not in desk.get(address(article)).content.decode()
    desk.post(address(article), form(confirmed, year_confirmed="on", act="save"))
    confirmed.refresh_from_db()
    assert confirmed.version == 2


def test_a_year_changed_and_ticked_is_the_changed_one(desk: Client) -> None:
    article = ArticleFactory(year=2019, year_basis="inferred", year_evidence="2019年已过半")
    desk.post(address(article), form(article, year="", year_confirmed="on", act="save"))
    article.refresh_from_db()
    assert (article.year, article.year_basis) == (None, "")


def test_a_confirmation_after_another_edit_is_a_conflict(desk: Client) -> None:
    article = ArticleFactory(year=2019, year_basis="inferred", year_evidence="2019年已过半")
    sent = form(article, year_confirmed="on", act="save")
    Article.objects.filter(pk=article.pk).update(version=3)
    answer = desk.post(address(article), sent)
    assert answer.status_code == 409
    assert "checked" in answer.content.decode().split('name="year_confirmed"')[1].split(">")[0]
    article.refresh_from_db()
    assert article.year_basis == "inferred"


def test_an_inferred_year_is_shown_with_its_evidence_until_an_editor_sets_one(desk: Client) -> None:
    article = ArticleFactory(
        year=2019,
        year_basis="inferred",
        year_evidence="2019年已过半",
        problems=[{"code": "year_inferred", "message": "年份推定为2019年。", "line": None}],
    )
    assert "推定，依据文中“2019年已过半”" in desk.get(address(article)).content.decode()
    desk.post(address(article), form(article, headline="改了题目", act="save"))
    article.refresh_from_db()
    assert (article.year_basis, article.year_evidence) == ("inferred", "2019年已过半")
    desk.post(address(article), form(article, year="2020", act="save"))
    article.refresh_from_db()
    assert (article.year, article.year_basis, article.year_evidence) == (2020, "set", "")
    assert article.problems == []
    assert "推定" not in desk.get(address(article)).content.decode()
    desk.post(address(article), form(article, year="", act="save"))
    article.refresh_from_db()
    assert (article.year, article.year_basis) == (None, "")

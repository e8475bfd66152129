"""Questions, and sentences with names in them, become searches that the page tells of."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from reports.search import ResultPage, SearchRequest, iterate_hits, search
from reports.search.indexing import rebuild
from reports.search.request import Scope, Sort
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def asked(q: str, **fields: Any) -> ResultPage:
    page = search(SearchRequest(q=q, **fields))
    assert [hit.id for hit in iterate_hits(page.request)] == [hit.id for hit in page.hits]
    assert search(page.request).total == page.total
    return page


def parameters(page: ResultPage) -> dict[str, list[str]]:
    """What stands in the address, without the question."""
    given: dict[str, list[str]] = {}
    for name, value in page.request.parameters():
        if name != "asked":
            given.setdefault(name, []).append(value)
    return given


@pytest.mark.parametrize(
    ("question", "expected", "total"),
    [
        ("哪些区县推行了晚灯工程？", {"initiative": ["wan-deng"]}, 1),
        ("什么是点灯行动", {"initiative": ["wan-deng"]}, 1),
        ("請問哪個地方搞了晚燈工程", {"initiative": ["wan-deng"]}, 1),
        ("2022年哪里有水渠？", {"q": ["水渠"], "year": ["2022"]}, 1),
        ("高新区的党建怎么样？", {"q": ["党建"], "district": ["haimen-gaoxin"]}, 2),
        ("兰溪市市中区2021年做了什么？", {"district": ["330102"], "year": ["2021"]}, 2),
        ("2022年以来有哪些产业链", {"q": ["产业链"], "from": ["2022-01-01"]}, 3),
        ("2020到2021年哪里修水渠", {"q": ["水渠"], "from": ["2020-01-01"], "to": ["2021-12-31"]}, 1),
        ("2022年以前哪里修水渠", {"q": ["水渠"], "to": ["2021-12-31"]}, 1),
        ("怎样让晒场和水渠不停电？", {"q": ["晒场 OR 水渠"]}, 4),
        ("晒场稻谷怎么办", {"q": ["晒场 OR 稻谷"]}, 2),
    ],
)
def test_names_become_refinements_and_question_words_go(
    searchable: SimpleNamespace, question: str, expected: dict[str, list[str]], total: int
) -> None:
    page = asked(question)
    assert parameters(page) == expected
    assert page.total == total
    assert page.request.question == question
    assert str(page.restated).endswith("照原文查找")


@pytest.mark.parametrize("q", ["水渠归谁管", "水渠", "晒场产业链", "无此词", "“哪些水渠？”", "水渠 OR 哪些"])
def test_what_is_found_or_is_no_question_stays(searchable: SimpleNamespace, q: str) -> None:
    page = asked(q)
    assert page.request.q == q
    assert page.restated is None


def test_a_sentence_with_names_where_its_words_give_nothing(searchable: SimpleNamespace) -> None:
    page = asked("2022年高新区党建的情况")
    assert parameters(page) == {"q": ["党建"], "district": ["haimen-gaoxin"], "year": ["2022"]}
    two = asked("晚灯工程 点灯行动 高新区")
    assert two.request.refinements == {}  # both names would be alternatives
    assert asked("高新区的稻谷").request.q == "高新区的稻谷"  # without hits nothing is gained


def test_a_question_without_hits_tells_what_to_leave_out(searchable: SimpleNamespace) -> None:
    page = asked("高新区有没有水渠？")
    assert parameters(page) == {"q": ["水渠"], "district": ["haimen-gaoxin"]}
    assert {relaxation.label: relaxation.total for relaxation in page.relaxations} == {
        "去掉区县“海门市高新区”": 3,
        "去掉“水渠”": 2,
    }
    assert [(word.term, word.total, word.unrefined) for word in page.words] == [("水渠", 0, 3)]


def test_a_name_that_several_share_selects_them_all_and_says_so(searchable: SimpleNamespace) -> None:
    page = asked("市中区有哪些晒场？")
    assert parameters(page) == {"q": ["晒场"], "district": ["330102", "350202"]}
    assert any("有 2 个" in notice for notice in page.notices)


def test_what_the_reader_has_selected_stays(searchable: SimpleNamespace) -> None:
    page = asked("高新区2022年怎样抓党建？", refinements={"year": ("2024",)}, scope=Scope.SECTION)
    assert parameters(page)["year"] == ["2024"]
    assert page.request.scope is Scope.SECTION
    page = asked("2022年以来怎样抓党建？", date_from=date(2023, 1, 1))
    assert parameters(page) == {"q": ["党建"], "from": ["2023-01-01"]}


def test_one_click_returns_to_the_text_as_typed(searchable: SimpleNamespace) -> None:
    page = asked("哪些区县推行了晚灯工程？")
    literal = search(page.as_typed)
    assert literal.request.q == "哪些区县推行了晚灯工程？"
    assert literal.request.refinements == {}
    assert (literal.total, literal.restated) == (0, None)


def test_another_query_is_no_longer_the_question(searchable: SimpleNamespace) -> None:
    page = asked("高新区的党建怎么样？")
    assert page.request.with_query("水渠").question == ""
    assert page.request.with_toggled("year", "2022").question == page.request.question


def test_the_best_answer_comes_first(db: None) -> None:
    """The words of the search alone would put the shorter article first."""
    filling = "其他情况另行说明。" * 5
    ArticleFactory(published=True, headline="灯塔", lead="灯塔。")
    answer = ArticleFactory(published=True, headline="港务纪事", lead=f"{filling}灯塔由港务局负责看守。")
    rebuild()
    page = asked("请问哪家单位负责看守灯塔？")
    assert page.hits[0].article_id == answer.pk
    question = page.request
    assert search(SearchRequest(q="灯塔")).hits[0].article_id != answer.pk
    assert search(SearchRequest(q="灯塔", asked=question.asked)).hits[0].article_id == answer.pk
    oldest = search(SearchRequest(q="灯塔", asked=question.asked, sort=Sort.OLDEST))
    assert {hit.score for hit in oldest.hits} == {0.0}


def test_passages_show_the_initiative_that_was_asked_for(searchable: SimpleNamespace) -> None:
    (hit,) = asked("哪些区县推行了点灯行动和晚灯工程？").hits
    assert any(
        snippet.text[start:end] == "晚灯工程" for snippet in hit.snippets for start, end in snippet.marks
    )


def test_the_reading_page_marks_what_was_asked_for(
    searchable: SimpleNamespace, client: Client, settings: Any
) -> None:
    settings.ARCHIVE_PUBLIC = True
    question = asked("哪些区县推行了晚灯工程？").request
    html = client.get(f"/articles/{searchable.articles[0].pk}/", dict(question.parameters())).content.decode()
    assert re.search("<mark[^>]*>晚灯工程</mark>", html)


class TestAddresses:
    @pytest.fixture(autouse=True)
    def public(self, settings: Any) -> None:
        settings.ARCHIVE_PUBLIC = True

    def test_the_refinements_stand_in_the_address(self, searchable: SimpleNamespace, client: Client) -> None:
        response = client.get("/search/", {"q": "2022年高新区怎样抓党建？", "sort": "date"})
        assert response.status_code == 302
        assert parse_qs(urlsplit(response["Location"]).query) == {
            "q": ["党建"],
            "district": ["haimen-gaoxin"],
            "year": ["2022"],
            "sort": ["date"],
            "asked": ["2022年高新区怎样抓党建？"],
        }
        html = client.get(response["Location"]).content.decode()
        assert "照原文查找" in html
        assert 'name="asked"' not in html.partition('role="search"')[2].partition("</form>")[0]

    @pytest.mark.parametrize("q", ["党建 年份:2022", "党建 年份：2022年", "年份:（2022） 黨建"])
    def test_a_year_term_becomes_the_refinement(
        self, searchable: SimpleNamespace, client: Client, q: str
    ) -> None:
        response = client.get("/search/", {"q": q})
        given = parse_qs(urlsplit(response["Location"]).query)
        assert given["year"] == ["2022"]
        assert "asked" not in given
        told = client.get("/search.json", {"q": q}).json()
        assert told["query"]["year"] == ["2022"]
        assert told["total"] == client.get("/search.json", {"q": "党建", "year": "2022"}).json()["total"] == 2

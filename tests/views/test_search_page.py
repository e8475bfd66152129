"""The search page shows exactly the result page it is given."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from reports.presentation import district_tree
from reports.presentation.addresses import search_address
from reports.search.page import FacetValue, Hit, Relaxation, ResultPage, Snippet
from reports.search.request import Scope, SearchRequest, Sort

from .pages import XSS, make_hit, make_page, make_snippet, make_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``shown(page)``: the HTML of the search page for a hand-made answer."""

    def show(page: ResultPage, url: str = "") -> str:
        monkeypatch.setattr("reports.views.search.find", lambda request: page)
        response = client.get(url or search_address(page.request))
        assert response.status_code == 200
        return response.content.decode()

    return show


def links(html: str, containing: str) -> list[dict[str, list[str]]]:
    """The query parameters of every search link whose text contains the words."""
    found = re.findall(r'<a [^>]*?href="(/search/[^"]*)"[^>]*>(.*?)</a>', html, re.S)
    return [
        parameters(unescape(address)) for address, text in found if containing in re.sub(r"<[^>]+>", "", text)
    ]


def parameters(address: str) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    for name, value in parse_qsl(urlsplit(address).query):
        chosen.setdefault(name, []).append(value)
    return chosen


class TestEscaping:
    def test_nothing_that_came_from_outside_is_markup(self, shown: Any) -> None:
        hit = make_hit(
            headline=XSS,
            kicker=XSS,
            source=XSS,
            page_label=XSS,
            headline_marks=((0, 3),),
            snippets=(make_snippet(XSS, ((1, 7),)),),
        )
        page = make_page(
            SearchRequest(q=XSS, refinements={"source": (XSS,)}),
            hits=(hit,),
            interpreted=XSS + "!",
            suggestion=XSS,
            notices=(XSS,),
            facets={"source": (FacetValue(XSS, XSS, 3, True),)},
        )
        html = shown(page)
        assert "<script>alert" not in html
        assert "alert(1)" in html
        assert re.search(r"&lt;<mark>script</mark>&gt;alert", html)

    def test_marks_beyond_the_text_or_over_each_other_do_no_harm(self, shown: Any) -> None:
        snippet = make_snippet("一二三四", ((1, 3), (2, 4), (9, 12)))
        html = shown(make_page(hits=(make_hit(snippets=(snippet,)),)))
        assert "一<mark>二三</mark><mark>四</mark>" in html


class TestCount:
    @pytest.mark.parametrize(
        ("scope", "total", "page", "size", "hits", "words"),
        [
            (Scope.ARTICLE, 1, 1, 20, 1, "共 1 篇报道。"),
            (Scope.SECTION, 12345, 2, 20, 20, "共 12,345 个章节，这里是第 21—40 个。"),
            (Scope.FIGURE, 41, 3, 20, 1, "共 41 幅图片，这里是第 41 幅。"),
            (Scope.ARTICLE, 41, 9, 20, 0, "共 41 篇报道，这一页上没有了。"),
            (Scope.SECTION, 0, 1, 20, 0, "没有找到章节。"),
        ],
    )
    def test_says_how_many_of_what_and_which_of_them(
        self, shown: Any, scope: Scope, total: int, page: int, size: int, hits: int, words: str
    ) -> None:
        request = SearchRequest(q="x", scope=scope, page=page, page_size=size)
        html = shown(make_page(request, total=total, hits=tuple(make_hit(n) for n in range(hits))))
        assert f'<h1 id="total">{words}</h1>' in html


class TestFacets:
    def test_a_value_toggles_and_keeps_the_rest_of_the_search(self, shown: Any) -> None:
        request = SearchRequest(
            q="网格 OR 楼宇",
            scope=Scope.SECTION,
            refinements={"district": ("d1",), "year": ("2023",)},
            date_from=date(2020, 1, 1),
            sort=Sort.OLDEST,
            page=3,
        )
        html = shown(make_page(request, facets={"district": make_values(3, selected=(1,))}))
        added, without = links(html, "第0项"), links(html, "非")[0]
        assert without["-district"] == ["d0"]
        (added,) = added
        assert added == {
            "q": ["网格 OR 楼宇"],
            "scope": ["section"],
            "district": ["d1", "d0"],
            "year": ["2023"],
            "from": ["2020-01-01"],
            "sort": ["date"],
        }
        assert all(link.get("district") is None for link in links(html, "第1项"))

    def test_a_long_facet_has_a_page_of_its_own_where_one_chooses_on(self, shown: Any) -> None:
        page = make_page(
            SearchRequest(q="网格", refinements={"initiative": ("i4000",)}, page=2),
            facets={"initiative": make_values(5000, "i", selected=(4000,))},
        )
        html = shown(page)
        assert len(re.findall(r'class="label">', html)) == 9
        assert "全部 5,000 个举措" in html
        (link,) = re.findall(r'href="(/search/values/initiative/[^"]*)"', html)
        whole = shown(page, unescape(link))
        assert len(re.findall(r'class="label">', whole)) == 5000
        assert {"q": ["网格"]} in links(whole, "第4000项")
        assert {"q": ["网格"], "initiative": ["i4000", "i7"]} in links(whole, "第7项")
        chosen_on = re.findall(r'<li[^>]*><a href="([^"]*)"', whole.split("facet-whole")[1])
        assert len(chosen_on) == 5000
        assert all(address.startswith("/search/values/initiative/") for address in chosen_on)
        assert 'data-words="第7项 di7xiang d7x"' in whole

    def test_districts_are_a_tree_that_opens_at_what_is_chosen(
        self, shown: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(district_tree, "_SMALL", 3)
        tree = (
            FacetValue("s1", "云岭省", 9, selected=False),
            FacetValue("s2", "海东省", 5, selected=False),
            FacetValue("c1", "兰溪市", 6, selected=True, parent="s1"),
            FacetValue("c2", "青禾市", 3, selected=False, parent="s1"),
            FacetValue("c3", "海门市", 5, selected=False, parent="s2"),
            FacetValue("d1", "兰溪市市中区", 4, selected=False, parent="c1"),
        )
        request = SearchRequest(q="网格", refinements={"district": ("c1",)})
        html = shown(make_page(request, facets={"district": tree}))
        section = html.split('id="facet-district"')[1].split("</section>")[0]
        assert re.findall(r'<li(?: class="(in-\d)")?>.*?class="label">([^<]+)<', section) == [
            ("", "云岭省"), ("in-1", "兰溪市"), ("in-2", "市中区"), ("in-1", "青禾市"), ("", "海东省"),
        ]  # fmt: skip
        # Down and up in place of what is around or inside; to the side as well.
        assert links(section, "市中区") == [{"q": ["网格"], "district": ["d1"]}]
        assert links(section, "云岭省") == [{"q": ["网格"], "district": ["s1"]}]
        assert links(section, "青禾市") == [{"q": ["网格"], "district": ["c1", "c2"]}]
        assert links(section, "兰溪市") == [{"q": ["网格"]}]

    def test_years_are_columns_and_a_gap_is_seen(self, shown: Any) -> None:
        years = (
            FacetValue("2024", "2024", 8, selected=False),
            FacetValue("2021", "2021", 2, selected=False),
            FacetValue("none", "年份未注明", 1, selected=False),
        )
        html = shown(make_page(SearchRequest(q="网格"), facets={"year": years}))
        chart = html.split('class="year-chart"')[1].split("</svg>")[0]
        heights = re.findall(
            r'aria-label="(\d+) 年，(\d+) 条".*?class="bar".*?height="([\d.]+)"', chart, re.S
        )
        assert heights == [("2021", "2", "13.5"), ("2024", "8", "54.0")]
        assert re.findall(r'<a href="([^"]*)"', chart) == [
            "/search/?q=%E7%BD%91%E6%A0%BC&amp;year=2021",
            "/search/?q=%E7%BD%91%E6%A0%BC&amp;year=2024",
        ]
        assert "年份未注明" in html

    def test_an_excluded_value_is_told_and_can_be_taken_back(self, shown: Any) -> None:
        values = (FacetValue("甲报", "甲报", 0, selected=False, excluded=True),)
        html = shown(
            make_page(SearchRequest(q="网格", excluded={"source": ("甲报",)}), facets={"source": values})
        )
        assert links(html, "排除来源 甲报") == [{"q": ["网格"]}]
        assert "不再排除甲报" in html

    @pytest.mark.parametrize("value", ["%", "%s", "%01", "甲 乙&丙=丁", "+", "\\x01"])
    def test_a_strange_value_is_linked_as_it_is(self, shown: Any, value: str) -> None:
        values = (FacetValue(value, "怪值", 1, False),)
        html = shown(make_page(SearchRequest(q="100%s"), facets={"source": values}))
        assert links(html, "怪值") == [{"q": ["100%s"], "source": [value]}]

    def test_first_come_the_eight_most_frequent_and_every_chosen_one(self, shown: Any) -> None:
        html = shown(make_page(facets={"district": make_values(40, selected=(33,))}))
        section = html.split('id="facet-district"')[1].split("</section>")[0]
        assert re.findall(r'class="label">(第\d+项)', section) == [f"第{n}项" for n in (*range(8), 33)]

    def test_a_list_that_is_shown_whole_has_no_second_copy(self, shown: Any) -> None:
        html = shown(make_page(facets={"district": make_values(9)}))
        assert html.count('class="label">第8项') == 1

    def test_a_chosen_value_without_hits_stays_and_can_be_taken_off(self, shown: Any) -> None:
        values = (FacetValue("d9", "青禾区", 0, True),)
        request = SearchRequest(q="网格", refinements={"district": ("d9",)})
        html = shown(make_page(request, total=0, hits=(), facets={"district": values}))
        assert {"q": ["网格"]} in links(html, "区县 青禾区")

    def test_what_could_be_dropped_is_a_link_with_its_count(self, shown: Any) -> None:
        request = SearchRequest(q="网格", refinements={"district": ("d9",)})
        looser = Relaxation("去掉区县“青禾区”", SearchRequest(q="网格"), 1234)
        html = shown(make_page(request, total=0, hits=(), relaxations=(looser,)))
        assert "（1,234 条）" in html


class TestPaging:
    def test_links_from_page_to_page_keep_everything(self, shown: Any) -> None:
        request = SearchRequest(
            q="网格", refinements={"source": ("a", "b")}, page=5, page_size=10, version_of_first_page="v.1"
        )
        html = shown(make_page(request, total=200))
        for words, page in (("上一页", "4"), ("下一页", "6"), ("20", "20")):
            assert {
                "q": ["网格"], "source": ["a", "b"], "page_size": ["10"], "page": [page], "v": ["v.1"],
            } in links(html, words)  # fmt: skip

    def test_forms_carry_the_search_but_neither_its_page_nor_its_version(self, shown: Any) -> None:
        request = SearchRequest(
            q="网格", refinements={"year": ("2023",)}, page=5, version_of_first_page="v.1"
        )
        html = shown(make_page(request, total=200))
        form = html.split('class="search-form"')[1].split("</form>")[0]
        assert re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form) == [("year", "2023")]

    def test_a_page_beyond_the_last_says_so_and_leads_back(self, shown: Any) -> None:
        html = shown(make_page(SearchRequest(q="网格", page=9), total=30, hits=()))
        assert "这一页上没有了" in html
        assert {"q": ["网格"]} in links(html, "回到第一页")


@pytest.mark.parametrize(
    ("q", "interpreted", "is_shown"),
    [
        ("网格  热线", "网格 且 热线", False),
        ("网格 -热线", "网格 且 不含热线", True),
        ("", "全部", False),
    ],
)
def test_how_the_query_was_understood_is_said_where_it_is_not_plain(
    shown: Any, q: str, interpreted: str, is_shown: bool
) -> None:
    html = shown(make_page(SearchRequest(q=q), interpreted=interpreted))
    assert ("检索式：" in html) == is_shown


def test_a_suggestion_keeps_the_refinements(shown: Any) -> None:
    request = SearchRequest(q="网格楼宇", refinements={"year": ("2023",)})
    html = shown(make_page(request, suggestion="网格 楼宇", suggestion_total=12))
    assert links(html, "网格 楼宇") == [{"q": ["网格 楼宇"], "year": ["2023"]}]
    assert "12 条" in html


def test_a_passage_leads_to_its_section_with_the_words_to_mark(shown: Any) -> None:
    html = shown(make_page(SearchRequest(q="网格", sort=Sort.NEWEST)))
    assert 'href="/articles/7/?q=%E7%BD%91%E6%A0%BC&amp;sort=-date#s3"' in html


def test_the_download_is_of_the_same_search(shown: Any) -> None:
    html = shown(make_page(SearchRequest(q="网格", refinements={"year": ("2023",)})))
    (address,) = re.findall(r'href="(/search\.csv[^"]*)"', html)
    assert parameters(unescape(address)) == {"q": ["网格"], "year": ["2023"]}


def test_the_front_page_lists_what_there_is(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page(SearchRequest(), total=12, facets={"district": make_values(20)})
    monkeypatch.setattr("reports.views.search.find", lambda request: page)
    html = client.get("/").content.decode()
    assert "12 篇报道" in html
    assert "楼道里的议事桌" in html
    assert {"district": ["d0"]} in links(html, "第0项")


def test_the_front_page_of_an_empty_archive_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.views.search.find", lambda request: make_page(total=0, hits=()))
    assert "还没有已发布的报道" in client.get("/").content.decode()


class TestTitle:
    def title(self, html: str) -> str:
        return unescape(re.findall(r"<title>(.*?)</title>", html, re.S)[0])

    def test_says_query_refinements_and_page(self, shown: Any) -> None:
        request = SearchRequest(
            q="网格", scope=Scope.SECTION, refinements={"district": ("d0",), "year": ("2023",)}, page=2
        )
        facets = {"district": make_values(2, selected=(0,)), "year": (FacetValue("2023", "2023", 1, True),)}
        page = make_page(request, facets=facets, total=30)
        assert self.title(shown(page)) == "网格 · 第0项 · 2023 · 章节 · 第 2 页 · 检索 · 区县报道档案"

    def test_a_plain_search_is_short(self, shown: Any) -> None:
        assert self.title(shown(make_page())) == "网格 · 检索 · 区县报道档案"
        assert self.title(shown(make_page(SearchRequest()))) == "检索 · 区县报道档案"

    def test_many_refinements_are_counted(self, shown: Any) -> None:
        request = SearchRequest(refinements={"year": ("2021", "2022", "2023", "2024", "2025")})
        assert (
            self.title(shown(make_page(request))) == "2021 · 2022 · 2023 · 另 2 个条件 · 检索 · 区县报道档案"
        )


def test_a_section_is_named_by_its_heading(shown: Any) -> None:
    with_heading = replace(make_snippet(), heading="会商在车间")
    html = shown(make_page(hits=(make_hit(snippets=(with_heading, make_snippet("另一段"))),)))
    places = re.findall(r'<a class="place"[^>]*>(.*?)</a>', html)
    assert places == ["会商在车间", "正文"]
    assert "§" not in html


class TestFigures:
    def figure(self, article: int, number: int, caption: str, *snippets: Snippet) -> Hit:
        return make_hit(
            article,
            id=f"{article}-f{number}",
            type="figure",
            url=f"/articles/{article}/#f{number}",
            headline=f"第{article}篇",
            heading=caption,
            snippets=snippets,
        )

    def caption(self, text: str, *marks: tuple[int, int], after: bool = False) -> Snippet:
        return Snippet("caption", None, "f1", text, marks, after=after)

    def test_the_caption_is_the_headline_and_figures_of_an_article_stand_together(self, shown: Any) -> None:
        hits = (
            self.figure(1, 1, "河边的灯", self.caption("河边的灯", (3, 4))),
            self.figure(2, 1, "桥上的灯", self.caption("桥上的灯", (3, 4))),
            self.figure(1, 2, "街上的灯", self.caption("街上的灯", (3, 4))),
        )
        html = shown(make_page(SearchRequest(q="灯", scope=Scope.FIGURE), hits=hits, total=3))
        results = html.split('<ol class="hits">')[1].split("</ol>")[0]
        groups = results.split('<article class="hit"')[1:]
        assert [re.findall(r"<h2[^>]*><a[^>]*>(.*?)</a></h2>", group) for group in groups] == [
            ["河边的<mark>灯</mark>", "街上的<mark>灯</mark>"],
            ["桥上的<mark>灯</mark>"],
        ]
        assert [group.count(">第1篇<") for group in groups] == [1, 0]
        assert results.count("<mark>") == 3  # no caption is repeated below itself
        assert re.findall(r'id="hit-([^"]*)"', results) == ["1-f1", "1-f2", "2-f1"]
        assert re.findall(r'href="/articles/1/[^"]*(#f\d)"', results) == ["#f1", "#f2"]

    def test_a_caption_too_long_to_show_whole_keeps_its_passage(self, shown: Any) -> None:
        hit = self.figure(1, 1, "长说明" * 60, self.caption("长说明，有灯", (5, 6), after=True))
        html = shown(make_page(SearchRequest(q="灯", scope=Scope.FIGURE), hits=(hit,)))
        assert "长说明" * 60 in html
        assert "长说明，有<mark>灯</mark>…" in html

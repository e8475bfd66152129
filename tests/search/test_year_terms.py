"""``年份:2020`` in a query is the refinement by year, wherever all terms must match."""

from __future__ import annotations

import pytest

from reports.search import labels
from reports.search.answering.year_terms import take_year_terms
from reports.search.request import Scope, SearchRequest


def taken(q: str, **fields: object) -> SearchRequest:
    return take_year_terms(SearchRequest(q=q, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("q", "rest", "years"),
    [
        ("年份:2020", "", ["2020"]),
        ("年份：２０２０年 党建", "党建", ["2020"]),
        ("党建 年份: 2020 产业链", "党建 产业链", ["2020"]),
        ("“党建 引领” YEAR:2020", "“党建 引领”", ["2020"]),
        ("年份:2020 年份:2022", "", ["2020", "2022"]),
        ("年份:(2020 OR 2022)", "", ["2020", "2022"]),
        ("年份:2020、2022", "", ["2020", "2022"]),
        ("年份:2020-2022", "", ["2020", "2021", "2022"]),
        ("年份:2022—2020", "", ["2020", "2021", "2022"]),
        ("年份:2020至2021年", "", ["2020", "2021"]),
        ("年份:未注明", "", ["none"]),
        ("(党建 OR 链长) 年份:none", "(党建 OR 链长)", ["none"]),
    ],
)
def test_years(q: str, rest: str, years: list[str]) -> None:
    request = taken(q)
    assert (request.q, list(request.selected("year"))) == (rest, years)
    assert request.notices == ()


def test_the_rest_of_the_search_stays() -> None:
    request = taken("党建 年份:2020", refinements={"year": ("2019",), "source": ("甲报",)}, page=3)
    assert request.refinements == {"year": ("2020",), "source": ("甲报",)}
    assert request.page == 3
    assert taken("年份:2020", scope=Scope.FIGURE).scope is Scope.FIGURE


def test_a_year_is_excluded_with_the_sign() -> None:
    request = taken("党建 -年份:2020 －年份:2022")
    assert (request.q, request.refinements, request.excluded) == ("党建", {}, {"year": ("2020", "2022")})


@pytest.mark.parametrize(
    "q", ["党建 OR 年份:2020", "非 年份:2020", "(年份:2020 OR 党建)", "标题:(党建 年份:2020)"]
)
def test_a_term_that_is_no_refinement_is_text_and_said(q: str) -> None:
    request = taken(q)
    assert request.q == q
    assert request.refinements == {}
    assert request.notices == (labels.YEAR_TERM_INSIDE,)


@pytest.mark.parametrize("q", ["年份:去年", "年份:20", "年份:2020abc", "年份:(2020 去年)"])
def test_a_year_that_cannot_be_read_is_left_out_and_said(q: str) -> None:
    request = taken(f"党建 {q}")
    assert (request.q, request.refinements) == ("党建", {})
    assert "读不懂" in request.notices[0]


@pytest.mark.parametrize("q", ["年份", "年份:", "“年份:2020”", "按年份:2020", "党建"])
def test_other_queries_stay(q: str) -> None:
    assert taken(q) == SearchRequest(q=q)

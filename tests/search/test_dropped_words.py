"""Nothing found: each thing that could be dropped is offered with exactly the hits that dropping it gives."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest

from reports.search import ResultPage, SearchRequest, search
from reports.search.request import Scope

pytestmark = pytest.mark.django_db


def offered(page: ResultPage) -> dict[str, int]:
    for relaxation in page.relaxations:
        assert search(relaxation.request).total == relaxation.total > 0
    return {relaxation.label: relaxation.total for relaxation in page.relaxations}


def test_a_word(searchable: SimpleNamespace) -> None:
    assert offered(search(SearchRequest(q="水渠 园区"))) == {"去掉“水渠”": 1, "去掉“园区”": 3}


def test_the_rarest_word_is_kept_first(searchable: SimpleNamespace) -> None:
    """水渠 is in three articles, 园区 in one: a reader who types 园区 looks for it."""
    assert [*offered(search(SearchRequest(q="水渠 园区")))] == ["去掉“水渠”", "去掉“园区”"]
    assert [*offered(search(SearchRequest(q="园区 水渠")))] == ["去掉“水渠”", "去掉“园区”"]


def test_conditions_go_before_words_and_the_widest_first(searchable: SimpleNamespace) -> None:
    both = {"year": ("2021",), "source": ("海门报,周末版",)}
    request = SearchRequest(q="水渠 产业链", refinements=both, date_to=date(2023, 1, 1))
    assert [*offered(search(request))] == ["去掉年份“2021”"]
    request = SearchRequest(q="晒场 水渠", refinements={"source": ("兰溪日报",)})
    assert [*offered(search(request))] == ["去掉来源“兰溪日报”", "去掉“水渠”", "去掉“晒场”"]


def test_all_conditions_or_any_word_where_no_single_one_helps(searchable: SimpleNamespace) -> None:
    request = SearchRequest(q="水渠", refinements={"year": ("1990",), "source": ("无此报",)})
    assert offered(search(request)) == {"去掉全部条件": 3}
    assert offered(search(SearchRequest(q="稻谷 链主 停电 无此词"))) == {"有任一个词即可": 3}


def test_each_word_is_counted_with_and_without_the_conditions(searchable: SimpleNamespace) -> None:
    request = SearchRequest(q="水渠 园区 无此词", refinements={"year": ("2021",)})
    counts = search(request).words
    assert [(word.term, word.total, word.unrefined) for word in counts] == [
        ("水渠", 1, 3),
        ("园区", 0, 1),
        ("无此词", 0, 0),
    ]
    for word in counts:
        assert search(word.request).total == word.total
        assert search(word.request.unrefined()).total == word.unrefined


@pytest.mark.parametrize("q", ["水渠", "无此词", "水渠 产业链 -晒场", ""])
def test_no_counts_where_they_say_no_more_than_the_total(searchable: SimpleNamespace, q: str) -> None:
    assert search(SearchRequest(q=q)).words == ()


def test_a_condition_with_all_its_values_and_the_dates(searchable: SimpleNamespace) -> None:
    key = searchable.zone.key
    request = SearchRequest(
        q="水渠", refinements={"district": (key,), "year": ("2021", "2022")}, date_from=date(2019, 1, 1)
    )
    assert offered(search(request)) == {"去掉区县“海门市高新区”": 2}
    request = SearchRequest(q="水渠", refinements={"year": ("2021", "2022")}, date_from=date(2030, 1, 1))
    assert offered(search(request)) == {"去掉起止日期": 2}


def test_a_part_of_an_unbroken_word(searchable: SimpleNamespace) -> None:
    assert offered(search(SearchRequest(q="晒场产业链"))) == {"去掉“晒场”": 3, "去掉“产业链”": 2}


def test_brackets_phrases_and_negations_go_as_a_whole(searchable: SimpleNamespace) -> None:
    assert offered(search(SearchRequest(q="园区 (稻谷 OR 渠道) -党建"))) == {"去掉“园区”": 1}
    assert offered(search(SearchRequest(q="园区 (稻谷 OR 渠道)"))) == {
        "去掉“园区”": 1,
        "去掉“稻谷 或 渠道”": 1,
    }
    assert offered(search(SearchRequest(q="园区 -党建"))) == {"去掉“园区”": 3, "去掉“不含 党建”": 1}
    assert offered(search(SearchRequest(q="园区 “晒场晾”"))) == {"去掉“园区”": 1, "去掉“晒场晾”": 1}


def test_nothing_where_there_are_hits_or_nothing_helps(searchable: SimpleNamespace) -> None:
    assert search(SearchRequest(q="水渠")).relaxations == ()
    assert search(SearchRequest(q="无此词")).relaxations == ()
    assert search(SearchRequest(q="无此词 也无此词")).relaxations == ()


def test_the_scope_stays(searchable: SimpleNamespace) -> None:
    page = search(SearchRequest(q="水渠 稻谷 停电", scope=Scope.SECTION))
    assert offered(page)
    assert all(relaxation.request.scope is Scope.SECTION for relaxation in page.relaxations)


def test_json_gives_the_parameters(searchable: SimpleNamespace) -> None:
    body = search(SearchRequest(q="水渠 园区")).as_json()
    first = body["relaxations"][0]
    assert (first["label"], first["total"]) == ("去掉“水渠”", 1)
    assert parse_qs(first["parameters"]) == {"q": ["园区"]}
    assert body["words"][1] == {"term": "园区", "total": 1, "total_unrefined": 1}

"""What a search answers: the right hits, true counts, labels, passages and notices."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.language.normalise import fold
from reports.models import Article
from reports.models.article import State
from reports.search import Hit, SearchRequest, iterate_hits, search
from reports.search.request import FACETS, Scope, Sort
from tests.factories import ArticleFactory, DistrictFactory
from tests.search.conftest import plain_engine
from tests.search.plain_engine import PlainEngine

pytestmark = pytest.mark.django_db


def ids(hits: Sequence[Hit]) -> list[int]:
    return [hit.article_id for hit in hits]


def found(q: str, **more: object) -> set[int]:
    return set(ids(search(SearchRequest(q=q, page_size=100, **more)).hits))  # type: ignore[arg-type]


def numbers(archive: SimpleNamespace, *places: int) -> set[int]:
    return {archive.articles[place].pk for place in places}


def test_all_words_must_stand_and_only_published_articles_are_found(searchable: SimpleNamespace) -> None:
    page = search(SearchRequest(q="水渠 村口"))
    assert page.total == 1
    assert ids(page.hits) == [searchable.articles[0].pk]
    assert found("水渠") == numbers(searchable, 0, 1, 3)
    assert found("产业链") == numbers(searchable, 1, 2, 5)
    assert page.interpreted == "水渠 且 村口"


def test_a_hit_carries_its_labels(searchable: SimpleNamespace) -> None:
    article = searchable.articles[0]
    (hit,) = search(SearchRequest(q="太阳能板")).hits
    assert (hit.id, hit.type, hit.url) == (str(article.pk), "article", f"/articles/{article.pk}/")
    assert (hit.headline, hit.kicker) == (article.headline, article.kicker)
    assert hit.district is not None
    assert (hit.district.key, hit.district.name, hit.district.city) == ("330102", "市中区", "兰溪市")
    assert (hit.year, hit.published_on, hit.source, hit.page_label) == (
        2021,
        date(2021, 3, 5),
        "兰溪日报",
        "A02",
    )
    assert [(label.slug, label.name) for label in hit.initiatives] == [("wan-deng", "晚灯工程")]


def test_sections_and_figures_are_hits_of_their_own(searchable: SimpleNamespace) -> None:
    pk = searchable.articles[0].pk
    sections = search(SearchRequest(q="水渠 轮流", scope=Scope.SECTION))
    assert [(hit.id, hit.url, hit.heading) for hit in sections.hits] == [
        (f"{pk}-s2", f"/articles/{pk}/#s2", "水渠归谁管")
    ]
    figures = search(SearchRequest(q="水渠", scope=Scope.FIGURE))
    assert [(hit.id, hit.url, hit.heading) for hit in figures.hits] == [
        (f"{pk}-f2", f"/articles/{pk}/#f2", "清淤后的水渠。")
    ]
    assert search(SearchRequest(q="水渠 晚灯照村口 每季", scope=Scope.SECTION)).total == 0


def test_every_count_is_what_choosing_the_value_gives(searchable: SimpleNamespace) -> None:
    requests = [
        SearchRequest(),
        SearchRequest(q="水渠"),
        SearchRequest(q="产业链", refinements={"year": ("2022",)}),
        SearchRequest(q="水渠 OR 产业链", refinements={"year": ("2021", "none"), "district": ("330100",)}),
        SearchRequest(q="水渠", scope=Scope.SECTION, refinements={"district": ("330102", "350202")}),
        SearchRequest(date_from=date(2022, 1, 1)),
    ]
    for request, facet in itertools.product(requests, FACETS):
        for value in search(request).facets[facet]:
            alone = search(request.with_refinement(facet, [value.value]))
            assert alone.total == value.count, (request, facet, value)
            assert value.selected is (value.value in request.selected(facet))
            without = search(request.with_refinement(facet, ()).with_exclusion_toggled(facet, value.value))
            assert without.total == search(request.with_refinement(facet, ())).total - value.count


def test_chosen_values_without_hits_stay_visible(searchable: SimpleNamespace) -> None:
    page = search(SearchRequest(q="晒场", refinements={"year": ("2022",), "source": ("不存在的报",)}))
    assert page.total == 0
    assert [(v.value, v.count) for v in page.facets["year"] if v.selected] == [("2022", 0)]
    assert [(v.label, v.count) for v in page.facets["source"] if v.selected] == [("不存在的报", 0)]


def test_facets_have_labels_and_their_order(searchable: SimpleNamespace) -> None:
    facets = search(SearchRequest()).facets
    assert [(v.value, v.label) for v in facets["year"]] == [
        ("2024", "2024"),
        ("2022", "2022"),
        ("2021", "2021"),
        ("none", "年份未注明"),
    ]
    labels = {v.value: v.label for v in facets["district"]}
    assert labels == {
        "990000": "云岭省",
        "330100": "兰溪市",
        "350200": "海门市",
        "330102": "兰溪市市中区",
        "350202": "海门市市中区",
        "haimen-gaoxin": "海门市高新区",
    }
    counts = [v.count for v in facets["district"]]
    assert counts == sorted(counts, reverse=True)
    assert {v.label for v in facets["source"]} == {"兰溪日报", "海门报,周末版"}
    assert [(v.value, v.label) for v in facets["initiative"]] == [("wan-deng", "晚灯工程")]


@pytest.mark.parametrize(
    ("facet", "given", "keys"),
    [
        ("district", "330102", ("330102",)),
        ("district", "兰溪市市中区", ("330102",)),
        ("district", "云岭省兰溪市市中区", ("330102",)),
        ("district", "高新区", ("haimen-gaoxin",)),
        ("district", "haimen-gaoxin", ("haimen-gaoxin",)),
        ("district", "市中区", ("330102", "350202")),
        ("district", "兰溪市", ("330100",)),
        ("district", "兰溪", ("330100",)),
        ("district", "330100", ("330100",)),
        ("district", "云岭", ("990000",)),
        ("district", "蘭溪市市中區", ("330102",)),
        ("district", "雲嶺省蘭溪市市中區", ("330102",)),
        ("district", "高新區", ("haimen-gaoxin",)),
        ("district", "⾼新区", ("haimen-gaoxin",)),  # a radical, as PDF fonts print it
        ("initiative", "晚燈工程", ("wan-deng",)),
        ("initiative", "點燈行動", ("wan-deng",)),
        ("initiative", "晚灯工程", ("wan-deng",)),
        ("initiative", "点灯行动", ("wan-deng",)),
        ("initiative", "wan-deng-jiu", ("wan-deng",)),
    ],
)
def test_refinements_may_be_written_as_people_do(
    searchable: SimpleNamespace, facet: str, given: str, keys: tuple[str, ...]
) -> None:
    page = search(SearchRequest(refinements={facet: (given,)}))
    assert page.request.selected(facet) == keys
    assert page.total == search(SearchRequest(refinements={facet: keys})).total > 0
    assert bool(page.notices) is (len(keys) > 1)


def test_an_unknown_refinement_finds_nothing_and_says_so(searchable: SimpleNamespace) -> None:
    page = search(SearchRequest(refinements={"district": ("东海龙宫",)}))
    assert page.total == 0
    assert "东海龙宫" in page.notices[0]


def test_a_long_word_that_stands_nowhere_is_cut_and_said(searchable: SimpleNamespace) -> None:
    page = search(SearchRequest(q="座谈晒场稻谷"))
    assert (page.total, page.suggestion, page.notices) == (0, None, ())
    page = search(SearchRequest(q="水渠太阳能板"))
    assert ids(page.hits) == [searchable.articles[0].pk]
    assert "水渠太阳能板" in page.notices[0]
    assert "且" in page.interpreted
    assert ids(list(iterate_hits(SearchRequest(q="水渠太阳能板")))) == ids(page.hits)


def test_refining_never_changes_the_reading_of_a_query(searchable: SimpleNamespace) -> None:
    literal = search(SearchRequest(q="党建引领产业链"))
    assert ids(literal.hits) == [searchable.articles[5].pk]
    refined = search(SearchRequest(q="党建引领产业链", refinements={"year": ("2022",)}))
    assert refined.total == 0
    assert refined.interpreted == literal.interpreted


def test_the_cut_form_is_offered_with_its_count_where_it_finds_more(searchable: SimpleNamespace) -> None:
    page = search(SearchRequest(q="党建引领产业链"))
    assert (page.total, page.suggestion, page.suggestion_total) == (1, "党建引领 产业链", 2)
    assert search(SearchRequest(q="党建引领 产业链")).total == 2
    refined = search(SearchRequest(q="党建引领产业链", refinements={"year": ("2024",)}))
    assert (refined.total, refined.suggestion) == (1, None)
    assert search(SearchRequest(q="党建引领 产业链")).suggestion is None


def test_a_query_that_does_not_parse_is_searched_as_words_and_said(searchable: SimpleNamespace) -> None:
    page = search(SearchRequest(q='"水渠 村口'))
    assert ids(page.hits) == [searchable.articles[0].pk]
    assert "引号没有配对" in page.notices[0]


@pytest.mark.parametrize(
    "q",
    [
        "(" * 10_000,
        "党" * 100_000,
        "*",
        "-",
        '""',
        "，",
        "《》",
        "\x00",
        "\ud800",
        "🌾",
        "OR",
        "标题:",
        "-水渠",
        "\u200b",
        "'",
        "%",
        "\\",
    ],
)
@pytest.mark.parametrize("scope", list(Scope))
def test_no_query_is_an_error(searchable: SimpleNamespace, q: str, scope: Scope) -> None:
    page = search(SearchRequest(q=q, scope=scope))
    assert len(list(iterate_hits(SearchRequest(q=q, scope=scope)))) == page.total
    json.dumps(page.as_json(), ensure_ascii=False)


def test_a_prefix_longer_than_a_word_finds_the_text_that_goes_on(searchable: SimpleNamespace) -> None:
    assert found("产业链延到*") == numbers(searchable, 1)
    assert found("标题:(-产业链座* 晒场)") == numbers(searchable, 4)


def test_excluding_alone_finds_everything_else(searchable: SimpleNamespace) -> None:
    assert found("-水渠") == numbers(searchable, 2, 4, 5)


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("scope", list(Scope))
def test_pages_neither_repeat_nor_skip(searchable: SimpleNamespace, sort: Sort, scope: Scope) -> None:
    request = SearchRequest(sort=sort, scope=scope, page_size=2)
    total = search(request).total
    paged = [hit.id for n in range(1, -(-total // 2) + 1) for hit in search(request.with_page(n)).hits]
    assert paged == [hit.id for hit in iterate_hits(request)]
    assert len(set(paged)) == total


def test_a_page_beyond_the_end_is_empty_and_the_total_true(searchable: SimpleNamespace) -> None:
    page = search(SearchRequest(q="水渠", page=10**9))
    assert (page.total, page.hits, page.request.page) == (3, (), 10**9)


def test_what_was_withdrawn_since_indexing_is_not_shown(
    searchable: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    gone = searchable.articles[1].pk
    Article.objects.filter(pk=gone).update(state=State.DRAFT)
    page = search(SearchRequest(q="水渠"))
    assert set(ids(page.hits)) == numbers(searchable, 0, 3)
    assert page.total == 3
    assert gone not in ids(list(iterate_hits(SearchRequest(q="水渠"))))
    assert str(gone) in caplog.text


def test_a_page_says_when_the_index_changed_since_the_first(
    archive: SimpleNamespace, use_engine: Callable[[object], None]
) -> None:
    use_engine(plain_engine("v1"))
    first = search(SearchRequest(page_size=2))
    assert first.index_version == "v1"
    second = first.request.with_page(2)
    assert not search(second).notices
    use_engine(plain_engine("v2"))
    changed = search(second)
    assert "索引已更新" in changed.notices[0]
    assert not search(changed.request.with_page(3)).notices
    assert not search(first.request).notices


def test_all_hits_stay_those_of_one_moment(
    archive: SimpleNamespace, use_engine: Callable[[object], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.search.answering.service._CHUNK", 2)
    use_engine(engine := plain_engine())
    request = SearchRequest(sort=Sort.OLDEST)
    expected = [hit.id for hit in iterate_hits(request)]
    hits = iterate_hits(request)
    seen = [next(hits).id]
    ArticleFactory(published=True, headline="最早的一篇", year=1999)
    engine.naive = plain_engine("v2").naive
    assert seen + [hit.id for hit in hits] == expected


def test_the_number_of_database_queries_does_not_grow_with_the_hits(
    plain: PlainEngine, use_engine: Callable[[object], None]
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        search(SearchRequest(page_size=1))
    for _ in range(30):
        ArticleFactory(published=True, district=DistrictFactory(), sections=[("水渠", "水渠")])
    use_engine(plain_engine())
    with CaptureQueriesContext(connection) as many:
        assert len(search(SearchRequest(page_size=100)).hits) == 36
    assert len(many) == len(few) <= 9


def test_snippets_come_from_different_sections_and_mark_the_words(searchable: SimpleNamespace) -> None:
    (hit,) = search(SearchRequest(q="水渠 村口")).hits
    assert 1 < len(hit.snippets) <= 3
    assert len({(s.section, s.anchor) for s in hit.snippets}) == len(hit.snippets)
    assert "headline" not in {s.field for s in hit.snippets}
    for snippet in hit.snippets:
        assert snippet.marks
        assert {fold(snippet.text[a:b]) for a, b in snippet.marks} <= {"水渠", "村口"}
    assert [hit.headline[a:b] for a, b in hit.headline_marks] == ["水渠", "村口"]
    assert hit.matched_headings == ("晚灯照村口", "水渠归谁管")
    for snippet in hit.snippets:
        if snippet.section:
            assert snippet.anchor.split(".")[0] == f"s{snippet.section}"


def test_marks_stand_on_the_printed_characters(searchable: SimpleNamespace) -> None:
    hits = search(SearchRequest(q="产业链上建支部")).hits
    (snippet,) = hits[0].snippets
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["產業鏈上建支部"]
    assert (snippet.field, snippet.section, snippet.anchor) == ("lead", 0, "lead.p1")


def test_pull_quotes_and_figures_are_linked(searchable: SimpleNamespace) -> None:
    (hit,) = search(SearchRequest(q="命脉")).hits
    assert [(s.field, s.section, s.anchor) for s in hit.snippets] == [("pull_quote", None, "q2")]
    (hit,) = search(SearchRequest(q="图片:清淤")).hits
    assert ("caption", None, "f2") in [(s.field, s.section, s.anchor) for s in hit.snippets]


def test_a_headline_alone_is_shown_as_snippet(searchable: SimpleNamespace) -> None:
    (hit,) = search(SearchRequest(q="座谈")).hits
    assert [(s.field, s.text[s.marks[0][0] : s.marks[0][1]]) for s in hit.snippets] == [("headline", "座谈")]


def test_without_words_a_hit_shows_how_it_begins(searchable: SimpleNamespace) -> None:
    hits = {hit.article_id: hit for hit in search(SearchRequest()).hits}
    (first,) = hits[searchable.articles[0].pk].snippets
    assert (first.text, first.marks) == ("入冬以前，十二条水渠全部清淤。", ())
    (second,) = hits[searchable.articles[1].pk].snippets
    assert second.text == "全年花了3283.5万元。"
    sections = search(SearchRequest(scope=Scope.SECTION)).hits
    assert all(hit.snippets and not hit.snippets[0].marks for hit in sections)


def test_json_has_the_shape_of_the_contract(searchable: SimpleNamespace) -> None:
    request = SearchRequest(q="水渠", refinements={"year": ("2021",)}, date_from=date(2020, 1, 1))
    body = json.loads(json.dumps(search(request).as_json(), ensure_ascii=False))
    assert {"query", "total", "page", "page_size", "took_ms", "hits", "facets", "suggestion"} <= body.keys()
    assert {"q", "interpreted", "scope"} <= body["query"].keys()
    (hit,) = body["hits"]
    assert {
        "id", "type", "url", "headline", "kicker", "district", "year", "published_on", "source",
        "initiatives", "score", "snippets",
    } <= hit.keys()  # fmt: skip
    assert hit["district"] == {"key": "330102", "code": "330102", "name": "市中区", "city": "兰溪市"}
    assert hit["initiatives"] == [{"slug": "wan-deng", "name": "晚灯工程"}]
    assert hit["published_on"] == "2021-03-05"
    assert {"field", "section", "text", "marks"} <= hit["snippets"][0].keys()
    assert set(body["facets"]) == set(FACETS)
    value = {"value", "label", "count", "selected", "excluded", "parent", "inferred"}
    assert value == body["facets"]["year"][0].keys()
    parents = {district["value"]: district["parent"] for district in body["facets"]["district"]}
    assert parents == {"990000": None, "330100": "990000", "330102": "330100"}
    assert body["suggestion"] is None


def test_an_article_without_district_or_year_has_none(searchable: SimpleNamespace) -> None:
    body = search(SearchRequest(q="稻谷")).as_json()
    assert body["hits"][0]["district"] is None
    assert body["hits"][0]["year"] is None


def test_the_request_of_a_page_asks_for_the_same_page(searchable: SimpleNamespace) -> None:
    request = SearchRequest(q="水渠", refinements={"district": ("兰溪市市中区",)}, sort=Sort.NEWEST)
    page = search(request)
    parameters: dict[str, list[str]] = {}
    for name, value in page.request.parameters():
        parameters.setdefault(name, []).append(value)
    again = search(SearchRequest.from_parameters(parameters))
    assert replace(again, took_ms=0.0) == replace(page, took_ms=0.0)

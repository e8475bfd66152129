"""Pinyin and initials, sent with Enter: what typeahead knows is offered, each with its hits."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from reports.search import SearchRequest, search
from reports.search.request import Scope

pytestmark = pytest.mark.django_db


def offered(q: str, **fields: object) -> dict[str, int]:
    completions = search(SearchRequest(q=q, **fields)).completions  # type: ignore[arg-type]
    for completion in completions:
        assert search(completion.request).total == completion.total > 0
    return {completion.label: completion.total for completion in completions}


@pytest.mark.parametrize(
    ("typed", "first", "total"),
    [
        ("cyl", "产业链", 3),
        ("CYL", "产业链", 3),
        ("ｃｙｌ", "产业链", 3),
        ("chanyelian", "产业链", 3),
        ("chan ye lian", "产业链", 3),
        ("wandenggongcheng", "晚灯工程", 1),
        ("wan灯gc", "晚灯工程", 1),
        ("ddxd", "点灯行动", 1),
        ("shuiqu", "水渠", 3),
    ],
)
def test_what_the_letters_stand_for(searchable: SimpleNamespace, typed: str, first: str, total: int) -> None:
    found = offered(typed)
    if first == "点灯行动":  # an alias leads to the name of its initiative
        first = "晚灯工程"
    assert next(iter(found.items())) == (first, total)


def test_each_word_in_letters_where_the_whole_is_nothing(searchable: SimpleNamespace) -> None:
    assert offered("shuiqu cunkou") == {"水渠 村口": 1}
    assert offered("水渠 cunkou") == {"水渠 村口": 1}
    assert offered("无此词 cunkou") == {}


@pytest.mark.parametrize("q", ["水渠", "无此词", "“cyl”", "cyl OR shuiqu", "标题:cyl", "3283.5", "c" * 300])
def test_nothing_for_what_is_found_or_is_no_pinyin(searchable: SimpleNamespace, q: str) -> None:
    assert offered(q) == {}


def test_refinements_stay_where_they_leave_hits_and_else_go(searchable: SimpleNamespace) -> None:
    page = search(SearchRequest(q="cyl", refinements={"year": ("2024",)}))
    assert [(each.total, each.request.refinements) for each in page.completions[:1]] == [
        (1, {"year": ("2024",)})
    ]
    page = search(SearchRequest(q="cyl", refinements={"year": ("1990",)}, scope=Scope.SECTION))
    first = page.completions[0]
    assert (first.label, first.request.refinements, first.request.scope) == ("产业链", {}, Scope.SECTION)


def test_the_page_links_them_and_json_has_them(
    searchable: SimpleNamespace, client: Client, settings: object
) -> None:
    settings.ARCHIVE_PUBLIC = True  # type: ignore[attr-defined]
    html = client.get("/search/", {"q": "wdgc"}).content.decode()
    assert '<ul class="completions">' in html
    assert '<a href="/search/?q=%E6%99%9A%E7%81%AF%E5%B7%A5%E7%A8%8B">晚灯工程</a>' in html
    told = client.get("/search.json", {"q": "wdgc"}).json()
    assert told["completions"][0]["label"] == "晚灯工程"
    assert told["suggestion"] is None

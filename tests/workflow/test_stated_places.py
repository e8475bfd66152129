"""A place that is not understood is told, to whoever stated it, and publishes nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from reports.models import Article, User
from reports.models.article import State
from reports.workflow import (
    DictionaryRefused,
    DraftOptions,
    content_of,
    edit,
    find_place,
    publish_drafts,
)
from reports.workflow.review.doubts import doubts_of
from tests.receiving import drafted

pytestmark = pytest.mark.django_db


def draft(editor: User, *, publish: bool = True, **fields: str) -> Article:
    record = {"title": "院落里新添了灯", "text": "街坊晚上愿意出门。", "date": "2021-02-03", **fields}
    data = json.dumps(record, ensure_ascii=False).encode()
    (article,) = drafted(data, "甲.jsonl", editor, DraftOptions(publish=publish))
    return article


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("济南市厉城区", "“厉城区”不认识。最接近的是济南市历城区（370112）"),
        ("上海市庐山区", "“庐山区”不属于上海市。最接近的是九江市濂溪区"),
        ("北京市历城区", "“历城区”不属于北京市。最接近的是济南市历城区"),
        ("开封旗", "没有找到区划“开封旗”"),
        ("厦门市杏林区", "“厦门市杏林区”可能是厦门市海沧区（350205）、厦门市集美区（350211），请写全名"),
        ("历城区、市中区", "写了几个区划"),
    ],
)
def test_a_place_that_somebody_names_is_refused(text: str, says: str) -> None:
    with pytest.raises(DictionaryRefused, match=says):
        find_place(text)


@pytest.mark.parametrize(
    "place", ["济南市厉城区", "上海市庐山区", "北京市历城区", "青岛历城区", "长白山景区"]
)
def test_a_record_with_such_a_place_is_a_draft_although_it_was_to_be_published(
    editor: User, place: str
) -> None:
    article = draft(editor, place=place)
    assert (article.state, article.district, article.published_at) == (State.DRAFT, None, None)
    (problem,) = [p for p in article.problems if p["code"] == "place_unread"]
    assert f"“{place}”" in problem["message"]


@pytest.mark.parametrize(
    ("place", "key"),
    [("上海市闸北区", "310106"), ("莱芜市钢城区", "370117"), ("新疆生产建设兵团石河子市", "659001")],
)
def test_a_record_with_a_former_name_belongs_to_the_division_of_today(
    editor: User, place: str, key: str
) -> None:
    article = draft(editor, place=place)
    assert article.district is not None
    assert (article.district.key, find_place(place).key) == (key, key)


def test_the_problem_names_the_part_and_the_nearest_place(editor: User) -> None:
    (problem,) = draft(editor, place="济南市厉城区").problems
    assert problem["message"] == (
        "没有找到区划“济南市厉城区”：“厉城区”不认识。"
        "最接近的是济南市历城区（370112）、济南市钢城区（370117）。请选择主区划。"
    )


def test_publishing_what_waits_leaves_it_until_a_district_is_chosen(editor: User) -> None:
    article = draft(editor, place="济南市厉城区")
    assert publish_drafts(article.accession, editor) == []
    article = edit(article, replace(content_of(article), district="370112"), editor)
    assert doubts_of(article) == []
    assert [r.state for r in publish_drafts(article.accession, editor)] == [State.PUBLISHED]


def test_places_that_a_record_lists_are_both_kept(editor: User) -> None:
    article = draft(editor, place="历城区、市中区")
    assert article.state == State.PUBLISHED
    assert article.district is not None
    assert article.district.key == "370112"
    assert [row.district.key for row in article.further_districts.all()] == ["370103"]

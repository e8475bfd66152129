"""The reading page ends with articles like it, if the index can tell."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from reports.search import connection
from reports.search.contract.errors import IndexDamaged
from reports.search.indexing import rebuild
from tests.factories import ArticleFactory, DistrictFactory

pytestmark = pytest.mark.django_db


def listed(client: Client, number: int) -> list[tuple[int, str]]:
    html = client.get(f"/articles/{number}/").content.decode()
    block = html.partition('<section class="similar"')[2].partition("</section>")[0]
    items = re.findall(r'<li><a href="/articles/(\d+)/">.*?</a> <span class="count">(.*?)</span></li>', block)
    return [(int(pk), re.sub(r"<[^>]+>", "", said).strip()) for pk, said in items]


def test_up_to_five_with_those_of_the_same_district_marked(client: Client) -> None:
    here, there = DistrictFactory(name="河湾区"), DistrictFactory(name="松林区")
    text = "水渠清淤，晚灯照亮渡口，摆渡人守夜。"
    own = ArticleFactory(published=True, headline="渡口的灯", lead=text, district=here)
    alike = {
        ArticleFactory(
            published=True, headline=f"渡口第{n}夜", lead=text, district=place, year=2020 + n
        ).pk: said
        for n, (place, said) in enumerate(
            [(here, "同区县 2020 年"), (there, "松林区 2021 年"), (None, "2022 年")]
        )
    }
    for n in range(20):
        ArticleFactory(published=True, headline=f"麦田{n}", lead="麦子熟了，收割机下田。")
    draft = ArticleFactory(headline="渡口草稿", lead=text)
    rebuild()
    assert dict(listed(client, own.pk)) == alike
    for n in range(9):
        ArticleFactory(published=True, headline=f"又一夜{n}", lead=text)
    rebuild()
    shown = [pk for pk, _ in listed(client, own.pk)]
    assert len(shown) == len(set(shown)) == 5
    assert not {own.pk, draft.pk} & set(shown)


def test_one_withdrawn_a_moment_ago_is_not_named(client: Client) -> None:
    text = "水渠清淤，晚灯照亮渡口。"
    own, other = (ArticleFactory(published=True, headline=f"灯{n}", lead=text) for n in range(2))
    ArticleFactory(published=True, headline="麦田", lead="麦子熟了。")
    rebuild()
    assert [pk for pk, _ in listed(client, own.pk)] == [other.pk]
    type(other).objects.filter(pk=other.pk).update(state="draft")
    assert listed(client, own.pk) == []


def test_the_page_is_there_without_an_index(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    article = ArticleFactory(published=True, headline="渡口的灯")
    assert listed(client, article.pk) == []

    class Damaged:
        def similar(self, *_: object, **__: object) -> None:
            raise IndexDamaged

    monkeypatch.setattr(connection, "engine", Damaged)
    response = client.get(f"/articles/{article.pk}/")
    assert response.status_code == 200
    assert "相近报道" not in response.content.decode()

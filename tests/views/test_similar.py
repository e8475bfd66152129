"""The reading page ends with reports like it, if the index can tell."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from reports.search import service
from reports.search.engines.errors import IndexDamaged
from reports.search.indexing import rebuild
from tests.factories import DistrictFactory, ReportFactory

pytestmark = pytest.mark.django_db


def listed(client: Client, number: int) -> list[tuple[int, str]]:
    html = client.get(f"/reports/{number}/").content.decode()
    block = html.partition('<section class="similar"')[2].partition("</section>")[0]
    items = re.findall(r'<li><a href="/reports/(\d+)/">.*?</a> <span class="count">(.*?)</span></li>', block)
    return [(int(pk), re.sub(r"<[^>]+>", "", said).strip()) for pk, said in items]


def test_up_to_five_with_those_of_the_same_district_marked(client: Client) -> None:
    here, there = DistrictFactory(name="河湾区"), DistrictFactory(name="松林区")
    text = "水渠清淤，晚灯照亮渡口，摆渡人守夜。"
    own = ReportFactory(published=True, headline="渡口的灯", lead=text, district=here)
    alike = {
        ReportFactory(
            published=True, headline=f"渡口第{n}夜", lead=text, district=place, year=2020 + n
        ).pk: said
        for n, (place, said) in enumerate(
            [(here, "同区县 2020 年"), (there, "松林区 2021 年"), (None, "2022 年")]
        )
    }
    for n in range(20):
        ReportFactory(published=True, headline=f"麦田{n}", lead="麦子熟了，收割机下田。")
    draft = ReportFactory(headline="渡口草稿", lead=text)
    rebuild()
    assert dict(listed(client, own.pk)) == alike
    for n in range(9):
        ReportFactory(published=True, headline=f"又一夜{n}", lead=text)
    rebuild()
    shown = [pk for pk, _ in listed(client, own.pk)]
    assert len(shown) == len(set(shown)) == 5
    assert not {own.pk, draft.pk} & set(shown)


def test_one_withdrawn_a_moment_ago_is_not_named(client: Client) -> None:
    text = "水渠清淤，晚灯照亮渡口。"
    own, other = (ReportFactory(published=True, headline=f"灯{n}", lead=text) for n in range(2))
    ReportFactory(published=True, headline="麦田", lead="麦子熟了。")
    rebuild()
    assert [pk for pk, _ in listed(client, own.pk)] == [other.pk]
    type(other).objects.filter(pk=other.pk).update(state="draft")
    assert listed(client, own.pk) == []


def test_the_page_is_there_without_an_index(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    report = ReportFactory(published=True, headline="渡口的灯")
    assert listed(client, report.pk) == []

    class Damaged:
        def more_like_this(self, *_: object, **__: object) -> None:
            raise IndexDamaged

    monkeypatch.setattr(service, "engine", Damaged)
    response = client.get(f"/reports/{report.pk}/")
    assert response.status_code == 200
    assert "相近报道" not in response.content.decode()

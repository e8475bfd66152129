"""The register of districts stays small, however many there are."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from reports.models import District
from reports.views import catalogue
from tests.factories import ArticleFactory, CityFactory, DistrictFactory, ProvinceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def provinces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two provinces with twelve counties each; a page has ten."""
    for key, name in (("980000", "云岭省"), ("970000", "海东省")):
        city = CityFactory(name=f"{name[:2]}市", province=ProvinceFactory(key=key, name=name))
        for n in range(12):
            ArticleFactory(
                published=True,
                district=DistrictFactory(name=f"{name[0]}松{n}县", city=city, province=city.province),
            )
    counts = dict.fromkeys(District.objects.values_list("key", flat=True), 3)
    monkeypatch.setattr(catalogue, "_counts", lambda facet: counts)
    monkeypatch.setattr(catalogue, "_PER_PAGE", 10)


def names(client: Client, query: str = "") -> list[str]:
    html = client.get(f"/districts/{query}").content.decode()
    return re.findall(r'<a href="/districts/[^"]+">([^<]*)</a> <a class="count"', html)


def test_where_there_are_many_one_chooses_a_province(client: Client, provinces: None) -> None:
    html = client.get("/districts/").content.decode()
    assert names(client) == []
    assert "请选省份" in html
    assert re.findall(r'<a href="\?province=[^"]*">([^<]*)</a>', html) == ["云岭省", "海东省"]
    chosen = names(client, "?province=海东省") + names(client, "?province=海东省&page=2")
    assert len(chosen) == len(set(chosen)) == 14  # the province and the city themselves, too
    assert {name[0] for name in chosen} == {"海"}


@pytest.mark.parametrize("typed", ["海松3", "海东市海松3", "haisong3", "HS3"])
def test_a_district_is_found_by_its_name(client: Client, provinces: None, typed: str) -> None:
    assert names(client, f"?name={typed}") == ["海松3县"]


def test_few_districts_are_all_there(
    client: Client, provinces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "_PER_PAGE", 300)
    assert len(names(client)) == 28


def test_what_is_not_there_is_said(client: Client, provinces: None) -> None:
    assert "没有这一项" in client.get("/districts/?name=无此县").content.decode()
    assert client.get("/districts/?province=%3Cb%3E&page=x").status_code == 200

"""The tables of counts by year: each count leads to the articles it counts."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from reports import workflow
from reports.models import Initiative
from tests.factories import (
    ArticleFactory,
    CityFactory,
    DistrictFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

DISTRICTS = 33


@pytest.fixture
def initiative() -> Initiative:
    """In 33 districts of one city: the first has three articles of two years, and one without a year."""
    city = CityFactory()
    initiative = InitiativeFactory(name="晚灯计划", slug="wan-deng")
    years: dict[int, tuple[int | None, ...]] = {0: (2020, 2020, 2022, None)}
    for n in range(DISTRICTS):
        district = DistrictFactory(name=f"松林{n}区", city=city)
        for year in years.get(n, (2021,)):
            article = ArticleFactory(district=district, year=year, sections=[("", "晚灯计划")])
            InitiativeMentionFactory(
                article=article, initiative=initiative, field="body", number=1, start=0, end=4
            )
            workflow.publish(article)
    return initiative


def rows(html: str) -> list[str]:
    return html.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")[:-1]


def test_every_count_is_a_link_to_a_search_that_finds_so_many(client: Client, initiative: Initiative) -> None:
    html = client.get("/initiatives/wan-deng/?rows=all").content.decode()
    cells = re.findall(r'<td class="number">(?:<a href="([^"]*)">)?([^<]*)', html)
    counted = [(address, count) for address, count in cells if count]
    assert all(address for address, _ in counted)
    assert [count for _, count in counted][:4] == ["1", "32", "2", "1"]  # of the province
    assert [count for _, count in counted][10:14] == ["1", "2", "1", "4"]  # of the first district
    for address, count in counted[:18]:
        found = client.get(unescape(address).replace("/search/", "/search.json")).json()
        assert found["total"] == int(count)
        assert "page_size" not in address
        assert "sort" not in address


def test_the_first_thirty_rows_come_first_and_all_on_request(client: Client, initiative: Initiative) -> None:
    html = client.get("/initiatives/wan-deng/").content.decode()
    assert len(rows(html)) == 30
    assert "以上是前 30 个" in html
    assert '<a href="?rows=all#across">全部 35 个区划</a>' in html
    html = client.get("/initiatives/wan-deng/?rows=all").content.decode()
    assert len(rows(html)) == DISTRICTS + 2  # with their city and province
    assert 'href="?rows=all' not in html


def test_a_district_stands_below_its_city_and_province(client: Client, initiative: Initiative) -> None:
    first, second, third, *_ = rows(client.get("/initiatives/wan-deng/").content.decode())
    assert "云岭省" in first
    assert 'class="in-1"' in second
    assert 'class="in-2"' in third
    assert ">松林0区</a>" in third


def test_an_empty_cell_holds_no_hidden_word(client: Client, initiative: Initiative) -> None:
    table = "".join(rows(client.get("/initiatives/wan-deng/").content.decode()))
    assert "unseen" not in table
    assert '<td class="number"></td>' in table

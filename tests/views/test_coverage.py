"""The page of what the archive covers: every cell is the number of a search."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from reports.search.indexing import rebuild
from tests.factories import ArticleFactory, CityFactory, DistrictFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(reader: object, client: Client) -> Client:
    city = CityFactory(key="330100", name="兰溪市")
    inner, other = (
        DistrictFactory(key="330102", name="东区", city=city),
        DistrictFactory(key="330103", name="西区", city=city),
    )
    for district, year in (
        (inner, 2020),
        (inner, 2020),
        (other, 2022),
        (city, 2022),
        (city, None),
        (None, 2022),
    ):
        ArticleFactory(published=True, district=district, year=year)
    rebuild()
    return client


def table(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell).strip().replace("没有", "") for cell in row] for row in cells]


def test_districts_by_years_with_the_gaps(archive: Client) -> None:
    html = archive.get("/coverage/", {"district": "330100"}).content.decode()
    assert table(html) == [
        ["区划", "2020", "2021", "2022", "年份未注明", "合计"],
        ["兰溪市东区", "2", "", "", "", "2"],
        ["兰溪市西区", "", "", "1", "", "1"],
        ["全兰溪市", "2", "", "2", "1", "5"],
    ]


def test_every_cell_leads_to_as_many_hits(archive: Client) -> None:
    for address in ("/coverage/", "/coverage/?district=990000", "/coverage/?district=330100"):
        html = archive.get(address).content.decode()
        cells = re.findall(r'<td class="number"><a href="([^"]*)">(\d+)</a>', html)
        assert cells
        for search, count in cells:
            assert f"共 {count} 篇报道" in archive.get(unescape(search)).content.decode()


def test_from_the_province_down(archive: Client) -> None:
    html = archive.get("/coverage/").content.decode()
    assert [row[0] for row in table(html)] == ["区划", "云岭省 ›"]
    assert "/coverage/?district=990000" in html
    assert archive.get("/coverage/", {"district": "没有"}).status_code == 404


def test_editors_find_the_undated_at_the_desk(archive: Client, editor: object, client: Client) -> None:
    client.force_login(editor)  # type: ignore[arg-type]
    html = client.get("/coverage/").content.decode()
    (address,) = re.findall(r'href="([^"]*)">到编辑台补上年份', html)
    desk = client.get(unescape(address)).content.decode()
    assert "只列出年份未注明的" in desk
    assert len(re.findall(r"/desk/review/\d+/", desk)) >= 1


def test_an_empty_archive_says_so(reader: object, client: Client) -> None:
    rebuild()
    assert "还没有已发布的报道" in client.get("/coverage/").content.decode()

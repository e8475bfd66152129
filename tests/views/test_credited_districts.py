"""The page of an initiative credits the main districts, and shows apart which others its articles name."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from reports.models import ArticleDistrict
from reports.search.indexing import rebuild
from tests.factories import ArticleFactory, DistrictFactory, InitiativeFactory, InitiativeMentionFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_named_districts_are_shown_apart(reader: object, client: Client) -> None:
    initiative = InitiativeFactory(slug="wan-deng", name="晚灯工程")
    main = DistrictFactory(key="330102", name="东区")
    named = DistrictFactory(key="350202", name="西区")
    for _ in range(2):
        article = ArticleFactory(published=True, district=main, year=2021)
        InitiativeMentionFactory(article=article, initiative=initiative, field="body", number=1, end=4)
    ArticleDistrict.objects.create(article=article, district=named)
    rebuild()
    html = client.get("/initiatives/wan-deng/").content.decode()
    table, apart = html.split('id="named"')
    assert "西区" not in table.split('id="across"')[1]
    assert re.findall(r'<a href="/districts/([^/]+)/"', apart.split("</section>")[0]) == [
        named.city.key,
        named.key,
    ]
    for address, count in re.findall(r'<a class="count" href="([^"]*)"[^>]*>(\d+)</a>', apart):
        assert f"共 {count} 篇报道" in client.get(unescape(address)).content.decode()

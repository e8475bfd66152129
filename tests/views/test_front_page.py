"""The front page offers searches that find something, as a reader would type them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import pytest
from django.test import Client

from reports.search.indexing import rebuild
from tests.factories import (
    ArticleFactory,
    DistrictFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
)

pytestmark = pytest.mark.django_db


def examples(html: str) -> list[str]:
    part = html.partition('<p class="examples">')[2].partition("</p>")[0]
    return [unquote_plus(unescape(query)) for query in re.findall(r'href="/search/\?q=([^"]+)"', part)]


@pytest.fixture
def shelf(settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = True
    lamps, canals = InitiativeFactory(name="晚灯照渡口"), InitiativeFactory(name="清渠行动")
    for number in range(8):
        article = ArticleFactory(
            published=True,
            headline="渡口的夜晚",
            district=DistrictFactory(name="河湾区"),
            lead="河湾区的晚灯照渡口，清渠行动也办起来了。",
            year=2020 + number,
        )
        for initiative in (lamps, canals)[: 1 + number % 2]:
            InitiativeMentionFactory(article=article, initiative=initiative, field="lead")
    rebuild()


def test_examples_are_of_what_the_archive_holds(client: Client, shelf: None) -> None:
    queries = examples(client.get("/").content.decode())
    assert queries == ["河湾区 晚灯照渡口", "“清渠行动”", "标题:渡口", "晚灯照渡口 OR 清渠行动"]
    for query in queries:
        assert client.get("/search.json", {"q": query}).json()["total"] == 8


def test_examples_follow_the_archive(client: Client, shelf: None) -> None:
    client.get("/")
    ArticleFactory(published=True, headline="桥头灯塔", year=2030)
    rebuild()
    assert "标题:桥头" in examples(client.get("/").content.decode())


def test_an_empty_archive_has_no_examples(client: Client, settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = True
    rebuild()
    html = client.get("/").content.decode()
    assert 'class="examples"' not in html


def test_links_carry_nothing_of_how_the_page_is_made(client: Client, shelf: None) -> None:
    html = client.get("/").content.decode()
    addresses = re.findall(r'href="/(?:search|articles)[^"?]*\?([^"]*)"', html)
    assert len(addresses) > 4
    for address in addresses:
        assert parse_qs(unescape(address)).keys() <= {"q", "district", "initiative", "year"}

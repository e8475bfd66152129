"""``/suggest/``: JSON for the search field, quiet in every trouble."""

from __future__ import annotations

from typing import Any

import pytest
from django.templatetags.static import static
from django.test import Client

from reports.models import Article

pytestmark = pytest.mark.django_db


def asked(client: Client, q: str) -> Any:
    response = client.get("/suggest/", {"q": q})
    assert response.status_code == 200
    return response.json()


def test_says_what_was_typed_and_what_could_be_meant(client: Client, published: Article) -> None:
    answer = asked(client, "wdjh")
    assert answer["q"] == "wdjh"
    (one,) = [one for one in answer["suggestions"] if one["kind"] == "initiative"]
    assert one == {"text": "晚灯计划", "kind": "initiative", "label": "晚灯计划", "count": 1}


@pytest.mark.parametrize("q", ["", " ", "\x00", "\ud800", "长" * 3000, "a" * 3000, "“", "-", "%"])
def test_no_query_is_an_error(client: Client, published: Article, q: str) -> None:
    response = client.get("/suggest/?q=" + (q if q.isascii() else "")) if q == "\ud800" else None
    assert (response.json() if response else asked(client, q))["suggestions"] == []


def test_an_archive_without_an_index_has_none(client: Client) -> None:
    assert asked(client, "灯")["suggestions"] == []


def test_is_closed_where_the_archive_is(client: Client, settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = False
    response = client.get("/suggest/?q=x")
    assert (response.status_code, response.json()) == (401, {"error": "请先登录。"})


@pytest.mark.parametrize("path", ["/", "/search/?q=x", "/districts/"])
def test_every_search_field_asks_there(client: Client, published: Article, path: str) -> None:
    html = client.get(path).content.decode()
    assert 'data-suggest="/suggest/"' in html
    assert static("js/suggest.js") in html

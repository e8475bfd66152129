"""Queries without hits reach the curators, and noting them never costs a reader his search."""

from __future__ import annotations

import logging
import sqlite3
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from reports.models import MissedQuery, User
from reports.search.indexing import rebuild
from reports.workflow import RoleRefused
from reports.workflow.dictionaries import missed_queries
from reports.workflow.dictionaries.missed_queries import mark_handled
from tests.factories import ArticleFactory, MissedQueryFactory


@pytest.fixture
def site(client: Client, settings: Any) -> Client:
    settings.ARCHIVE_PUBLIC = True
    ArticleFactory(published=True, headline="水渠通了", year=2021)
    rebuild()
    return client


def kept() -> dict[str, int]:
    return dict(MissedQuery.objects.values_list("printed", "times"))


@pytest.mark.django_db
class TestNoting:
    def test_once_for_all_its_spellings(self, site: Client) -> None:
        for q in ("無此詞", "无此词", " 无此词 "):
            assert site.get("/search/", {"q": q}).status_code == 200
        (row,) = MissedQuery.objects.all()
        assert (row.query, row.printed, row.times) == ("无此词", "无此词", 3)
        assert row.first_seen < row.last_seen

    @pytest.mark.parametrize(
        "parameters",
        [
            {"q": "水渠"},
            {"q": ""},
            {"q": "水渠", "year": "1990"},
            {"q": "水渠", "from": "2030"},
            {"q": "无此词", "page": "2"},
            {"q": "无" * 300},
            {"q": "某人 13800138000"},
            {"q": "someone@example.org"},
        ],
    )
    def test_not_what_is_found_without_refinements_nor_what_is_private(
        self, site: Client, parameters: dict[str, str]
    ) -> None:
        site.get("/search/", parameters)
        assert kept() == {}

    def test_refinements_are_dropped(self, site: Client) -> None:
        site.get("/search/", {"q": "无此词", "year": "2021"})
        assert kept() == {"无此词": 1}

    def test_machines_are_not_noted(self, site: Client) -> None:
        site.get("/search.json", {"q": "无此词"})
        site.get("/suggest/", {"q": "无此词"})
        list(site.get("/search.csv", {"q": "无此词"}))
        site.head("/search/", {"q": "无此词"})
        assert kept() == {}

    def test_their_number_is_bounded(self, site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(missed_queries, "MAX_QUERIES", 3)
        monkeypatch.setattr(missed_queries, "_GONE_AT_ONCE", 1)
        now = timezone.now()
        for n, (handled, times) in enumerate([(True, 9), (False, 1), (False, 5)]):
            MissedQueryFactory(
                printed=f"旧{n}", times=times, is_handled=handled, last_seen=now - timedelta(days=n)
            )
        site.get("/search/", {"q": "新一"})
        assert set(kept()) == {"旧1", "旧2", "新一"}


@pytest.mark.django_db(transaction=True)
def test_a_locked_database_costs_neither_the_search_nor_time(
    site: Client, caplog: pytest.LogCaptureFixture
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("one writer at a time is SQLite's way")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    try:
        with caplog.at_level(logging.WARNING, "reports.workflow.dictionaries.missed_queries"):
            assert site.get("/search/", {"q": "无此词"}).status_code == 200
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert time.monotonic() - started < connection.settings_dict["OPTIONS"]["timeout"] / 2
    assert "未能记录" in caplog.text
    assert kept() == {}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone()[0] > missed_queries._LOCK_TIMEOUT
    site.get("/search/", {"q": "无此词"})
    assert kept() == {"无此词": 1}


@pytest.mark.django_db
def test_editors_say_what_is_handled(editor: User, reader: User) -> None:
    MissedQueryFactory.create_batch(2)
    with pytest.raises(RoleRefused):
        mark_handled(MissedQuery.objects.all(), reader)
    assert mark_handled(MissedQuery.objects.all(), editor) == 2
    assert not MissedQuery.objects.filter(is_handled=False).exists()


@pytest.mark.django_db
def test_the_admin_shows_them_and_marks_them(site: Client, editor: User) -> None:
    row = MissedQueryFactory(printed="灯塔志")
    site.force_login(editor)
    url = "/admin/reports/missedquery/"
    assert "灯塔志" in site.get(url).content.decode()
    answer = site.post(url, {"action": "handle", "_selected_action": [row.pk]}, follow=True)
    assert "已将 1 条标为已处理" in answer.content.decode()
    row.refresh_from_db()
    assert row.is_handled
    assert site.get(f"{url}add/").status_code == 403


@pytest.mark.django_db
def test_the_admin_keeps_synonyms_through_the_workflow(site: Client, editor: User) -> None:
    site.force_login(editor)
    url = "/admin/reports/synonym/add/"
    refused = site.post(url, {"term": "甲", "expansions": "甲", "is_active": "on"})
    assert "至少填写一个" in refused.content.decode()
    assert site.post(url, {"term": "沟渠", "expansions": "水渠", "is_active": "on"}).status_code == 302
    assert "共 1 篇报道" in site.get("/search/", {"q": "沟渠"}).content.decode()

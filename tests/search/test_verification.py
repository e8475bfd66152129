"""``index_status --verify`` finds exactly what differs, and ``--repair`` mends exactly that."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from reports.models import Article, District, InitiativeAlias, OutboxRow, Section
from reports.search.contract.errors import IndexMissing
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.indexing import apply_changes, rebuild, verification
from reports.search.indexing.index_documents import indexed_article, published_articles
from reports.search.indexing.verification import compare
from tests.engines.indexes import apply
from tests.factories import (
    ArticleFactory,
    DistrictFactory,
    InitiativeAliasFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
)
from tests.live_index import live_index

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> list[int]:
    initiative = InitiativeFactory(slug="wan-deng", name="晚灯工程")
    InitiativeAliasFactory(initiative=initiative, name="点灯行动")
    district = DistrictFactory(key="330102", name="市中区")
    articles = [ArticleFactory(published=True, district=district, lead="入冬以前清淤。") for _ in range(8)]
    for article in articles[:2]:
        InitiativeMentionFactory(article=article, initiative=initiative)
        Section.objects.create(article=article, number=1, position=1, heading="渠", body="村口的灯。")
    ArticleFactory()
    rebuild()
    return [article.pk for article in articles]


def index_behind_the_back(*ids: int) -> None:
    """As ``apply_changes``, of articles that are not published too."""
    found = [article for article in published_articles() if article.pk in ids]
    apply(live_index(), [prepare(indexed_article(article)) for article in found], [])


def test_an_index_that_holds_all_is_equal(shelf: list[int]) -> None:
    found = compare()
    assert found.is_equal
    assert (found.published, found.indexed, found.differing, found.waiting) == (8, 8, (), ())


def test_each_kind_of_difference_is_told_apart_and_mended(
    shelf: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    missing, extra, stale, waiting, fine = shelf[0], shelf[1], shelf[2], shelf[3], shelf[4]
    apply(live_index(), [], [missing])
    Article.objects.filter(pk=extra).update(state="withdrawn", withdrawn_at="2024-01-01T00:00Z")
    Article.objects.filter(pk=stale).update(headline="换了说法")
    Article.objects.filter(pk=waiting).update(headline="也换了说法")
    OutboxRow.objects.create(article_id=waiting)
    OutboxRow.objects.create(article_id=fine)
    found = compare()
    assert (found.missing, found.extra, found.stale) == ((missing,), (extra,), (stale,))
    assert (found.duplicated, found.waiting) == ((), (waiting,))
    with pytest.raises(SystemExit) as stop:
        call_command("index_status", "--verify")
    assert stop.value.code == 1
    said = capsys.readouterr().out
    for line in (f"缺少（已发布而未索引）：1 篇：{missing}", f"多余（已索引而未发布）：1 篇：{extra}"):
        assert line in said
    call_command("index_status", "--repair")
    assert "已修复 3 篇" in capsys.readouterr().out
    assert compare() == verification.Comparison(7, 7, (), (), (), (), ())
    assert not OutboxRow.objects.exists()


def test_what_only_waits_is_no_difference(shelf: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    Article.objects.filter(pk=shelf[0]).update(headline="换了说法")
    OutboxRow.objects.create(article_id=shelf[0])
    call_command("index_status", "--verify", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["ok"]
    assert told["comparison"]["waiting"] == [shelf[0]]
    assert told["comparison"]["stale"] == []


@pytest.mark.parametrize(
    "change",
    [
        lambda article: Section.objects.filter(article=article).update(body="村口没有灯。"),
        lambda article: District.objects.filter(pk=article.district_id).update(name="新城区"),
        lambda article: InitiativeAlias.objects.all().update(name="照明行动"),
        lambda article: Article.objects.filter(pk=article.pk).update(year=1999),
        lambda article: article.sections.all().delete(),
    ],
)
def test_whatever_a_search_would_see_makes_an_article_stale(
    shelf: list[int], change: Callable[[Article], object]
) -> None:
    change(Article.objects.get(pk=shelf[0]))
    assert shelf[0] in compare().stale


def test_an_article_indexed_twice_is_found_and_mended(
    shelf: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("reports.search.engines.whoosh.indexer.writer.ArchiveWriter.remove", lambda *_: 0)
        index_behind_the_back(shelf[0])
    found = compare()
    assert (found.duplicated, found.stale) == ((shelf[0],), ())
    call_command("index_status", "--repair", verbosity=0)
    assert compare().is_equal


def test_only_so_many_ids_are_listed(shelf: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    apply(live_index(), [], shelf[:5])
    with pytest.raises(SystemExit):
        call_command("index_status", "--verify", "--ids", "2")
    assert f"5 篇：{shelf[0]} {shelf[1]} …" in capsys.readouterr().out


def test_changes_that_are_taken_in_during_the_comparison_are_no_differences(
    shelf: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is read before somebody edits and the outbox after it was drained."""
    monkeypatch.setattr(verification, "_PAUSE_SECONDS", 0)
    edited = iter(shelf[:3])

    def edit(done: int, total: int) -> None:
        if done == total and (article_id := next(edited, None)) is not None:
            Article.objects.filter(pk=article_id).update(headline="换了说法")
            apply_changes([article_id])

    found = compare(edit)
    assert found.is_equal
    assert next(edited) == shelf[1]


def test_queries_do_not_grow_with_the_articles(shelf: list[int], django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        compare()


def test_no_index_is_nothing_to_compare(shelf: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    live_index().generations.pointer.unlink()
    with pytest.raises(IndexMissing):
        compare()
    with pytest.raises(SystemExit):
        call_command("index_status", "--verify")
    assert "无从逐篇核对" in capsys.readouterr().out
    call_command("index_status", "--repair")
    assert "重建索引：8 篇" in capsys.readouterr().out
    assert compare().is_equal


def test_verifying_reads_every_file_again(shelf: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    index = live_index()
    index.snapshot()
    (path,) = index.generations.folder_of(1).glob("*.pst")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(SystemExit):
        call_command("index_status", "--verify", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["comparison"]) == ("damaged", None)
    assert "校验和" in told["cause"]
    call_command("index_status", "--repair", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["state"], told["comparison"]["indexed"]) == (True, "current", 8)

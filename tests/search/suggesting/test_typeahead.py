"""Typeahead offers what the archive holds, never more than ten, each with the count its search gives."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from reports.search import SearchRequest, search
from reports.search.answering.suggestions import MAX_SUGGESTIONS, suggest
from reports.search.indexing import rebuild
from reports.search.suggesting import table
from reports.search.suggesting.table import Entry, SuggestionKind, SuggestionTable
from reports.workflow.dictionaries.entries import save_entry
from tests.factories import ArticleFactory, DistrictFactory, SynonymFactory

pytestmark = pytest.mark.django_db


def offered(typed: str) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in suggest(typed)]


@pytest.mark.parametrize("typed", ["晚灯", "wandeng", "wd", "wan灯", "dxd"])
def test_an_initiative_by_name_alias_and_sound(searchable: SimpleNamespace, typed: str) -> None:
    if typed == "dxd":
        assert ("initiative", "晚灯工程") in offered("点灯xd")
    else:
        assert offered(typed)[0][1].startswith("晚灯")
        assert ("initiative", "晚灯工程") in offered(typed)


def test_districts_of_one_name_are_told_apart(searchable: SimpleNamespace) -> None:
    assert {one.text: one.label for one in suggest("szq") if one.kind == "district"} == {
        "区县:兰溪市市中区": "兰溪市市中区",
        "区县:海门市市中区": "海门市市中区",
    }


def test_headlines_and_words(searchable: SimpleNamespace) -> None:
    assert ("headline", "水渠通到村口，晚灯亮到天明") in offered("shuiqutongdao")
    assert ("headline", "园区的产业链") in offered("园区")
    assert ("term", "产业链") in offered("cyl")


def test_the_next_word_of_a_query_is_completed(searchable: SimpleNamespace) -> None:
    assert ("term", "水渠 产业链") in offered("水渠 cyl")
    assert offered("水渠 -cyl") == []


def test_what_no_article_holds_is_not_offered(searchable: SimpleNamespace) -> None:
    DistrictFactory(name="无人写过区")
    assert offered("无人写") == []
    assert offered("") == offered("  ") == offered("，") == []


@pytest.mark.parametrize("typed", ["s", "水", "c", "党建", "dang", "szq", "水渠 c", "jiu"])
def test_every_count_is_what_the_search_finds(searchable: SimpleNamespace, typed: str) -> None:
    found = suggest(typed)
    assert len(found) <= MAX_SUGGESTIONS
    assert len({one.text for one in found}) == len(found)
    for one in found:
        assert one.count == search(SearchRequest(q=one.text)).total > 0


def test_beginnings_come_before_what_stands_inside(searchable: SimpleNamespace) -> None:
    texts = [text for _, text in offered("产业")]
    assert texts.index("产业链") < texts.index("园区的产业链")


def test_at_most_ten_and_none_twice(db: None) -> None:
    for number in range(30):
        ArticleFactory(published=True, headline=f"水渠第{number}段通水", lead=f"水渠{number}号工地")
    rebuild()
    assert len(suggest("水渠")) == MAX_SUGGESTIONS


def test_a_headline_that_would_be_read_as_syntax_is_quoted(db: None) -> None:
    ArticleFactory(published=True, headline="标题:怎样 起一个-好标题")
    rebuild()
    (one,) = [one for one in suggest("标题怎样") if one.kind == "headline"]
    assert search(SearchRequest(q=one.text)).total == one.count == 1


def test_a_new_commit_brings_a_new_table(searchable: SimpleNamespace, request: Any) -> None:
    if "plain" in request.node.name:
        pytest.skip("the plain engine is fixed")
    assert offered("新添") == []
    ArticleFactory(published=True, headline="新添一座桥")
    rebuild()
    assert offered("新添") == [("headline", "新添一座桥")]


def test_in_service_the_old_table_answers_while_the_next_is_made(
    searchable: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch, request: Any
) -> None:
    if "plain" in request.node.name:
        pytest.skip("the plain engine is fixed")
    started = []
    settings.ARCHIVE_BACKGROUND_INDEXING = True
    monkeypatch.setattr(table._Holder, "_renew", lambda self, engine: started.append(engine))
    before = offered("晚灯")
    ArticleFactory(published=True, headline="晚灯下的新桥")
    rebuild()
    assert offered("晚灯") == before
    assert started


def test_a_table_is_bounded_in_bytes(searchable: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    from reports.search.connection import engine

    whole = table.build_table(engine().vocabulary())
    headlines = [entry for entry in whole.entries if entry.kind is SuggestionKind.HEADLINE]
    monkeypatch.setattr(table, "MAX_BYTES", whole.nbytes - 1000)
    cut = table.build_table(engine().vocabulary())
    kept = [entry for entry in cut.entries if entry.kind is SuggestionKind.HEADLINE]
    assert kept == headlines[: len(kept)]
    assert 0 < len(kept) < len(headlines)


def test_counts_are_asked_for_once_as_long_as_synonyms_stay() -> None:
    class Counter:
        def __init__(self, expansions: object) -> None:
            self.expansions = expansions
            self.version = "1.1"
            self.asked: list[str] = []

        def __call__(self, query: str) -> int:
            self.asked.append(query)
            return 3

    before, after = Counter(object()), Counter(object())
    entries = SuggestionTable([Entry(SuggestionKind.TERM, "水渠", "水渠", "水渠", 3)])
    assert [entries.count("水渠", before), entries.count("水渠", before)] == [3, 3]
    assert entries.count("水渠", after) == 3
    assert (before.asked, after.asked) == (["水渠"], ["水渠"])


def test_a_synonym_counts_at_once(searchable: SimpleNamespace) -> None:
    def counted() -> int:
        return next(one.count for one in suggest("稻") if one.text == "稻谷")

    before = counted()
    save_entry(SynonymFactory.build(term="稻谷", expansions="水渠"))
    assert counted() == search(SearchRequest(q="稻谷")).total > before

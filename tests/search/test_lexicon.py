"""A word added to the lexicon changes how texts are cut, from the next rebuild on and not before."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.management import call_command

from reports.models import Article, LexiconWord
from reports.search import SearchRequest, search
from reports.search.answering.searcher import ask
from reports.search.indexing import apply_changes, rebuild
from reports.search.indexing.status import IndexState, status
from reports.search.syntax.tree import Phrase, Prefix
from reports.workflow import save_initiative
from reports.workflow.dictionaries.entries import delete_entry, save_entry
from tests.factories import ArticleFactory, InitiativeFactory, LexiconWordFactory
from tests.live_index import live_index

pytestmark = pytest.mark.django_db


def found(query: str) -> list[str]:
    return [hit.headline for hit in search(SearchRequest(q=query)).hits]


@pytest.fixture
def towers() -> SimpleNamespace:
    """守望 stands as a word in one article; in the other two inside 灯塔守望, as long as that is none."""
    for headline in ("老街坊们守望家园的一年又一年", "灯塔守望站建成", "灯塔守望有新人"):
        ArticleFactory(published=True, headline=headline)
    rebuild()
    return SimpleNamespace(word=LexiconWordFactory.build(word="燈塔守望"))


def publish(headline: str) -> None:
    apply_changes([ArticleFactory(published=True, headline=headline).pk])


def test_a_new_word_counts_after_the_rebuild_and_not_before(towers: SimpleNamespace) -> None:
    before = found("=守望")
    assert len(before) == 3
    save_entry(towers.word)
    assert found("=守望") == before
    assert isinstance(ask(SearchRequest(q="灯塔守望*")).question.tree, Phrase)
    rebuild()
    assert found("=守望") == ["老街坊们守望家园的一年又一年"]
    assert isinstance(ask(SearchRequest(q="灯塔守望*")).question.tree, Prefix)
    assert sorted(found("=灯塔守望")) == sorted(found("灯塔守望*")) == ["灯塔守望有新人", "灯塔守望站建成"]
    assert len(found("守望")) == 3


def test_what_stands_inside_a_new_word_comes_last(towers: SimpleNamespace) -> None:
    assert found("守望")[-1] == "老街坊们守望家园的一年又一年"  # the longest of three
    save_entry(towers.word)
    assert found("守望")[-1] == "老街坊们守望家园的一年又一年"
    rebuild()
    assert found("守望")[0] == "老街坊们守望家园的一年又一年"


def test_a_changed_lexicon_is_told_and_update_index_makes_it_count(
    towers: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    version = status().engine.version
    save_entry(towers.word)
    found_now = status()
    assert (found_now.state, found_now.engine.differing) == (IndexState.OUTDATED, ("lexicon",))
    assert found_now.engine.version == version
    assert found_now.notice.startswith("词典已改动，重建索引后生效")
    with pytest.raises(SystemExit):
        call_command("index_status")
    assert "与程序不同：词典词条" in capsys.readouterr().out
    call_command("update_index", verbosity=0)
    assert status().state is IndexState.CURRENT
    assert status().engine.version != version
    assert found("=守望") == ["老街坊们守望家园的一年又一年"]
    delete_entry(LexiconWord.objects.get())
    assert status().engine.differing == ("lexicon",)
    rebuild()
    assert status().engine.version == version


def test_an_index_without_added_words_is_what_it_was_before_there_were_any(towers: SimpleNamespace) -> None:
    assert "lexicon" not in live_index().generations.live_manifest()["parts"]  # type: ignore[index]


def test_articles_published_meanwhile_are_cut_as_the_rest_of_the_index(towers: SimpleNamespace) -> None:
    save_entry(towers.word)
    publish("灯塔守望人退休")
    assert "灯塔守望人退休" in found("=守望")
    rebuild()
    delete_entry(LexiconWord.objects.get())
    publish("灯塔守望员上岗")
    assert found("=守望") == ["老街坊们守望家园的一年又一年"]
    rebuild()
    assert len(found("=守望")) == Article.objects.published().count() == 5


def test_the_first_index_is_made_with_the_words_there_are(towers: SimpleNamespace) -> None:
    save_entry(towers.word)
    live_index().generations.pointer.unlink()
    publish("灯塔守望人退休")
    assert status().state is IndexState.CURRENT
    assert found("=守望") == ["老街坊们守望家园的一年又一年"]


def test_a_word_saved_while_a_rebuild_runs_waits_for_the_next(towers: SimpleNamespace) -> None:
    rebuild(lambda done, _: save_entry(towers.word) if done == 1 else None)
    assert len(found("=守望")) == 3
    assert status().engine.differing == ("lexicon",)


def test_initiatives_are_no_part_of_the_version(towers: SimpleNamespace) -> None:
    version = status().engine.version
    save_initiative(InitiativeFactory.build(name="灯塔守望行动"), [])
    assert (status().state, status().engine.version) == (IndexState.CURRENT, version)


def test_a_long_word_is_cut_as_the_index_is(towers: SimpleNamespace) -> None:
    ArticleFactory(published=True, headline="港口", lead="灯塔守望，风雨无阻")
    save_entry(towers.word)
    rebuild()
    page = search(SearchRequest(q="灯塔守望港口"))
    assert page.notices == ("没有找到连写的“灯塔守望港口”，已按“灯塔守望 港口”查找。",)
    assert [hit.headline for hit in page.hits] == ["港口"]

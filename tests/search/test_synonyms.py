"""A bare word also finds its synonyms; everything else means what it says."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from reports.search import SearchRequest, search
from reports.search.answering.synonyms import current_expansions, expand
from reports.search.indexing import rebuild
from reports.search.syntax import interpret, parse
from reports.search.syntax.tree import Or, Word
from reports.workflow.dictionaries.entries import save_entry
from tests.factories import ArticleFactory, SynonymFactory

pytestmark = pytest.mark.django_db


def found(query: str) -> set[str]:
    return {hit.headline for hit in search(SearchRequest(q=query)).hits}


@pytest.fixture
def two(archive: SimpleNamespace) -> SimpleNamespace:
    save_entry(SynonymFactory.build(term="沟渠", expansions="水渠\n渠道"))
    return archive


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("query", ["沟渠", "溝渠", "沟渠 OR 无此词"])
def test_a_word_finds_its_expansions(searchable: SimpleNamespace, query: str) -> None:
    assert found(query) == found("水渠") != set()


@pytest.mark.usefixtures("two")
def test_inside_a_larger_query(searchable: SimpleNamespace) -> None:
    assert found("沟渠 稻谷") == found("水渠 稻谷") != set()
    assert found("标题:沟渠") == found("标题:水渠") != set()
    assert found("党建 -沟渠") == found("党建 -水渠") != found("党建")


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("query", ["“沟渠”", "=沟渠", "沟渠*", "渠道"])
def test_phrases_exact_words_and_the_other_direction_stay(searchable: SimpleNamespace, query: str) -> None:
    assert found(query) == set()


def test_both_directions_where_it_says_so(searchable: SimpleNamespace) -> None:
    save_entry(SynonymFactory.build(term="沟渠", expansions="水渠\n渠道", is_two_way=True))
    assert found("渠道") == found("沟渠") == found("水渠") != set()


def test_the_page_says_so_and_marks_them(searchable: SimpleNamespace) -> None:
    save_entry(SynonymFactory.build(term="沟渠", expansions="水渠\n渠道"))
    page = search(SearchRequest(q="沟渠 稻谷"))
    assert page.interpreted == "沟渠（含：水渠、渠道） 且 稻谷"
    (hit,) = page.hits
    marked = {snippet.text[start:end] for snippet in hit.snippets for start, end in snippet.marks}
    assert "水渠" in marked


def test_the_reading_page_marks_them(searchable: SimpleNamespace) -> None:
    from reports.search.answering.highlighting import find_highlight_terms

    save_entry(SynonymFactory.build(term="沟渠", expansions="水渠"))
    assert [term.text for term in find_highlight_terms(SearchRequest(q="沟渠"), ["水渠"])] == ["沟渠", "水渠"]


def test_switched_off_changed_or_removed_it_has_no_effect(searchable: SimpleNamespace) -> None:
    synonym = SynonymFactory.build(term="沟渠", expansions="水渠")
    save_entry(synonym)
    assert found("沟渠")
    synonym.is_active = False
    save_entry(synonym)
    assert not found("沟渠")
    synonym.is_active, synonym.expansions = True, "晒场"
    save_entry(synonym)
    assert found("沟渠") == found("晒场") != set()
    synonym.delete()
    assert not found("沟渠")


def test_a_phrase_of_the_same_text_is_not_said_to_include_others() -> None:
    tree = parse("沟渠 OR “沟渠”").tree
    assert interpret(tree, None, {"沟渠": ("水渠",)}) == "沟渠（含：水渠） 或 “沟渠”"


def test_expansions_are_not_expanded_again() -> None:
    assert expand(Word("甲"), {"甲": ("乙",), "乙": ("丙",)}) == Or((Word("甲"), Word("乙")))


def test_a_new_article_needs_no_new_synonym(db: None) -> None:
    save_entry(SynonymFactory.build(term="两新组织", expansions="新经济组织和新社会组织"))
    ArticleFactory(published=True, headline="园区里的新经济组织和新社会组织")
    rebuild()
    assert found("两新组织") == {"园区里的新经济组织和新社会组织"}
    assert current_expansions() == {"两新组织": ("新经济组织和新社会组织",)}

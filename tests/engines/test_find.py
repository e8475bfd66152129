"""The engine gives what the slow obvious one gives: hits, totals, facet counts, order, pages."""

import dataclasses
import math
import random

import pytest

from reports.search.contract.values import EngineQuery, IndexedArticle, IndexedBlock, SortKey
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.engines.whoosh.indexer import writer
from reports.search.engines.whoosh.query.questions import rank_question
from reports.search.engines.whoosh.query.searching import find
from reports.search.request import Scope
from reports.search.syntax.tree import And, Every, Exact, Field, FieldName, Or, Prefix, Word
from tests.engines.corpus import random_article, random_leaf, random_search
from tests.engines.indexes import apply
from tests.engines.naive import NaiveEngine


def compiled(tree, scope=Scope.ARTICLE, order=SortKey.RELEVANCE, **changes):
    search = EngineQuery(tree, scope, {}, None, None, (order,), 0, None)
    return dataclasses.replace(search, **changes)


def found(index, search):
    return [(hit.article_id, hit.number) for hit in find(index.snapshot(), search).hits]


def article(number, *texts, headline="标题", **changes):
    blocks = (
        IndexedBlock("headline", -1, -1, headline),
        *(IndexedBlock("body", 1, -1, text) for text in texts),
    )
    base = IndexedArticle(number, blocks, {"year": ("none",)}, None, None, "", str(number))
    return dataclasses.replace(base, **changes)


@pytest.fixture
def index(tmp_path):
    return IndexDirectory(tmp_path)


def fill(index, *articles):
    apply(index, [prepare(each) for each in articles], [])
    return index


def test_a_question_orders_the_articles_that_match(index):
    """Among what the tree finds, the terms of the question decide; units are ordered as ever."""
    fill(
        index,
        article(1, "灯塔照亮港口，货轮进港。"),
        article(2, "灯塔由港务局看守，每年检修。"),
        article(3, "看守灯塔的是港务局。", "灯塔灯塔灯塔。"),
        article(4, "港务局看守码头。"),
    )
    question = "哪家单位看守灯塔并每年检修？"
    search = compiled(Word("灯塔"), question=question)
    ranked = [hit.article_id for hit in rank_question(index.snapshot(), question, 10)]
    expected = [number for number in ranked if number in {1, 2, 3}]
    assert [number for number, _ in found(index, search)] == expected
    assert expected[0] == 2
    assert found(index, compiled(Word("灯塔")))[0] != (2, -1)
    assert found(index, compiled(Every(), question=question))[:1] == [(2, -1)]
    assert len(found(index, compiled(Every(), question=question))) == 4
    page = dataclasses.replace(search, start=1, limit=1)
    assert found(index, page) == [(expected[1], -1)]
    in_sections = compiled(Word("灯塔"), Scope.SECTION)
    assert found(index, in_sections) == found(index, dataclasses.replace(in_sections, question=question))


@pytest.mark.parametrize("seed", range(12))
def test_random_searches_over_changing_segments_equal_the_naive_engine(tmp_path, seed):
    chance = random.Random(seed)
    index, state = IndexDirectory(tmp_path), {}
    for _ in range(6):
        ids = chance.sample(range(1, 40), chance.randint(1, 12))
        changed = [random_article(chance, number) for number in ids if chance.random() < 0.8]
        apply(index, [prepare(each) for each in changed], ids)
        for number in ids:
            state.pop(number, None)
        state |= {each.id: each for each in changed}
        naive = NaiveEngine(state.values())
        for _ in range(20 if state else 0):
            search = random_search(chance, list(state.values()))
            ours, theirs = find(index.snapshot(), search), naive.find(search)
            units = [(hit.article_id, hit.number) for hit in ours.hits]
            assert ours.total == theirs.total == len(units), search
            assert frozenset(units) == theirs.units, search
            assert ours.facets == theirs.facets, search
            if SortKey.RELEVANCE not in search.order:
                assert tuple(units) == theirs.order, search


@pytest.mark.parametrize("seed", range(6))
def test_searches_that_share_words_equal_the_naive_engine_whatever_was_asked_before(
    tmp_path, monkeypatch, seed
):
    """Every commit is a segment; what is kept for the commit is used: the same few words come again."""
    monkeypatch.setattr(writer, "MAX_DOCUMENTS_IN_COMMIT", 0)
    chance = random.Random(seed)
    index, state = IndexDirectory(tmp_path), {}
    words = []
    for _ in range(5):
        changed = [random_article(chance, number) for number in chance.sample(range(1, 60), 4)]
        apply(index, [prepare(each) for each in changed], [each.id for each in changed])
        state |= {each.id: each for each in changed}
        naive = NaiveEngine(state.values())
        words = words[-6:] + [random_leaf(chance, list(state.values())) for _ in range(6)]
        for _ in range(30):
            join = chance.choice([And, And, Or])
            search = random_search(chance, list(state.values()))
            search = dataclasses.replace(search, tree=join(tuple(chance.sample(words, chance.randint(1, 3)))))
            ours, theirs = find(index.snapshot(), search), naive.find(search)
            units = [(hit.article_id, hit.number) for hit in ours.hits]
            assert frozenset(units) == theirs.units, search
            assert (ours.total, ours.facets) == (theirs.total, theirs.facets), search
            if SortKey.RELEVANCE not in search.order:
                assert tuple(units) == theirs.order, search
    assert len(index.snapshot().segments) == 5


@pytest.mark.parametrize("order", list(SortKey))
@pytest.mark.parametrize("scope", list(Scope))
def test_pages_of_any_size_neither_repeat_nor_skip(tmp_path, order, scope):
    chance = random.Random(7)
    index = IndexDirectory(tmp_path)
    for start in (1, 20, 40):
        fill(index, *(random_article(chance, number) for number in range(start, start + 20)))
    search = compiled(Or((Word("党建"), Word("区"))), scope, order)
    everything = found(index, search)
    assert len(everything) > 10
    for size in (1, 3, 7, 1000):
        pages = [
            unit
            for start in range(0, len(everything) + size, size)
            for unit in found(index, dataclasses.replace(search, start=start, limit=size))
        ]
        assert pages == everything


def test_a_page_beyond_the_end_is_empty_and_the_total_stays(index):
    fill(index, article(1, "党建"))
    result = find(index.snapshot(), compiled(Word("党建"), start=50, limit=20))
    assert (result.total, list(result.hits)) == (1, [])


def test_no_index_finds_nothing(index):
    result = find(index.snapshot(), compiled(Every()))
    assert (result.total, list(result.hits), result.facets) == (0, [], {})


def test_accidental_places_come_after_every_word(index):
    fill(
        index,
        article(1, "历城区长期坚持，历城区长期努力。" * 20, headline="历城区长期"),
        article(2, "说明情况的是一位区长。" + "别的事情很多很多。" * 60),
    )
    assert found(index, compiled(Word("区长"))) == [(2, -1), (1, -1)]
    scores = [hit.score for hit in find(index.snapshot(), compiled(Word("区长"))).hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("scope", [Scope.ARTICLE, Scope.SECTION])
def test_no_other_word_can_lift_an_accidental_place(index, scope):
    fill(
        index,
        article(1, "历城区长期坚持党建。" + "党建，" * 40, headline="党建党建党建"),
        article(2, "区长谈党建。" + "别的事情很多很多。" * 60),
    )
    tree = And((Word("区长"), Word("党建")))
    assert [number for number, _ in found(index, compiled(tree, scope))] == [2, 1]


def test_units_score_by_bm25_over_what_they_contain(index):
    """The same sum written out for one unit at a time."""
    texts = ["党建党建" + "甲" * 30, "党建" + "甲" * 3, "党建党建党建" + "甲" * 90, "产业" + "甲" * 10]
    fill(index, *(article(number, text) for number, text in enumerate(texts)))
    hits = find(index.snapshot(), compiled(Word("党建"), Scope.SECTION)).hits
    average = sum(map(len, texts)) / 4
    idf = math.log(4 / (3 + 1)) + 1

    def score(text):
        often = text.count("党建")
        return idf * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * len(text) / average))

    lifted = idf * 2.2
    assert {hit.article_id: hit.score for hit in hits} == {
        number: pytest.approx(score(text) + lifted, abs=1e-9) for number, text in enumerate(texts[:3])
    }


def test_in_sections_too(index):
    fill(index, article(1, "历城区长期坚持。"), article(2, "区长说明情况。"))
    assert found(index, compiled(Word("区长"), Scope.SECTION)) == [(2, 1), (1, 1)]


def test_a_word_in_the_headline_counts_more(index):
    fill(
        index,
        article(1, "社区里有养老食堂。", headline="别的标题"),
        article(2, "社区里有老人散步。", headline="养老食堂"),
    )
    assert found(index, compiled(Word("养老食堂"))) == [(2, -1), (1, -1)]


def test_equal_scores_stand_newest_first_then_by_id(index):
    import datetime

    old, new = datetime.date(2020, 1, 1), datetime.date(2024, 1, 1)
    fill(
        index,
        article(1, "党建", published_on=old, year=2020),
        article(3, "党建", published_on=new, year=2024),
    )
    fill(index, article(2, "党建", published_on=new, year=2024))
    assert found(index, compiled(Word("党建"))) == [(3, -1), (2, -1), (1, -1)]


def test_a_word_does_not_cross_blocks(index):
    fill(index, article(1, "讲党", "建房"))
    assert found(index, compiled(Word("党建"))) == []


def test_single_characters_and_codes_are_found(index):
    fill(index, article(1, "构建“１+４+４+Ｎ”模式，A类。"), article(2, "其他。"))
    for text in ("n", "a", "1+4+4+n", "构", "4+4"):
        assert found(index, compiled(Word(text))) == [(1, -1)], text


def test_section_scope_asks_for_all_words_in_one_section(index):
    blocks = (IndexedBlock("body", 1, -1, "党建"), IndexedBlock("body", 2, -1, "产业链"))
    fill(index, article(1, blocks=blocks), article(2, "党建与产业链"))
    both = And((Word("党建"), Word("产业链")))
    assert sorted(found(index, compiled(both))) == [(1, -1), (2, -1)]
    assert found(index, compiled(both, Scope.SECTION)) == [(2, 1)]


def test_article_fields_restrict_sections(index):
    fill(index, article(1, "党建", headline="甲区报道"), article(2, "党建", headline="乙区报道"))
    tree = And((Word("党建"), Field(FieldName.HEADLINE, Word("甲区"))))
    assert found(index, compiled(tree, Scope.SECTION)) == [(1, 1)]


def test_exact_and_prefix_go_by_words(index):
    fill(index, article(1, "历城区长期坚持。"), article(2, "区长说。"), article(3, "区长期"))
    assert (2, -1) in found(index, compiled(Exact("区长")))
    assert (1, -1) not in found(index, compiled(Exact("区长")))
    assert (1, -1) not in found(index, compiled(Prefix("区")))
    assert (2, -1) in found(index, compiled(Prefix("区")))


def test_an_article_updated_twice_in_one_call_is_there_once(index):
    fill(index, article(1, "旧"), article(1, "新"))
    assert found(index, compiled(Every())) == [(1, -1)]
    assert found(index, compiled(Word("新"))) == [(1, -1)]


def test_chosen_values_without_hits_stay_with_their_zero(index):
    fill(index, article(1, "党建", facets={"district": ("370102",)}))
    search = compiled(Word("党建"), refinements={"district": ("370199",)})
    result = find(index.snapshot(), search)
    assert result.total == 0
    assert result.facets["district"] == {"370102": 1, "370199": 0}


def test_the_count_of_a_value_is_what_choosing_it_gives(tmp_path):
    chance = random.Random(3)
    index = fill(IndexDirectory(tmp_path), *(random_article(chance, number) for number in range(1, 60)))
    search = compiled(Word("区"), refinements={"district": ("370102",), "year": ("2022", "2023")})
    result = find(index.snapshot(), search)
    assert result.facets["district"]
    for facet, counts in result.facets.items():
        for value, count in counts.items():
            chosen = {**search.refinements, facet: (value,)}
            assert find(index.snapshot(), dataclasses.replace(search, refinements=chosen)).total == count

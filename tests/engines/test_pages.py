"""The first pages are worked out without ordering everything, and are the same as if they were not."""

import dataclasses
import random

import numpy as np
import pytest

from reports.search.contract.values import EngineQuery, SortKey
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.engines.whoosh.query import ranking
from reports.search.engines.whoosh.query.searching import find
from reports.search.request import Scope
from reports.search.syntax.tree import Word
from tests.engines.corpus import random_article, random_search
from tests.engines.indexes import apply


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    chance = random.Random(31)
    index = IndexDirectory(tmp_path_factory.mktemp("pages"))
    articles = [random_article(chance, number) for number in range(1, 181)]
    for start in range(0, 180, 60):
        apply(index, [prepare(article) for article in articles[start : start + 60]], range(3, 180, 11))
    return index, articles


@pytest.mark.parametrize("seed", range(8))
def test_every_page_is_a_slice_of_all_hits(archive, seed, monkeypatch):
    monkeypatch.setattr(ranking, "NEAR_CANDIDATES", 3)  # fewer than the hits, as in a large archive
    index, articles = archive
    chance = random.Random(seed)
    cut_short = 0
    for _ in range(40):
        search = dataclasses.replace(
            random_search(chance, articles), order=(SortKey.RELEVANCE,), limit=None, start=0
        )
        everything = find(index.snapshot(), search).hits
        start, limit = chance.randint(0, 3), chance.randint(1, 3)
        page = find(index.snapshot(), dataclasses.replace(search, start=start, limit=limit)).hits
        assert page == everything[start : start + limit], search
        cut_short += len(everything) > 8 * max(3, start + limit)
    assert cut_short > 5


# Mostly parts of longer words, so that most hits are accidents: 区长 in 历城区长期.
@pytest.mark.parametrize("text", ["区长", "引领", "智能", "长期", "链长", "书记", "产业", "城区", "党"])
@pytest.mark.parametrize("scope", [Scope.ARTICLE, Scope.SECTION])
def test_a_page_of_words_among_accidents_is_a_slice_of_all_hits(archive, text, scope):
    index, _ = archive
    search = EngineQuery(Word(text), scope, {}, None, None, (SortKey.RELEVANCE,), 0, None)
    everything = find(index.snapshot(), search).hits
    for limit in (1, 2, 5):
        assert find(index.snapshot(), dataclasses.replace(search, limit=limit)).hits == everything[:limit]


@pytest.mark.parametrize("seed", range(4))
def test_a_warm_engine_answers_as_a_cold_one(archive, seed):
    index, articles = archive
    chance = random.Random(100 + seed)
    searches: list[EngineQuery] = [random_search(chance, articles) for _ in range(40)]
    warm = [find(index.snapshot(), search) for search in searches for _ in range(2)][1::2]
    cold = [find(IndexDirectory(index.path).snapshot(), search) for search in searches]
    assert warm == cold


def test_a_few_units_hold_what_all_units_hold(archive):
    index, _ = archive
    chance = random.Random(5)
    for segment in index.snapshot().segments:
        for text in ("区长", "产业", "党建引领", "A", "的"):
            everything = segment.literal.occurrences(text, Scope.ARTICLE)
            for count in (0, 1, 3, 20):
                among = np.zeros(segment.count, bool)
                among[chance.sample(range(segment.count), count)] = True
                few = segment.literal.occurrences(text, Scope.ARTICLE, among=np.flatnonzero(among))
                expected, given = everything.within(among), few.within(among)
                assert given.unit.tolist() == expected.unit.tolist()
                assert positions_of(given) == positions_of(expected)


def positions_of(occurrences):
    bounds = zip(occurrences.low.tolist(), occurrences.high.tolist(), strict=True)
    return [occurrences.positions[low:high].tolist() for low, high in bounds]

"""Stock Whoosh is the oracle of our scores: same postings, same formula, to 1e-9."""

import random

import numpy as np
import pytest
from whoosh import query
from whoosh.index import FileIndex
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.schema import HEADLINE_FIELD, TEXT_FIELD
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.engines.whoosh.query.ranking import add_term_groups
from reports.search.engines.whoosh.scoring.bm25 import ScoredDocuments
from tests.engines.corpus import random_article
from tests.engines.indexes import apply


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    chance = random.Random(11)
    index = IndexDirectory(tmp_path_factory.mktemp("scores"))
    for start in (0, 60, 90, 100):
        ids = range(start, start + 60)
        apply(index, [prepare(random_article(chance, number)) for number in ids], [])
    apply(index, [], range(5, 150, 7))
    snapshot = index.snapshot()
    assert len(snapshot.segments) > 2
    assert not snapshot.live.all()
    return index


@pytest.fixture(scope="module")
def searcher(index):
    from reports.search.engines.whoosh.directory.storage import MappedStorage

    folder = index.generations.folder_of(index.generations.current())
    whoosh = FileIndex(MappedStorage(str(folder)), indexname="MAIN")
    return Searcher(whoosh.reader(), weighting=BM25F())


def whoosh_scores(searcher, tree):
    return {hit["key"]: hit.score for hit in searcher.search(tree, limit=None)}


def our_scores(index, terms, field, every=False):
    snapshot = index.snapshot()
    candidates = ScoredDocuments(snapshot)
    add_term_groups(candidates, [(term,) for term in terms], {field: 1.0})
    scores = candidates.scores
    matched = snapshot.live.copy()
    holding = [np.zeros(snapshot.count, bool) for _ in terms]
    for mask, term in zip(holding, terms, strict=True):
        for base, segment in zip(snapshot.bases, snapshot.segments, strict=False):
            mask[segment.words.postings(field, term).documents + base] = True
    matched &= np.logical_and.reduce(holding) if every else np.logical_or.reduce(holding)
    return {str(snapshot.ids[document]): scores[document] for document in np.flatnonzero(matched)}


def assert_same(ours, theirs):
    assert theirs
    assert ours.keys() == theirs.keys()
    for key, score in theirs.items():
        assert ours[key] == pytest.approx(score, abs=1e-9, rel=0)


def frequent_terms(index, field, count):
    terms = set()
    for segment in index.snapshot().segments:
        terms.update(segment.words.terms_with_prefix(field, ""))
    return random.Random(1).sample(sorted(terms), count)


@pytest.mark.parametrize("field", [TEXT_FIELD, HEADLINE_FIELD])
def test_a_term_scores_as_in_whoosh(index, searcher, field):
    checked = 0
    for term in frequent_terms(index, field, 30):
        theirs = whoosh_scores(searcher, query.Term(field, term))
        if theirs:
            assert_same(our_scores(index, [term], field), theirs)
            checked += 1
    assert checked > 20


@pytest.mark.parametrize("every", [True, False])
def test_terms_together_score_as_in_whoosh(index, searcher, every):
    join = query.And if every else query.Or
    terms = ["产业", "党建", "区长", "发展", "的"]
    checked = 0
    for number in range(2, 5):
        for start in range(len(terms) - number + 1):
            chosen = terms[start : start + number]
            theirs = whoosh_scores(searcher, join([query.Term(TEXT_FIELD, term) for term in chosen]))
            if theirs:
                assert_same(our_scores(index, chosen, TEXT_FIELD, every), theirs)
                checked += 1
    assert checked > 3


def test_postings_as_arrays_equal_whooshs_own(index, searcher):
    snapshot = index.snapshot()
    for segment, (reader, _) in zip(snapshot.segments, searcher.reader().leaf_readers(), strict=True):
        for term in list(segment.words.terms_with_prefix(TEXT_FIELD, ""))[:300]:
            ours = segment.words.postings(TEXT_FIELD, term)
            matcher = reader.postings(TEXT_FIELD, term)
            theirs = []
            while matcher.is_active():
                theirs.append((matcher.id(), matcher.weight()))
                matcher.next()
            living = [(d, w) for d, w in zip(ours.documents.tolist(), ours.frequencies.tolist(), strict=True)
                      if not reader.is_deleted(d)]  # fmt: skip
            assert living == theirs


def test_long_posting_lists_are_read_over_all_their_blocks(tmp_path):
    chance = random.Random(2)
    index = IndexDirectory(tmp_path)
    apply(index, [prepare(random_article(chance, number)) for number in range(700)], [])
    segment = index.snapshot().segments[0]
    lists = [
        segment.words.postings(TEXT_FIELD, term) for term in segment.words.terms_with_prefix(TEXT_FIELD, "")
    ]
    assert max(map(len, lists)) > 2 * 128
    assert all((np.diff(postings.documents) > 0).all() for postings in lists)

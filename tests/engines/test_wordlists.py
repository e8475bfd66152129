"""Word lists hold what Whoosh's own postings hold, for every word of every field."""

import random

import pytest
from whoosh.index import FileIndex

from reports.search.engines.contract import IndexedArticle, IndexedBlock
from reports.search.engines.derived import build_derived, folder_name
from reports.search.engines.documents import prepare
from reports.search.engines.index import ArchiveIndex
from reports.search.engines.postings import read_postings
from reports.search.engines.schema import TEXT_FIELD, WORD_FIELDS
from reports.search.engines.storage import MappedStorage
from tests.engines.corpus import random_article


def article(number, text):
    blocks = (IndexedBlock("headline", -1, -1, "标题"), IndexedBlock("body", 1, -1, text))
    return IndexedArticle(number, blocks, {}, None, None, "", str(number))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    chance = random.Random(5)
    index = ArchiveIndex(tmp_path_factory.mktemp("words"))
    # More articles than a block of Whoosh's holds, and words of one article only.
    index.apply([prepare(random_article(chance, number)) for number in range(700)], [])
    index.apply([prepare(article(1000, "网格" * 70_000)), prepare(article(1001, "𠮷野"))], range(0, 700, 9))
    return index


def opened(index):
    folder = index.generations.folder_of(index.generations.current())
    whoosh = FileIndex(MappedStorage(str(folder)), indexname="MAIN")
    return whoosh, whoosh._read_toc()


def test_every_list_is_whooshs_own(index):
    whoosh, toc = opened(index)
    checked = 0
    for segment, own in zip(index.snapshot().segments, toc.segments, strict=True):
        terms = own.codec().terms_reader(whoosh.storage, own)
        for (field, term), info in terms.items():
            if field not in WORD_FIELDS:
                continue
            text = term.decode("utf-8", "surrogatepass")
            ours, theirs = segment.words.postings(field, text), read_postings(terms, field, text)
            assert ours.documents.tolist() == theirs.documents.tolist()
            assert ours.weights.tolist() == theirs.weights.tolist()
            assert len(ours) == info.doc_frequency()
            checked += 1
        for field in WORD_FIELDS:
            expected = [
                (t.decode(), info.doc_frequency()) for (name, t), info in terms.items() if name == field
            ]
            assert list(segment.words.document_frequencies(field)) == expected
            texts = [text for text, _ in expected]
            for prefix in ("", "党", "党建", "A", "没有这样的"):
                found = list(segment.words.terms_with_prefix(field, prefix))
                assert found == [text for text in texts if text.startswith(prefix)]
    assert checked > 100


def test_a_word_more_frequent_than_two_bytes_can_say(index):
    lists = [segment.words.postings(TEXT_FIELD, "网格") for segment in index.snapshot().segments]
    assert max(postings.weights.max() for postings in lists) == 70_000


@pytest.mark.parametrize("word", ["", "没有", "zzz", "\uffff", "a" * 500])
def test_unknown_words_have_no_postings(index, word):
    assert all(not len(segment.words.postings(TEXT_FIELD, word)) for segment in index.snapshot().segments)


def test_a_segment_without_word_lists_gets_them(index):
    whoosh, toc = opened(index)
    folder = whoosh.storage.path / folder_name(toc.segments[0])
    (folder / "words.json").unlink()
    again = ArchiveIndex(index.path).snapshot()
    assert len(again.segments[0].words.postings(TEXT_FIELD, "党建"))
    assert (folder / "words.json").exists()
    build_derived(whoosh.storage, whoosh.schema, toc.segments[0])  # nothing is left to do

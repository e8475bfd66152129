"""Word lists hold what Whoosh's own postings hold, for every word of every field; stock Whoosh opens it."""

import random

import pytest
from whoosh.index import FileIndex, open_dir
from whoosh.qparser import QueryParser

from reports.language.normalise import fold
from reports.language.segment import default_segmenter
from reports.search.contract.kinds import HIDDEN_KINDS
from reports.search.contract.values import IndexedArticle, IndexedBlock
from reports.search.engines.whoosh.directory.storage import MappedStorage
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.files import live_documents
from reports.search.engines.whoosh.index_segment.schema import KEY, TEXT_FIELD, WORD_FIELDS
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.syntax.tree import Exact
from tests.engines.corpus import random_article
from tests.engines.indexes import apply
from tests.engines.test_index import ids, live_folder


def article(number, text):
    blocks = (IndexedBlock("headline", -1, -1, "标题"), IndexedBlock("body", 1, -1, text))
    return IndexedArticle(number, blocks, {}, None, None, "", str(number))


def made_articles():
    """More articles than a block of Whoosh's holds."""
    chance = random.Random(5)
    return [random_article(chance, number) for number in range(700)]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    index = IndexDirectory(tmp_path_factory.mktemp("words"))
    apply(index, map(prepare, made_articles()), [])
    # Words of one article only, and deleted articles.
    apply(index, [prepare(article(1000, "网格" * 70_000)), prepare(article(1001, "𠮷野"))], range(0, 700, 9))
    return index


def words_of(article):
    """Every word of its visible blocks as the segmenter cuts them for search."""
    blocks = (block for block in article.blocks if block.kind not in HIDDEN_KINDS)
    return {token.text for block in blocks for token in default_segmenter().search_tokens(fold(block.text))}


def opened(index):
    whoosh = FileIndex(MappedStorage(str(live_folder(index))), indexname="MAIN")
    return whoosh, whoosh._read_toc()


def test_every_list_is_whooshs_own(index):
    whoosh, toc = opened(index)
    checked = 0
    for segment, own in zip(index.snapshot().segments, toc.segments, strict=True):
        terms = own.codec().terms_reader(whoosh.storage, own)
        for (field, term), info in terms.items():
            if field not in WORD_FIELDS:
                continue
            ours = segment.words.postings(field, term.decode("utf-8", "surrogatepass"))
            matcher = terms.matcher(field, term, whoosh.schema[field].format)
            theirs = []
            while matcher.is_active():
                theirs.append((matcher.id(), matcher.weight()))
                matcher.next()
            assert list(zip(ours.documents.tolist(), ours.frequencies.tolist(), strict=True)) == theirs
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


def test_stock_whoosh_opens_the_folder_and_finds_a_word_in_the_same_articles(index):
    articles = [each for each in made_articles() if each.id % 9]
    stock = open_dir(str(live_folder(index)))
    with stock.searcher() as searcher:
        for word in ("党建", "产业链", "社区", "没有这样的词"):
            query = QueryParser(TEXT_FIELD, stock.schema).parse(word)
            theirs = sorted(int(hit[KEY]) for hit in searcher.search(query, limit=None))
            assert theirs == [each.id for each in articles if word in words_of(each)], word
            assert set(ids(index, Exact(word))) <= set(theirs)


def test_a_word_more_frequent_than_two_bytes_can_say(index):
    lists = [segment.words.postings(TEXT_FIELD, "网格") for segment in index.snapshot().segments]
    assert max(postings.frequencies.max() for postings in lists) == 70_000


@pytest.mark.parametrize("word", ["", "没有", "zzz", "\uffff", "a" * 500])
def test_unknown_words_have_no_postings(index, word):
    assert all(not len(segment.words.postings(TEXT_FIELD, word)) for segment in index.snapshot().segments)


def test_a_small_segment_gives_back_the_documents_it_was_made_of(tmp_path):
    chance = random.Random(6)
    documents = [prepare(random_article(chance, number)) for number in range(9)]
    index = IndexDirectory(tmp_path)
    apply(index, documents, [])
    apply(index, [], [4])
    whoosh, toc = opened(index)
    (segment,) = toc.segments
    again = list(live_documents(whoosh.storage, whoosh.schema, segment))
    assert [document.id for document in again] == [0, 1, 2, 3, 5, 6, 7, 8]
    for document, given in zip(again, [d for d in documents if d.id != 4], strict=True):
        assert (document.stamp, document.payload, document.words) == (given.stamp, given.payload, given.words)

"""Posting lists written at once are those Whoosh writes one posting at a time: it is the oracle."""

import pickle
import random

import pytest
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import FileIndex
from whoosh.query import Phrase
from whoosh.writing import PostingPool, SegmentWriter

from reports.search.engines import inverting, writer
from reports.search.engines.documents import prepare
from reports.search.engines.inverting import PostingLists
from reports.search.engines.schema import TEXT_FIELD, WORD_FIELDS, build_schema
from reports.search.engines.storage import MappedStorage
from reports.search.engines.writer import ArchiveWriter
from tests.engines.corpus import random_article


class StockWriter(ArchiveWriter):
    """Our writer, with Whoosh's pool and codec put back."""

    def __init__(self, index):
        super().__init__(index)
        self.pool = PostingPool(self._tempstorage, self.newsegment)
        self.pool.add_field = self._one_by_one
        self.codec = W3Codec()
        self.fieldwriter.close()
        self.fieldwriter = self.codec.field_writer(self.storage, self.newsegment)

    def _one_by_one(self, field, number, postings):
        for term, frequency, value in postings:
            self.pool.add((field, term, number, float(frequency), value))
        return sum(frequency for _, frequency, _ in postings)

    def _flush_segment(self):
        SegmentWriter._flush_segment(self)


def written(kind, folder, *batches):
    folder.mkdir()
    index = FileIndex.create(MappedStorage(str(folder)), build_schema(), "MAIN")
    for batch in batches:
        with kind(index) as opened:
            for document in batch:
                opened.add(document)
    return FileIndex(MappedStorage(str(folder)), indexname="MAIN")


def everything(index):
    """All that a reader of Whoosh says about every term."""
    reader = index.reader()
    found = {}
    for field, term in reader.all_terms():
        info = reader.term_info(field, term)
        statistics = (
            info.weight(), info.doc_frequency(), info.min_length(), info.max_length(),
            info.max_weight(), info.min_id(), info.max_id(),
        )  # fmt: skip
        matcher, postings = reader.postings(field, term), []
        while matcher.is_active():
            postings.append((matcher.id(), matcher.weight(), matcher.value()))
            matcher.next()
        found[field, term] = statistics, postings
    return found


@pytest.fixture(scope="module")
def documents():
    chance = random.Random(5)
    return [prepare(random_article(chance, number)) for number in range(1, 400)]


@pytest.fixture(scope="module")
def stock(documents, tmp_path_factory):
    return everything(written(StockWriter, tmp_path_factory.mktemp("stock") / "index", documents))


@pytest.mark.parametrize("block", [3, 128, 512])
def test_every_list_is_the_one_whoosh_writes(documents, stock, tmp_path, monkeypatch, block):
    monkeypatch.setattr(inverting, "_BLOCK", block)
    ours = everything(written(ArchiveWriter, tmp_path / "ours", documents))
    assert len(ours) > 100
    assert max(len(postings) for _, postings in ours.values()) > 128
    assert ours == stock


def test_lists_that_went_to_disk_are_the_same(documents, stock, tmp_path, monkeypatch):
    runs = []

    class Small(PostingLists):
        def __init__(self, storage, segment):
            super().__init__(storage, segment)
            self.limit = 50_000

        def _add_run(self, path):
            runs.append(path)
            super()._add_run(path)

    monkeypatch.setattr(writer, "PostingLists", Small)
    index = written(ArchiveWriter, tmp_path / "ours", documents)
    assert len(runs) > 5
    assert everything(index) == stock
    assert not list((tmp_path / "ours").rglob("*.run"))


def test_merged_segments_are_those_whoosh_merges(documents, tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "MOST_IN_COMMIT", 64)
    batches = [documents[start : start + 5] for start in range(0, 60, 5)]
    ours, theirs = (
        written(kind, tmp_path / kind.__name__, *batches) for kind in (ArchiveWriter, StockWriter)
    )
    assert len(ours._segments()) < len(batches)
    assert everything(ours) == everything(theirs)


def test_a_phrase_is_found_by_stock_whoosh(documents, tmp_path):
    index = written(ArchiveWriter, tmp_path / "ours", documents)
    theirs = written(StockWriter, tmp_path / "theirs", documents)
    with index.searcher() as ours, theirs.searcher() as stock:
        for words in (["党建", "引领"], ["产业", "党建"], ["区长", "发展"]):
            query = Phrase(TEXT_FIELD, words)
            found = {hit["key"]: hit.score for hit in ours.search(query, limit=None)}
            assert found == {hit["key"]: hit.score for hit in stock.search(query, limit=None)}


def test_documents_out_of_order_are_refused_not_miswritten(tmp_path):
    index = FileIndex.create(MappedStorage(str(tmp_path)), build_schema(), "MAIN")
    opened = ArchiveWriter(index)
    opened.pool.add_field(TEXT_FIELD, 5, [(b"a", 1, b"")])
    opened.pool.add_field(TEXT_FIELD, 4, [(b"a", 1, b"")])
    lengths = {name: [1] * 6 for name in WORD_FIELDS}
    with pytest.raises(ValueError, match="order"):
        opened.fieldwriter.add_lists(opened.schema, lengths, opened.pool.lists())
    opened._abandon()


def test_a_table_of_contents_names_whooshs_codec_only(documents, tmp_path):
    index = written(ArchiveWriter, tmp_path / "ours", documents[:3])
    (segment,) = index._segments()
    assert type(segment.codec()) is W3Codec
    assert b"inverting" not in pickle.dumps(segment)


def test_the_pool_gives_its_postings_one_by_one_as_whooshs_does(tmp_path):
    index = FileIndex.create(MappedStorage(str(tmp_path)), build_schema(), "MAIN")
    opened = ArchiveWriter(index)
    stock = PostingPool(opened._tempstorage, opened.newsegment)
    for number in range(3):
        for term in (b"b", b"a"):
            opened.pool.add((TEXT_FIELD, term, number, 2.0, b"x"))
            stock.add((TEXT_FIELD, term, number, 2.0, b"x"))
    assert list(opened.pool.iter_postings()) == list(stock.iter_postings())
    opened._abandon()

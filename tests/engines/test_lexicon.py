"""A generation is read and written with the words it was made with, whoever reads and writes it."""

import os
import subprocess
import sys

import pytest
from whoosh.index import open_dir

from reports.language.segment import default_segmenter, segmenter_with
from reports.search.contract.errors import IndexDamaged
from reports.search.contract.values import IndexedArticle, IndexedBlock
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.schema import TEXT_FIELD, manifest
from reports.search.engines.whoosh.index_segment.segment_documents import prepare, segment_again
from reports.search.engines.whoosh.query.questions import rank_question
from reports.search.engines.whoosh.query.ranking import query_terms
from reports.search.engines.whoosh.query.similar import similarity
from reports.search.engines.whoosh.reader.vocabulary import read_vocabulary
from reports.search.syntax.tree import Exact, Word
from tests.engines.indexes import apply, rebuild
from tests.engines.test_index import ids, live_folder

WORDS = ("灯塔守望",)
TEXT = "灯塔守望站"


def made(number, text=TEXT):
    block = IndexedBlock("headline", -1, -1, text)
    return IndexedArticle(number, (block,), {}, None, None, "", f"stamp {number}")


def nothing(_):
    return []


@pytest.fixture
def segmenter():
    return segmenter_with(WORDS)


@pytest.fixture
def index(tmp_path, segmenter):
    index = IndexDirectory(tmp_path / "index")
    rebuild(index, [made(1)], nothing, segmenter=segmenter)
    return index


def articles_with(index, word):
    """Articles in which the word occurs as a whole word, and those of which it is a term."""
    snapshot = index.snapshot()
    terms = {
        int(snapshot.ids[base + number])
        for base, segment in zip(snapshot.bases, snapshot.segments, strict=False)
        for number in segment.words.postings(TEXT_FIELD, word).documents.tolist()
        if snapshot.live[base + number]
    }
    return ids(index, Exact(word)), sorted(terms)


def assert_all_cut_with_the_word(index, numbers):
    assert articles_with(index, "守望")[0] == []
    assert articles_with(index, "灯塔守望") == (numbers, numbers)


def test_the_manifest_keeps_the_words_and_any_process_uses_them(index, segmenter):
    assert index.generations.live_manifest()["parts"]["lexicon"] == list(WORDS)
    other = IndexDirectory(index.path)
    assert other.segmenter() is other.snapshot().segmenter is segmenter
    assert read_vocabulary(other.snapshot(), "").segmenter is segmenter
    assert ("灯塔守望",) in query_terms(Word(TEXT), other.snapshot().segmenter)
    assert_all_cut_with_the_word(other, [1])


def test_nothing_asked_of_an_index_with_words_goes_by_the_packaged_lexicon(index, segmenter, monkeypatch):
    def wrong(*_):
        raise AssertionError("cut without the words of the index")

    for method in ("cut", "search_tokens", "boundaries", "knows"):
        monkeypatch.setattr(default_segmenter(), method, wrong)
    apply(index, [prepare(made(2), segmenter)], [])
    snapshot = index.snapshot()
    assert ids(index, Word(TEXT)) == ids(index, Exact("灯塔守望")) == [1, 2]
    assert [hit.article_id for hit in rank_question(snapshot, "谁在灯塔守望？", 9)] == [2, 1]
    assert (similarity(snapshot, 0) > 0).tolist() == [True, True]


def test_stock_whoosh_cuts_a_query_as_the_index_was(index):
    analyzer = open_dir(str(live_folder(index))).schema[TEXT_FIELD].analyzer
    assert [token.text for token in analyzer(TEXT)] == ["灯塔", "灯塔守望", "守望", "站"]
    assert analyzer.words == WORDS


def test_documents_that_another_segmenter_cut_are_cut_again(index):
    apply(index, [prepare(made(2)), prepare(made(3), segmenter_with(["塔守"]))], [])
    assert_all_cut_with_the_word(index, [1, 2, 3])


def test_a_document_is_cut_again_only_where_it_has_to_be(segmenter):
    document = prepare(made(1), segmenter)
    assert segment_again(document, segmenter) is document
    again = segment_again(document, default_segmenter())
    assert again == prepare(made(1))
    assert again.words != document.words


_OTHER = """
import sys
from pathlib import Path
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.engines.whoosh.index import IndexDirectory
from tests.engines.indexes import apply
from tests.engines.test_lexicon import articles_with, made
index = IndexDirectory(Path(sys.argv[1]))
apply(index, [prepare(made(2))], [])
print(articles_with(index, "灯塔守望"))
"""


def run(code, index):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    code = "import django; django.setup()" + code
    command = [sys.executable, "-c", code, str(index.path)]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


def test_a_process_that_knows_of_no_words_reads_and_writes_with_the_generations(index):
    other = run(_OTHER, index)
    assert (other.stdout.strip(), other.returncode) == ("([1, 2], [1, 2])", 0), other.stderr
    assert_all_cut_with_the_word(index, [1, 2])


def test_a_rebuild_with_other_words_swaps_them_with_the_index(index):
    before = index.snapshot()
    rebuild(index, [made(1)], nothing)
    assert index.segmenter() is index.snapshot().segmenter is default_segmenter()
    assert articles_with(index, "守望") == ([1], [1])
    assert before.segmenter.words == WORDS


def test_what_changes_while_a_rebuild_runs_is_cut_with_the_new_words_there(tmp_path, segmenter):
    index = IndexDirectory(tmp_path / "index")
    apply(index, [prepare(made(1))], [])

    def articles():
        yield made(1)
        apply(index, [prepare(made(2), segmenter)], [])
        assert articles_with(index, "守望") == ([1, 2], [1, 2])  # the live one has its own

    rebuild(
        index, articles(), lambda changed: [prepare(made(number)) for number in changed], segmenter=segmenter
    )
    assert_all_cut_with_the_word(index, [1, 2])


@pytest.mark.parametrize("workers", [0, 2])
def test_every_worker_cuts_with_the_new_words(tmp_path, segmenter, workers):
    index = IndexDirectory(tmp_path / "index")
    articles = [made(number) for number in range(1, 251)]
    rebuild(index, iter(articles), nothing, workers=workers, segmenter=segmenter)
    assert_all_cut_with_the_word(index, list(range(1, 251)))


_KILLED = """
import os, signal, sys
from pathlib import Path
from reports.language.segment import segmenter_with
from reports.search.engines.whoosh.index import IndexDirectory
from tests.engines.indexes import rebuild
from tests.engines.test_lexicon import made, nothing
def articles():
    yield made(7)
    os.kill(os.getpid(), signal.SIGKILL)
rebuild(IndexDirectory(Path(sys.argv[1])), articles(), nothing, segmenter=segmenter_with(["守望站"]))
"""


def test_a_killed_rebuild_leaves_the_old_words_serving(index, segmenter):
    assert run(_KILLED, index).returncode == -9
    assert len(index.generations.numbers()) == 2
    apply(index, [prepare(made(2))], [])
    assert index.snapshot().segmenter is segmenter
    assert_all_cut_with_the_word(index, [1, 2])


def test_an_empty_index_in_place_of_the_live_one_has_the_words_given(index, segmenter):
    rebuild(index, [], nothing)
    assert index.segmenter() is default_segmenter()
    rebuild(index, [], nothing, segmenter=segmenter)
    assert index.segmenter() is segmenter


def test_the_version_tells_words_but_not_their_order_and_none_as_ever(index, segmenter):
    assert index.version(segmenter)[1] == ()
    assert index.version(default_segmenter())[1] == ("lexicon",)
    assert index.version(segmenter_with(["塔守"]))[1] == ("lexicon",)
    assert manifest(segmenter_with(["甲乙", "丙丁"])) == manifest(segmenter_with(["丙丁", "甲乙"]))
    assert "lexicon" not in manifest(default_segmenter())["parts"]


@pytest.mark.parametrize("garbage", ["灯塔守望", [1], None])
def test_a_manifest_whose_words_are_none_is_damage(index, garbage):
    found = index.generations.live_manifest()
    found["parts"]["lexicon"] = garbage
    index.generations.write_manifest(index.generations.current(), found)
    with pytest.raises(IndexDamaged):
        IndexDirectory(index.path).snapshot()

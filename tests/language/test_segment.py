"""The segmenter against jieba itself, on a dictionary that jieba builds."""

import json
import logging
import lzma
import multiprocessing
import pickle
import subprocess
import sys
import tempfile
import threading
from itertools import islice, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.language import segment
from reports.language.normalise import fold
from reports.language.segment import (
    Segmenter,
    Token,
    can_be_word,
    default_segmenter,
    jieba,
    packaged_lexicon,
    segmenter_with,
)

words = [
    "党建",
    "引领",
    "区长",
    "历城区长期",
    "网格员",
    "网格化",
    "1+4+4+n",
    "5300",
    "计划",
    "贡献奖章",
    "a",
    "b2",
    "c-d_e",
]
words += [
    "中华人民共和国",
    "，",
    "。",
    ",",
    " ",
    "\n",
    "%",
    "11.7%",
    "é",
    "𠀀",
    "😀",
    "王小二",
    "乒乓球",
    "。\n",
]
texts = st.one_of(st.lists(st.sampled_from(words)).map("".join), st.text())


@pytest.fixture(scope="module")
def plain() -> jieba.Tokenizer:
    """jieba as it builds itself, with the packaged words added its own way."""
    tokenizer = jieba.Tokenizer()
    with Path(jieba.__file__).with_name("dict.txt").open("rb") as dictionary:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(dictionary)
    tokenizer.initialized = True
    for word in sorted(map(fold, packaged_lexicon())):
        tokenizer.add_word(word)
    return tokenizer


def test_the_dictionary_is_the_one_jieba_builds() -> None:
    with Path(jieba.__file__).with_name("dict.txt").open("rb") as dictionary:
        assert segment._dictionary() == jieba.Tokenizer.gen_pfdict(dictionary)


@given(text=texts)
def test_words_are_those_of_jieba(plain: jieba.Tokenizer, text: str) -> None:
    assert default_segmenter().cut(text) == plain.lcut(text)
    assert "".join(default_segmenter().cut(text)) == text


@given(
    known=st.dictionaries(st.text("甲乙丙", min_size=1, max_size=4), st.integers(1, 3), min_size=1),
    text=st.text("甲乙丙丁", max_size=12),
)
def test_the_best_way_is_jiebas_among_words_that_weigh_alike(known: dict[str, int], text: str) -> None:
    """Small dictionaries of few frequencies, so that many ways tie."""
    frequencies = {word[:end]: 0 for word in known for end in range(1, len(word))} | known
    fast, slow = segment._Tokenizer(), jieba.Tokenizer()
    for tokenizer in (fast, slow):
        tokenizer.FREQ, tokenizer.total = dict(frequencies), sum(known.values())
        tokenizer.initialized = True
    ours: dict[int, tuple[float, int]] = {}
    theirs: dict[int, tuple[float, int]] = {}
    fast.calc(text, fast.get_DAG(text), ours)
    slow.calc(text, slow.get_DAG(text), theirs)
    assert ours == theirs
    assert fast.lcut(text) == slow.lcut(text)


@pytest.mark.shared
def test_words_of_real_news_are_those_of_jieba(plain: jieba.Tokenizer) -> None:
    path = Path(__file__).parents[2].parent / "shared" / "corpus" / "news.jsonl.xz"
    if not path.exists():
        pytest.skip("no shared corpus here")
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line)["text"] for line in islice(lines, 0, 4000, 40)]
    for text in map(fold, articles):
        assert default_segmenter().cut(text) == plain.lcut(text)


@given(text=texts)
def test_search_tokens_are_those_of_jieba_in_order(plain: jieba.Tokenizer, text: str) -> None:
    tokens = default_segmenter().search_tokens(text)
    expected = [Token(*token) for token in plain.tokenize(text, mode="search")]
    assert tokens == sorted((t for t in expected if not is_sign_only(t.text)), key=lambda t: (t.start, t.end))
    assert all(text[token.start : token.end] == token.text for token in tokens)


def is_sign_only(word: str) -> bool:
    return all(segment._is_sign(c) for c in word)


@given(text=texts)
def test_no_letter_digit_or_ideograph_is_dropped(text: str) -> None:
    covered = {i for token in default_segmenter().search_tokens(text) for i in range(token.start, token.end)}
    assert [c for i, c in enumerate(text) if c.isalnum() and i not in covered] == []


@given(text=texts)
def test_boundaries_are_the_edges_of_words(text: str) -> None:
    edges = default_segmenter().boundaries(text)
    cut = [text[start:end] for start, end in pairwise(edges)]
    assert cut == default_segmenter().cut(text)


def test_single_characters_and_codes_are_tokens() -> None:
    tokens = default_segmenter().search_tokens("推行1+4+4+n、5300计划")
    assert [t.text for t in tokens] == ["推行", "1", "4", "4", "n", "5300", "计划"]


def test_every_packaged_word_is_cut_whole_and_needed() -> None:
    known, total = segment._dictionary()
    bare = jieba.Tokenizer()
    bare.FREQ, bare.total, bare.initialized = known, total, True
    lexicon = {fold(word) for word in packaged_lexicon()}
    assert len(lexicon) > 400
    assert [word for word in lexicon if default_segmenter().cut(word) != [word]] == []
    assert [word for word in lexicon if known.get(word) and bare.lcut(word) == [word]] == []


def test_added_words_are_normalised_and_belong_to_one_segmenter() -> None:
    segmenter = Segmenter(["鄰里Ｘ計劃驛"])
    assert segmenter.cut("邻里x计划驿") == ["邻里x计划驿"]
    assert default_segmenter().cut("邻里x计划驿") != ["邻里x计划驿"]
    assert not jieba.dt.initialized


# Overlapping each other and words of the dictionary; with a first character that is no word by itself;
# a prefix that the dictionary has not; its own words of two and three characters; a word it knows.
ADDED = [
    "引领网格",
    "网格员王小",
    "计划b2",
    "1+4+4+n",
    "甪直新桥",
    "甪直",
    "新桥灯",
    "奖章",
    "中华人",
    "c-d_e",
]
added_texts = st.one_of(
    st.lists(st.sampled_from([*words, *ADDED, "甪", "直", "新", "桥", "灯"])).map("".join), st.text()
)


@pytest.fixture(scope="module")
def enlarged() -> jieba.Tokenizer:
    """A whole dictionary of its own, the words added jieba's way."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = segment._dictionary()
    tokenizer.initialized = True
    for word in [*sorted(map(fold, packaged_lexicon())), *sorted(ADDED)]:
        tokenizer.add_word(word)
    return tokenizer


@given(text=added_texts)
def test_added_words_cut_as_in_a_dictionary_of_their_own(enlarged: jieba.Tokenizer, text: str) -> None:
    segmenter = segmenter_with(ADDED)
    assert segmenter.cut(text) == enlarged.lcut(text)
    expected = [Token(*token) for token in enlarged.tokenize(text, mode="search")]
    expected = sorted((t for t in expected if not is_sign_only(t.text)), key=lambda t: (t.start, t.end))
    assert segmenter.search_tokens(text) == expected
    assert all(segmenter.knows(word) == bool(enlarged.FREQ.get(word)) for word in enlarged.cut(text))


def test_segmenters_share_one_dictionary_and_leave_it_as_it_is() -> None:
    plain = default_segmenter()._loaded().plain
    before = (len(plain.FREQ), plain.total)
    one, other = Segmenter(["灯塔守望"]), Segmenter(["码头守望"])
    assert one.cut("灯塔守望码头守望") != other.cut("灯塔守望码头守望")
    assert one._loaded().plain.FREQ is other._loaded().plain.FREQ is plain.FREQ
    assert (len(plain.FREQ), plain.total) == before


def test_the_segmenter_of_the_same_words_is_kept_and_travels_as_its_words() -> None:
    segmenter = segmenter_with(["灯塔守望"])
    segmenter.cut("灯塔守望")
    assert segmenter_with(iter(["灯塔守望", "灯塔守望"])) is segmenter
    assert segmenter_with([]) is default_segmenter()
    assert len(pickle.dumps(segmenter)) < 200
    assert pickle.loads(pickle.dumps(segmenter)) is segmenter


@pytest.mark.parametrize("text", ["", "区", "--", "+%", "smart city", "两新、组织", "𠮷家", "，"])
def test_what_jieba_never_joins_is_no_word(text: str) -> None:
    assert not can_be_word(text)
    assert Segmenter([text]).words == ()


@pytest.mark.parametrize("text", ["区长", "c++", "1+4+4+n", "5300计划"])
def test_what_jieba_can_join_is_cut_whole_once_added(text: str) -> None:
    assert can_be_word(text)
    assert Segmenter([text]).cut(text) == [text]


def test_words_that_cannot_be_joined_are_left_out() -> None:
    assert Segmenter(["", "区", "红色 物业", "两新、组织"]).version == Segmenter().version


def test_version_tells_added_words_but_not_their_order() -> None:
    assert Segmenter(["甲乙", "丙丁"]).version == Segmenter(iter(["丙丁", "甲乙", "甲乙"])).version
    assert Segmenter(["甲乙"]).version != Segmenter().version
    assert jieba.__version__ in Segmenter().version


def test_a_run_without_end_is_cut_in_pieces() -> None:
    text = "街" * 2500 + "。" + "a" * 1500
    assert [len(piece) for piece in segment._pieces(text)] == [1000, 1000, 1501, 500]
    assert "".join(default_segmenter().cut(text)) == text


def test_threads_share_one_load(monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []
    load = Segmenter._load

    def counted(self: Segmenter) -> jieba.Tokenizer:
        loads.append(threading.get_ident())
        return load(self)

    monkeypatch.setattr(Segmenter, "_load", counted)
    segmenter = Segmenter(["新词语甲"])
    start = threading.Barrier(8)
    found: list[list[str]] = []

    def work() -> None:
        start.wait()
        found.append(segmenter.cut("这是新词语甲"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["这是", "新词语甲"]] * 8
    assert len(loads) == 1


def cut(text: str) -> list[str]:
    return default_segmenter().cut(text)


def test_forked_workers_can_use_it() -> None:
    text = "党建引领基层治理"
    expected = cut(text)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(cut, [text] * 4) == [expected] * 4


@pytest.fixture
def unwritable_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")


@pytest.mark.usefixtures("unwritable_temporary_folder")
def test_no_temporary_file_is_needed(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert Segmenter(["某某新词"]).cut("某某新词") == ["某某新词"]
    assert caplog.records == []


def test_import_is_silent_with_warnings_as_errors() -> None:
    code = (
        "import sys, reports.language.segment as segment; segment.default_segmenter().cut('区'); "
        "assert 'pkg_resources' not in sys.modules"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")

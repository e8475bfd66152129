"""The odd shapes: nothing, one character, very long blocks, very many documents, surrogate pairs."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest

from reports.search.contract.kinds import HIDDEN_KINDS
from reports.search.contract.values import IndexedBlock, Passage
from reports.search.engines.whoosh.literal import LiteralSegment, PreparedBlock, bigrams, build

from .made_texts import built, made_documents, made_query
from .oracle import Oracle, fold, paragraph_of, word_boundaries

SCOPES = ("article", "section", "figure")


def opened(folder: Path, documents: list[list[IndexedBlock]]) -> LiteralSegment:
    return LiteralSegment.open(built(folder, documents))


def body(text: str, section: int = 1) -> IndexedBlock:
    return IndexedBlock("body", section, -1, text)


@pytest.mark.parametrize("documents", [[], [[]], [[], []], [[body("")]], [[body(" \n")], []]])
def test_an_empty_segment_answers_that_there_is_nothing(
    tmp_path: Path, documents: list[list[IndexedBlock]]
) -> None:
    segment = opened(tmp_path, documents)
    assert segment.documents == len(documents)
    for query in ("党", "党建", "党建引", "", " ", "\0", "\uffff", "\ud83d", "\udc00\ud800"):
        assert segment.positions(query).tolist() == []
        for scope in SCOPES:
            assert segment.contains(query, scope).tolist() == [False] * len(
                segment.unit_table(scope).document
            )
            assert [column.tolist() for column in segment.term_frequencies(query, scope)] == [[], []]
            assert not segment.near([query, query], 3, scope).any()


def test_documents_of_one_character_are_found_by_it(tmp_path: Path) -> None:
    segment = opened(tmp_path, [[body("党")], [body("建")], [body("党"), body("建")]])
    assert segment.contains("党", "article").tolist() == [True, False, True]
    assert segment.contains("党", "section").tolist() == [True, False, True]
    assert not segment.contains("党建", "article").any()


def test_no_string_crosses_from_one_block_or_document_to_the_next(tmp_path: Path) -> None:
    segment = opened(tmp_path, [[body("甲乙"), body("丙丁")], [body("戊己")]])
    for query in ("乙丙", "丁戊", "乙丙丁", "甲乙丙", "乙\0丙", "己\0"):
        assert not segment.contains(query, "article").any()
    assert not segment.near(["乙", "丙"], 100, "article").any()


def test_characters_beyond_the_bmp_are_one_character(tmp_path: Path) -> None:
    # 𠀀 is D840 DC00, 𠐀 is D841 DC00, 𠁑 is D840 DC51: halves are shared, the characters are not.
    segment = opened(tmp_path, [[body("一𠀀二")], [body("一𠐀二")], [body("𠁑"), body("𠀀𠐀")]])
    assert segment.contains("𠀀", "article").tolist() == [True, False, True]
    assert segment.contains("𠐀", "article").tolist() == [False, True, True]
    assert segment.term_frequencies("𠁑", "section")[0].tolist() == [2]
    for half in ("\ud840", "\udc00", "\udc00二"):
        assert not segment.contains(half, "article").any()
    assert segment.near(["一", "二"], 1, "article").tolist() == [True, True, False]
    assert segment.near(["一", "二"], 0, "article").tolist() == [False, False, False]


def test_a_text_with_nul_or_half_characters_is_indexed_around_them(tmp_path: Path) -> None:
    segment = opened(tmp_path, [[body("党建\0引领\ud83d产业\udc00链\uffff头"), body("尾")], [body("引领")]])
    for query in ("党建", "产业", "链", "头"):
        assert segment.contains(query, "article").tolist() == [True, False]
    assert segment.contains("引领", "article").tolist() == [True, True]
    assert segment.contains("尾", "article").tolist() == [True, False]
    [[block]] = segment.matched_blocks([0], ["产业"], "article")
    passage = segment.blocks.passage(block)
    assert passage.text[slice(*passage.marks[0])] == "产业"


def test_a_nul_in_a_text_parts_no_blocks(tmp_path: Path) -> None:
    segment = opened(tmp_path, [[body("党建\0引领"), body("产业")]])
    [[block]] = segment.matched_blocks([0], ["产业"], "article")
    passage = segment.blocks.passage(block)
    assert (passage.text, passage.marks) == ("产业", ((0, 2),))
    assert not segment.near(["党建", "产业"], 9, "article").any()
    assert segment.near(["党建", "引领"], 1, "article").all()


def test_a_very_long_block_is_searched_to_its_end(tmp_path: Path) -> None:
    text = "党建引领" * 17_500 + "产业链"
    segment = opened(tmp_path, [[body("前"), body(text), body("后")]])
    assert len(segment.positions("领党")) == 17_499
    assert segment.positions("领产业链").tolist() == [2 + 69_999]
    assert segment.term_frequencies("党", "article")[1].tolist() == [17_500]
    [[block]] = segment.matched_blocks([0], ["产业链"], "article")
    passage = segment.blocks.passage(block)
    assert passage.marks == ((70_000, 70_003),)


def test_very_many_small_documents_keep_their_numbers(tmp_path: Path) -> None:
    count = 70_001
    build(
        tmp_path,
        ([PreparedBlock("body", 1, -1, t, t, (), ())] for t in (f"第{n:06}号" for n in range(count))),
    )
    segment = LiteralSegment.open(tmp_path)
    assert segment.contains("号", "article").all()
    assert np.flatnonzero(segment.contains("第070000", "article")).tolist() == [70_000]
    assert np.flatnonzero(segment.contains("65536", "section")).tolist() == [65_536]
    assert segment.contains("7", "article").sum() == sum("7" in f"{n:06}" for n in range(count))


def test_hidden_blocks_answer_only_to_their_kind(tmp_path: Path) -> None:
    documents = [
        [IndexedBlock("initiative", -1, -1, "红色物业"), body("甲")],
        [body("红色物业"), IndexedBlock("district", -1, -1, "历城区")],
    ]
    segment = opened(tmp_path, documents)
    for query in ("红色物业", "红"):
        assert segment.contains(query, "article").tolist() == [False, True]
        assert segment.contains(query, "article", frozenset({"initiative"})).tolist() == [True, False]
        assert segment.contains(query, "article", frozenset({"initiative", "body"})).tolist() == [True, True]
        assert segment.term_frequencies(query, "article")[0].tolist() == [1]
        assert len(segment.positions(query)) == 1
    assert not segment.contains("区", "article").any()
    assert segment.near(["红色", "物业"], 0, "article").tolist() == [False, True]


def test_whole_words_are_told_from_accidental_strings(tmp_path: Path) -> None:
    def words(text: str) -> list[int]:
        return [0, 3, 5, 7] if text == "历城区长期坚持" else [0, 2, len(text)]

    segment = LiteralSegment.open(built(tmp_path, [[body("历城区长期坚持")], [body("区长说")]], words))
    assert segment.contains("区长", "article").tolist() == [True, True]
    assert segment.has_whole(segment.occurrences("区长", "article"), 2, "article").tolist() == [False, True]
    assert segment.blocks.is_whole(segment.positions("区长"), 2).tolist() == [False, True]
    assert segment.has_whole(segment.occurrences("历城区", "section"), 3, "section").tolist() == [True, False]


def test_near_wants_an_occurrence_of_its_own_for_each_text(tmp_path: Path) -> None:
    segment = opened(tmp_path, [[body("党建党建")], [body("党建")], [body("产业党建")]])
    assert segment.near(["党建", "党建"], 5, "article").tolist() == [True, False, False]
    assert segment.near(["党建", "建"], 5, "article").tolist() == [True, False, False]
    assert segment.near(["党建", "产业"], 0, "article").tolist() == [False, False, True]
    assert not segment.near([], 5, "article").any()


def test_very_many_texts_near_each_other_are_answered(tmp_path: Path) -> None:
    letters = list("abcdefghijklmnopqrstuvwxyz0123456789")
    segment = opened(
        tmp_path, [[body("甲".join(letters))], [body("甲甲".join(letters[::-1]))], [body("甲" * 50)]]
    )
    assert segment.near(letters, 1, "article").tolist() == [True, False, False]
    assert segment.near(letters, 2, "article").tolist() == [True, True, False]
    assert segment.near(["甲"] * 50, 0, "article").tolist() == [False, False, True]
    assert segment.near(["甲"] * 51, 0, "article").tolist() == [False, False, False]
    long = opened(tmp_path / "long", [[body("甲乙" * 40_000 + "丁戊己"), body("丙")]])
    assert not long.near(["甲", "甲乙", "丁", "戊", "丙"], 9, "article").any()
    assert not long.near(["甲", "甲乙", "己", "戊", "丁"], 0, "article").any()
    assert long.near(["甲", "甲乙", "己", "戊", "丁"], 1, "article").all()


@pytest.mark.parametrize("sorted_at_once", [1, 7, 100])
def test_sorting_by_ranges_gives_the_same_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sorted_at_once: int
) -> None:
    made = made_documents(Random(2), 20, 60)
    monkeypatch.setattr(bigrams, "_SORTED_AT_ONCE", sorted_at_once)
    monkeypatch.setattr(bigrams, "_SCANNED_AT_ONCE", 13)
    segment = opened(tmp_path, made)
    chance = Random(4)
    for _ in range(300):
        query = made_query(chance, made)
        assert segment.positions(query).tolist() == Oracle(made).positions(query, None)


def test_draining_in_small_parts_gives_the_same_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_documents(Random(6), 30, 60)
    built(tmp_path / "whole", made)
    monkeypatch.setattr("reports.search.engines.whoosh.literal.builder._FLUSHED_CODE_UNITS", 11)
    monkeypatch.setattr("reports.search.engines.whoosh.literal.characters._BATCH_PAIRS", 5)
    built(tmp_path / "parts", made)
    for path in (tmp_path / "whole").iterdir():
        assert path.read_bytes() == (tmp_path / "parts" / path.name).read_bytes()


def test_a_segment_gives_back_the_texts_and_words_of_its_visible_blocks(tmp_path: Path) -> None:
    made = made_documents(Random(8), 20, 60)
    segment = opened(tmp_path, made)
    for number, document in enumerate(made):
        visible = [block for block in document if block.kind not in HIDDEN_KINDS]
        blocks = segment.blocks_of(number, "article")
        assert [segment.blocks.unmarked_passage(block) for block in blocks] == [
            Passage(block.kind, block.section, block.figure, block.text, (), paragraph_of(document, block))
            for block in visible
        ]
        texts = [fold(block.text) for block in visible]
        assert [segment.blocks.normalised(block) for block in blocks] == texts
        assert [segment.blocks.words(block) for block in blocks] == [
            [text[start:end] for start, end in pairwise(word_boundaries(text))] for text in texts
        ]


def test_block_tables_name_every_block(tmp_path: Path) -> None:
    made = made_documents(Random(9), 12)
    segment = opened(tmp_path, made)
    table = segment.blocks
    assert len(table.kind) == sum(map(len, made))
    for number, document in enumerate(made):
        shown = [block for block in document if block.kind not in ("initiative", "district")]
        blocks = list(segment.blocks_of(number, "article"))
        assert [table.kind_of(b) for b in blocks] == [block.kind for block in shown]
        assert [table.section[b] for b in blocks] == [block.section for block in shown]
        assert [table.figure[b] for b in blocks] == [block.figure for block in shown]
        lengths = [len(fold(block.text).encode("utf-16-le")) // 2 + 1 for block in shown]
        assert [int(table.start[b + 1] - table.start[b]) for b in blocks] == lengths

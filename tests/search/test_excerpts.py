"""Excerpts show the marked words, begin and end where one would pause, and mark what was matched."""

from hypothesis import given
from hypothesis import strategies as st

from reports.language.offsets import merge_ranges
from reports.search.answering.excerpts import WIDTH, excerpt
from reports.search.contract.values import Marks

SENTENCE = "镇里把闲置校舍改成了晾晒场，村民农忙时不再占道。"


def test_a_short_block_is_shown_whole() -> None:
    shown = excerpt(SENTENCE, ((3, 5),))
    assert (shown.text, shown.marks, shown.before, shown.after) == (SENTENCE, ((3, 5),), False, False)


def test_marks_that_touch_or_overlap_become_one() -> None:
    assert merge_ranges([(4, 6), (0, 2), (2, 3), (5, 8), (9, 9)]) == ((0, 3), (4, 8))


def test_the_excerpt_begins_with_the_sentence_of_the_mark() -> None:
    text = SENTENCE * 5 + "水渠清淤由三个组轮流承担。" + SENTENCE * 5
    start = text.index("清淤")
    shown = excerpt(text, ((start, start + 2),))
    assert shown.text.startswith("水渠清淤")
    assert shown.text.endswith("。")
    assert (shown.before, shown.after) == (True, True)


def test_without_sentence_ends_it_breaks_at_a_clause() -> None:
    text = "甲村修路，乙村架桥，丙村通水，丁村种树，" * 12
    start = text.index("丙", 120)
    shown = excerpt(text, ((start, start + 2),))
    assert shown.text[0] in "甲乙丙丁"
    assert shown.text.endswith("，")


def test_the_window_lies_where_most_different_words_stand() -> None:
    text = "晒场。" + "一" * 200 + "晒场，" * 3 + "二" * 200 + "晒场和水渠。" + "三" * 200
    marks = [(i, i + 2) for i in range(len(text)) if text[i : i + 2] in ("晒场", "水渠")]
    assert "晒场和水渠" in excerpt(text, marks).text


def test_numbers_and_latin_words_are_not_cut() -> None:
    text = "字" * 60 + "清淤" + "字" * 52 + "3283.5万元" + "字" * 100
    start = text.index("清淤")
    shown = excerpt(text, ((start, start + 2),)).text
    assert "3283.5" in shown or "3" not in shown


def test_a_combined_character_is_not_cut() -> None:
    text = "e\u0301" * 200
    shown = excerpt(text)
    assert shown.text.endswith("\u0301")


def test_without_marks_it_is_the_beginning() -> None:
    shown = excerpt(SENTENCE * 10)
    assert shown.text.startswith(SENTENCE)
    assert shown.text.endswith("。")
    assert (shown.before, shown.after) == (False, True)


def test_a_mark_longer_than_the_window_fills_it() -> None:
    shown = excerpt("字" * 500, ((100, 400),))
    assert shown.marks == ((0, len(shown.text)),)


def test_a_line_break_is_set_as_a_blank() -> None:
    shown = excerpt("第一行\n第二行", ((4, 7),))
    assert shown.text == "第一行 第二行"
    assert shown.marks == ((4, 7),)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, Marks]:
    text = draw(st.text(st.sampled_from("村路水渠。，；”“ \n3.a\u0301"), max_size=400))
    places = st.integers(0, len(text))
    marks = draw(st.lists(st.tuples(places, places), max_size=8))
    return text, merge_ranges((min(a, b), min(max(a, b), min(a, b) + 9)) for a, b in marks)


@given(marked_texts())
def test_marks_always_stand_on_the_marked_characters(case: tuple[str, Marks]) -> None:
    text, marks = case
    shown = excerpt(text, marks)
    assert len(shown.text) <= max(WIDTH, 0)
    flat = text.replace("\n", " ")
    assert shown.text in flat
    visible = [flat[a:b] for a, b in marks]
    for start, end in shown.marks:
        assert 0 <= start < end <= len(shown.text)
        assert any(shown.text[start:end] in mark for mark in visible)
    if any(mark.strip() for mark in visible):
        assert shown.marks
    assert shown.before is False or not flat.strip().startswith(shown.text) or flat.count(shown.text) > 1


def test_of_equal_places_the_first_is_shown() -> None:
    text = "水渠甲。" + "一" * 300 + "水渠乙。"
    second = text.rindex("水渠")
    assert excerpt(text, ((0, 2), (second, second + 2))).text.startswith("水渠甲")

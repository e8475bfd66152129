"""Marks are found where a plain look through the normalised text finds the words."""

from hypothesis import given
from hypothesis import strategies as st

from reports.language.normalise import fold
from reports.search.answering.highlighting import highlight
from reports.search.contract.passages import HighlightTerm, highlight_terms
from reports.search.syntax import parse

PRINTED = st.text(alphabet="区域區Ａ1 ab，\n廣广\u200b𠮷", max_size=40)


@given(PRINTED, PRINTED)
def test_every_mark_says_what_was_wanted_and_none_is_missed(text: str, query: str) -> None:
    needle = fold(query)
    if not needle:
        return
    highlighted = highlight(text, "body", [HighlightTerm(needle)])
    assert bool(highlighted.marks) == (needle in fold(text))
    for start, end in highlighted.marks:
        assert 0 <= start < end <= len(text)
        assert needle in fold(text[start:end])


def test_overlapping_and_touching_marks_are_one() -> None:
    assert highlight(
        "甲乙丙丁", "body", [HighlightTerm("甲乙"), HighlightTerm("乙丙"), HighlightTerm("丁")]
    ).marks == ((0, 4),)


def test_what_a_query_excludes_is_not_marked() -> None:
    tree = parse("网格 -楼宇 (社区 OR 非遗) 标题:链长").tree
    assert [(w.text, w.kinds is None) for w in highlight_terms(tree)] == [
        ("网格", True),
        ("社区", True),
        ("非遗", True),
        ("链长", False),
    ]

"""The rows of the review form, as a browser sends them and as buttons rearrange them."""

from __future__ import annotations

from collections import Counter

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from reports.forms import ReviewRows, arrange
from reports.models.edited_parts import EditedSection

ROWS = ReviewRows(
    sections=(EditedSection(1, "甲", "一\n二"), EditedSection(2, "乙", "三"), EditedSection(5, "", "四")),
    quotes=("天", "地"),
)
ACTS = st.sampled_from(["up", "down", "remove", "split", "merge", "add", "nonsense", ""])
FAMILIES = st.sampled_from(["sections", "figures", "quotes", "contributors", "version", ""])


def numbers(rows: ReviewRows) -> list[int | None]:
    return [section.number for section in rows.sections]


def test_rows_come_in_the_order_sent() -> None:
    data = QueryDict(mutable=True)
    data.setlist("section_number", ["2", "", "1"])
    data.setlist("section_heading", ["乙", "新", "甲"])
    data.setlist("section_body", ["三\r\n四", "", "一"])
    assert ReviewRows.from_post(data).sections == (
        EditedSection(2, "乙", "三\n四"),
        EditedSection(None, "新", ""),
        EditedSection(1, "甲", "一"),
    )


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "９", "1" * 30])
def test_a_number_that_is_none_makes_a_new_row(number: str) -> None:
    data = QueryDict(mutable=True)
    data.setlist("section_number", [number])
    data.setlist("section_body", ["文"])
    assert ReviewRows.from_post(data).sections == (EditedSection(None, "", "文"),)


@pytest.mark.parametrize(
    ("order", "after"),
    [
        ("sections:up:1", [2, 1, 5]),
        ("sections:down:1", [1, 5, 2]),
        ("sections:up:0", [1, 2, 5]),
        ("sections:down:2", [1, 2, 5]),
        ("sections:remove:1", [1, 5]),
        ("sections:add", [1, 2, 5, None]),
        ("sections:merge:1", [1, 5]),
        ("sections:merge:0", [1, 2, 5]),
        ("sections:up:9", [1, 2, 5]),
        ("sections:up:-1", [1, 2, 5]),
        ("sections:split:0", [1, 2, 5]),
    ],
)
def test_what_a_button_does(order: str, after: list[int | None]) -> None:
    assert numbers(arrange(ROWS, order)) == after


def test_merging_loses_no_text() -> None:
    assert arrange(ROWS, "sections:merge:1").sections[0] == EditedSection(1, "甲", "一\n二\n乙\n三")


def test_splitting_cuts_at_the_mark_and_the_first_part_keeps_the_number() -> None:
    rows = ReviewRows(sections=(EditedSection(7, "甲", "一\n --- \n二\n三"),))
    assert arrange(rows, "sections:split:0").sections == (
        EditedSection(7, "甲", "一"),
        EditedSection(None, "", "二\n三"),
    )


@given(FAMILIES, ACTS, st.one_of(st.integers(-3, 9).map(str), st.text(max_size=3)))
def test_no_order_is_an_error_and_only_removing_loses_anything(family: str, act: str, at: str) -> None:
    after = arrange(ROWS, f"{family}:{act}:{at}")
    if act == "remove":
        return

    def characters(rows: ReviewRows) -> Counter[str]:
        texts = [*(s.heading + s.body for s in rows.sections), *rows.quotes]
        return Counter("".join(texts).replace("\n", ""))

    assert characters(after) == characters(ROWS)

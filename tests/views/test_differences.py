"""A comparison holds both texts, whole."""

from hypothesis import given
from hypothesis import strategies as st

from reports.views.differences import TextRange, compare_texts

TEXTS = st.text(alphabet="甲乙丙丁\n", max_size=30)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off(before: str, after: str) -> None:
    stretches = [part for paragraph in compare_texts(before, after) for part in paragraph]
    old = "".join(part.text for part in stretches if part.kind != "added")
    new = "".join(part.text for part in stretches if part.kind != "removed")
    assert (old, new) == (before.replace("\n", ""), after.replace("\n", ""))


def test_what_is_the_same_is_not_called_changed() -> None:
    assert compare_texts("甲乙丙\n丁", "甲丙\n丁") == [
        [TextRange("same", "甲"), TextRange("removed", "乙"), TextRange("same", "丙")],
        [TextRange("same", "丁")],
    ]

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.language.pinyin import initials, slug, syllables

texts = st.text(st.one_of(st.sampled_from("党建引领绿重庆長𠀀𠮷5aZé½， -+"), st.characters()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("党建引领", "dang-jian-yin-ling"),
        ("“5300计划”", "5300-ji-hua"),
        ("1+4+4+N", "1-4-4-n"),
        ("Café 驿站", "cafe-yi-zhan"),
        ("綠色銀行", "lv-se-yin-hang"),
        ("重庆市", "chong-qing-shi"),
        ("𠮷野", "u20bb7-ye"),
        ("——！", ""),
        ("", ""),
    ],
)
def test_slugs(text: str, expected: str) -> None:
    assert slug(text) == expected


@given(texts)
def test_a_slug_is_words_of_ascii_joined_by_hyphens(text: str) -> None:
    assert re.fullmatch("(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug(text))
    assert len(slug(text)) <= 100


def test_a_long_slug_ends_with_a_whole_word() -> None:
    long = slug("党建引领" * 20)
    assert len(long) <= 100
    assert set(long.split("-")) == {"dang", "jian", "yin", "ling"}
    assert slug("a" * 120) == "a" * 100
    assert slug("a" * 50 + " " + "b" * 49 + " c") == "a" * 50 + "-" + "b" * 49


def test_syllables_and_initials() -> None:
    assert syllables("党建引领") == ["dang", "jian", "yin", "ling"]
    assert syllables("产业连") == syllables("產業鏈") == ["chan", "ye", "lian"]
    assert syllables("5300 计划N") == ["5300", "ji", "hua", "n"]
    assert initials("党建引领") == "djyl"
    assert initials("“5300计划”") == "5300jh"
    assert initials("重庆银行") == "cqyh"


@given(texts)
def test_initials_are_those_of_the_syllables(text: str) -> None:
    assert re.sub("[0-9a-z]", "", initials(text)) == ""
    assert bool(initials(text)) == bool(syllables(text))
    assert all(syllables(text))

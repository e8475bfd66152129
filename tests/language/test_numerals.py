from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.language.numerals import parse_numeral

FIGURES = "零一二三四五六七八九"


def write(number: int) -> str:
    """A number below 10 000 亿 in Chinese figures, as one learns it at school."""
    if number >= 10**8:
        return join(write(number // 10**8) + "亿", number % 10**8, 10**7)
    if number >= 10**4:
        return join(write(number // 10**4) + "万", number % 10**4, 10**3)
    for size, name in ((1000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            return join(FIGURES[number // size] + name, number % size, size // 10)
    return FIGURES[number]


def join(head: str, rest: int, next_size: int) -> str:
    if not rest:
        return head
    return head + ("零" if rest < next_size else "") + write(rest)


@given(st.integers(0, 10**12 - 1))
def test_chinese_numbers_are_read_as_they_are_written(number: int) -> None:
    assert parse_numeral(write(number)) == number


@given(st.integers(0, 10**9), st.integers(0, 999), st.sampled_from("十百千万亿"))
def test_mixed_numbers_are_multiplied(whole: int, decimals: int, size: str) -> None:
    printed = f"{whole:,}.{decimals:03}{size}"
    factor = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[size]
    assert parse_numeral(printed) == Decimal(f"{whole}.{decimals:03}") * factor


@given(st.text(st.sampled_from("〇零一两三十百千万亿点0123,.-负廿"), max_size=12))
def test_anything_else_is_none_and_never_an_error(text: str) -> None:
    value = parse_numeral(text)
    assert value is None or value.is_finite()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234,567.80", "1234567.80"),
        ("１，２３４", "1234"),
        ("0.5", "0.5"),
        ("-3.2", "-3.2"),
        ("负三", "-3"),
        ("十二", "12"),
        ("两百", "200"),
        ("一千二百三十四", "1234"),
        ("一百零五", "105"),
        ("一百二", "120"),
        ("两千三", "2300"),
        ("三万五", "35000"),
        ("一亿二", "120000000"),
        ("三百十五", "315"),
        ("十万", "100000"),
        ("百万", "1000000"),
        ("一万亿", "1000000000000"),
        ("三点五", "3.5"),
        ("十二点零五", "12.05"),
        ("三点五万", "35000"),
        ("3.5万", "35000"),
        ("3千万", "30000000"),
        ("1.2万亿", "1200000000000"),
        ("1亿3000万", "130000000"),
        ("3万5千", "35000"),
        ("3万5000", "35000"),
        ("廿三", "23"),
        ("卅", "30"),
        ("二〇二三", "2023"),
        ("二○二三", "2023"),
        ("一九九八", "1998"),
        ("〇", "0"),
        ("壹佰贰拾叁", "123"),
        ("一萬二千", "12000"),
        (" 266 ", "266"),
        ("3.5 万", "35000"),
    ],
)
def test_examples(text: str, value: str) -> None:
    assert str(parse_numeral(text)) == value


NO_NUMBERS = """
村 万 亿 点 数百 十几 1,23 12,34,567 1.2.3 1千2000 三万五万 一百万千 点五 三点 三点十 3.5万5千 千百千 - --1
N ½ 一千二千 五〇万亿点 三百零 零点 一点五点二 二三万
"""


@pytest.mark.parametrize("text", ["", " ", "1 2", *NO_NUMBERS.split()])
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_numeral(text) is None

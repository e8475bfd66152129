from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.language.dates import StatedDate, find_dates
from tests.language.test_numerals import write

WHOLE = ["{0.year}年{0.month}月{0.day}日", "{0:%Y-%m-%d}", "{0.year}.{0.month}.{0.day}", "{0:%Y/%m/%d}"]
WHOLE += ["{0.year} 年 {0.month} 月 {0.day} 号"]


def chinese(day: date) -> str:
    year = "".join("〇一二三四五六七八九"[int(figure)] for figure in str(day.year))
    return f"{year}年{short(day.month)}月{short(day.day)}日"


def short(number: int) -> str:
    return write(number).removeprefix("一") if 10 <= number < 20 else write(number)


dates = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(
    dates,
    st.sampled_from(WHOLE),
    st.sampled_from(["", "截至", "第3期，", "（"]),
    st.sampled_from(["", "，", "。", "起", "上午9时"]),
)
def test_whole_dates_are_found_in_every_form(day: date, form: str, before: str, after: str) -> None:
    for printed in (form.format(day), chinese(day)):
        text = before + printed + after
        found = StatedDate(day, day.year, len(before), len(before) + len(printed), day.month, day.day)
        assert find_dates(text) == [found]


@given(st.text(st.sampled_from("0123456789年月日号.-/一二十〇 "), max_size=24))
def test_finds_stand_in_order_and_apart_and_are_real(text: str) -> None:
    end = 0
    for found in find_dates(text):
        assert end <= found.start < found.end
        end = found.end
        assert found.date is None or (found.date.year, found.date.month, found.date.day) == (
            found.year,
            found.month,
            found.day,
        )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年", StatedDate(None, 2023, 0, 5)),
        ("２０２３年５月", StatedDate(None, 2023, 0, 7, 5)),
        ("二○二三年五月", StatedDate(None, 2023, 0, 7, 5)),
        ("二O二三年", StatedDate(None, 2023, 0, 5)),
        ("一九九八年", StatedDate(None, 1998, 0, 5)),
        ("5月12日", StatedDate(None, None, 0, 5, 5, 12)),
        ("2月29日", StatedDate(None, None, 0, 5, 2, 29)),
        ("廿三", None),
        ("五月廿三日", StatedDate(None, None, 0, 5, 5, 23)),
        ("2023年2月30日", StatedDate(None, 2023, 0, 7, 2)),
        ("2023年13月1日", StatedDate(None, 2023, 0, 5)),
        ("2023年底", StatedDate(None, 2023, 0, 5)),
        ("2023-02-30", None),
        ("2023-5.12", None),
        ("1.2023.5.12", None),
        ("2023.5.12.7", None),
        ("12023年", None),
        ("1023年", None),
        ("1023-05-12", None),
        ("一一二〇二三年", None),
        ("3.5月2日", None),
        ("13月2日", None),
        ("4月31日", None),
        ("5月", None),
        ("三年", None),
        ("266个", None),
    ],
)
def test_examples(text: str, expected: StatedDate | None) -> None:
    assert find_dates(text) == ([expected] if expected else [])


def test_several_dates_in_one_sentence() -> None:
    text = "自2021年起，到2023年5月12日至6月3日，再到二〇二四年。"
    assert [text[found.start : found.end] for found in find_dates(text)] == [
        "2021年",
        "2023年5月12日",
        "6月3日",
        "二〇二四年",
    ]

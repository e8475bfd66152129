"""Dates and years in Chinese text, in Arabic or Chinese figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .numerals import parse_numeral

_YEARS = range(1900, 2100)

# Replaces one character by one, so that offsets stay. Some pages print 〇 as a circle.
_PLAIN = str.maketrans("０１２３４５６７８９．／－○◯", "0123456789./-〇〇")

_BLANKS = r"[ \t\u00a0\u3000]*"
_YEAR = "(?: (?<![0-9]) [0-9]{4} | (?<![〇零一二三四五六七八九]) [一二][〇零OoＯ一二三四五六七八九]{3} )"
_SMALL = "(?: (?<![0-9]) (?<![0-9][.]) [0-9]{1,2} | [一二三四五六七八九十廿卅]{1,3} )"
_DATE = re.compile(
    rf"""
    (?P<to_year> (?P<year>{_YEAR}) {_BLANKS} 年 )
    (?: (?P<to_month> {_BLANKS} (?P<month>{_SMALL}) {_BLANKS} 月 )
        (?: {_BLANKS} (?P<day>{_SMALL}) {_BLANKS} [日号] )? )?
    | (?P<bare_month>{_SMALL}) {_BLANKS} 月 {_BLANKS} (?P<bare_day>{_SMALL}) {_BLANKS} [日号]
    | (?<![-./0-9]) (?P<figures> [0-9]{{4}} (?P<mark>[-./]) [0-9]{{1,2}} (?P=mark) [0-9]{{1,2}} )
        (?! [-./]?[0-9] )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date, or the parts of one that the text states, and its offsets in code points.

    ``date`` is set if year, month and day are stated; 5月12日 has no ``year``.
    """

    date: date | None
    year: int | None
    start: int
    end: int
    month: int | None = None
    day: int | None = None


def find_dates(text: str) -> list[StatedDate]:
    """Every date, month of a year, year (1900 to 2099) and day of a month, in order, without overlaps.

    A day that does not exist is left out: 2023年2月30日 gives the month, 2023-02-30 gives nothing.
    """
    dates = (_read(match) for match in _DATE.finditer(text.translate(_PLAIN)))
    return [stated for stated in dates if stated is not None]


def _read(match: re.Match[str]) -> StatedDate | None:
    start, end = match.span()
    if match["figures"]:
        year, month, day = map(int, match["figures"].split(match["mark"]))
        return _full_date(year, month, day, start, end)
    if match["bare_month"]:
        month, day = _small(match["bare_month"]), _small(match["bare_day"])
        # 2000 is a leap year: 2月29日 exists in some years.
        return (
            StatedDate(None, None, start, end, month, day)
            if _full_date(2000, month, day, start, end)
            else None
        )
    year = _year(match["year"])
    if year not in _YEARS:
        return None
    month, day = _small(match["month"]), _small(match["day"])
    full_date = _full_date(year, month, day, start, end)
    if full_date:
        return full_date
    if 1 <= month <= 12:
        return StatedDate(None, year, start, match.end("to_month"), month)
    return StatedDate(None, year, start, match.end("to_year"))


def _full_date(year: int, month: int, day: int, start: int, end: int) -> StatedDate | None:
    try:
        stated = date(year, month, day)
    except ValueError:
        return None
    return StatedDate(stated, year, start, end, month, day) if year in _YEARS else None


def _year(figures: str) -> int:
    return int(parse_numeral(re.sub("[OoＯ]", "〇", figures)) or 0)


def _small(figures: str | None) -> int:
    """A month or a day; 0, which is neither, if ``figures`` is missing or not a number."""
    return int((parse_numeral(figures) if figures else None) or 0)

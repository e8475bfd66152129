"""Dates and years in Chinese text, in Arabic or Chinese figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .numerals import parse_numeral

_YEARS = range(1900, 2100)

# One character for one, so that offsets stay. The round nought is printed as a circle, too.
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
class FoundDate:
    """A date, or the parts of one that the text states, and where it stands, in code points.

    ``date`` is set if year, month and day are stated; 5月12日 has no ``year``.
    """

    date: date | None
    year: int | None
    start: int
    end: int
    month: int | None = None
    day: int | None = None


def find_dates(text: str) -> list[FoundDate]:
    """Every date, month of a year, year (1900 to 2099) and day of a month, in order and apart.

    What no calendar has is left out: of 2023年2月30日 the month is found, of 2023-02-30 nothing.
    """
    found = (_read(match) for match in _DATE.finditer(text.translate(_PLAIN)))
    return [item for item in found if item is not None]


def _read(match: re.Match[str]) -> FoundDate | None:
    start, end = match.span()
    if match["figures"]:
        year, month, day = map(int, match["figures"].split(match["mark"]))
        return _whole(year, month, day, start, end)
    if match["bare_month"]:
        month, day = _small(match["bare_month"]), _small(match["bare_day"])
        # 2月29日 is a day of some year.
        return FoundDate(None, None, start, end, month, day) if _whole(2000, month, day, start, end) else None
    year = _year(match["year"])
    if year not in _YEARS:
        return None
    month, day = _small(match["month"]), _small(match["day"])
    whole = _whole(year, month, day, start, end)
    if whole:
        return whole
    if 1 <= month <= 12:
        return FoundDate(None, year, start, match.end("to_month"), month)
    return FoundDate(None, year, start, match.end("to_year"))


def _whole(year: int, month: int, day: int, start: int, end: int) -> FoundDate | None:
    try:
        stated = date(year, month, day)
    except ValueError:
        return None
    return FoundDate(stated, year, start, end, month, day) if year in _YEARS else None


def _year(figures: str) -> int:
    return int(parse_numeral(re.sub("[OoＯ]", "〇", figures)) or 0)


def _small(figures: str | None) -> int:
    """0, which is no month or day, if nothing readable is stated."""
    return int((parse_numeral(figures) if figures else None) or 0)

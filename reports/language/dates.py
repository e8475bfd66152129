"""Dates and years in Chinese text, in Arabic or Chinese figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from .numerals import parse_numeral

ARCHIVE_ZONE = ZoneInfo("Asia/Shanghai")
"""The zone of the days on which Chinese papers appear."""

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
    return int(parse_numeral(re.sub("[OoＯ○◯]", "〇", figures)) or 0)


def _small(figures: str | None) -> int:
    """A month or a day; 0, which is neither, if ``figures`` is missing or not a number."""
    return int((parse_numeral(figures) if figures else None) or 0)


_DASH = r"\s*[-—–―~～至到、和]\s*"
_CHINESE_YEAR = "[一二][〇零○◯Oo一二三四五六七八九]{3}"
_FIGURE = "(?:[0-9]{1,2}|[一二三四五六七八九十廿卅]{1,3})"
_TIME = "[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
_DATE_ALONE = re.compile(
    rf"""
    (?P<year>[0-9]{{4}}|{_CHINESE_YEAR}) \s* 年
        (?: [\s/]* (?P<month>{_FIGURE}) \s* 月 (?: [\s/]* (?P<day>{_FIGURE}) \s* [日号]
            (?: {_DASH} (?:[0-9]{{4}}\s*年\s*)? (?:{_FIGURE}\s*月\s*)? {_FIGURE}\s*[日号] )? )? )?
    | (?P<year2>[0-9]{{4}}) \s? (?P<mark>[-./])
        \s? (?P<month2>[0-9]{{1,2}}) \s? (?P=mark) \s? (?P<day2>[0-9]{{1,2}}) (?![0-9])
        (?: [T\s]\s* (?P<time>{_TIME}) \s? (?P<zone>Z|[-+][0-9]{{2}}:?[0-9]{{2}})
        | T {_TIME}
        | {_DASH} (?:[0-9]{{4}}[./])? [0-9]{{1,2}} [./] [0-9]{{1,2}} (?![-./0-9]) )?
    | (?P<year3>19[0-9]{{2}}|20[0-9]{{2}}) (?P<month3>[0-9]{{2}}) (?P<day3>[0-9]{{2}}) (?![0-9])
        (?: T (?P<time3>[0-9]{{4}}(?:[0-9]{{2}})?) (?P<zone3>Z|[-+][0-9]{{2}}:?[0-9]{{2}})? )?
    | (?P<year4>[0-9]{{4}}) [-./] (?P<month4>0[1-9]|1[0-2]) (?![-./]?[0-9])
    | (?P<bare_month>{_FIGURE}) \s* 月 \s* (?P<bare_day>{_FIGURE}) \s* [日号]
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class DateAlone:
    """A date on a line of its own, in a file name or in the field of a record; it ends before ``end``.

    ``year`` is missing in 6月5日. ``exists`` is false for a day that the calendar does not have (2月30日).
    """

    date: date | None
    year: int | None
    month: int
    end: int
    exists: bool = True


def match_date_alone(text: str, start: int = 0) -> DateAlone | None:
    """The date that begins at ``start`` of a text after NFKC; of several days (6月5日—11日) the first.

    Reads also what is no date in running text: 2023-06, 2023. 6. 30, 20230630, 2023年/6月/5日. A time
    with an offset from UTC gives its day in China.
    """
    match = _DATE_ALONE.match(text, start)
    if not match:
        return None
    if match["bare_month"]:
        month, day = _small(match["bare_month"]), _small(match["bare_day"])
        exists = _full_date(2000, month, day, 0, 0) is not None
        return DateAlone(None, None, month if exists else 0, match.end(), exists)
    year = _year(_first(match, "year")) if match["year"] else int(_first(match, "year"))
    month, day = _small(_first(match, "month")), _small(_first(match, "day"))
    # 2010-12 may also mean 2010 to 2012; 2023-06 cannot.
    if year not in _YEARS or (match["year4"] and month > year % 100):
        return None
    stated = _full_date(year, month, day, 0, 0)
    exists = stated is not None if _first(match, "day") else not _first(match, "month") or 1 <= month <= 12
    if match["year3"] and not exists:
        return None
    if stated and stated.date and (zone := _first(match, "zone")):
        stated = _in_archive_zone(stated.date, _first(match, "time"), zone)
        exists = stated is not None
    if stated is None or stated.date is None:
        return DateAlone(None, year, month if 1 <= month <= 12 else 0, match.end(), exists)
    return DateAlone(stated.date, stated.date.year, stated.date.month, match.end())


def _first(match: re.Match[str], name: str) -> str:
    """The group ``name`` of the form that matched; empty if that form lacks it."""
    return next((value for end in ("", "2", "3", "4") if (value := match.groupdict().get(name + end))), "")


def _in_archive_zone(day: date, time: str, zone: str) -> StatedDate | None:
    hour, minute = map(int, time.split(":")[:2] if ":" in time else (time[:2], time[2:4]))
    sign, hours, minutes = (1, 0, 0) if zone == "Z" else (int(f"{zone[0]}1"), int(zone[1:3]), int(zone[-2:]))
    if hour > 23 or minute > 59 or hours > 14 or minutes > 59:
        return None
    offset = timezone(sign * timedelta(hours=hours, minutes=minutes))
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=offset).astimezone(ARCHIVE_ZONE)
    return _full_date(local.year, local.month, local.day, 0, 0)

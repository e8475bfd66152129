"""Infers the year of an undated article from what its text says of its own time.

Only words that a text uses of the present count. A later year that is not a plan contradicts them, and so do
two of them that disagree; then there is no inference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reports.language.numerals import parse_numeral

_YEAR = r"(?<![\d\-—–~～至.])(?P<year>20\d\d|19[5-9]\d|[一二][九〇○零][〇○零一二三四五六七八九]{2})年"
_QUOTED = r"[“\"《「][^”\"》」\n]{1,24}[”\"》」]"
_SIGNS = tuple(
    re.compile(pattern)
    for pattern in (
        # 2023年已过半, 2023年即将过去
        rf"{_YEAR}(?:已经?过半|过半|(?:即将|行将|就要)(?:过去|结束|收官))",
        # 2023年是全面落实…的开局之年; an anniversary is told in other years, too
        rf"{_YEAR}(?:是|既是)[^，,。；;！!？?\n]{{2,40}}"
        r"(?:之年|元年|第[一二三四五六七八九十\d]+年)",
        # 2022年“…”的主题是…
        rf"{_YEAR}{_QUOTED}的主题(?:是|为)",
        # 今年是2023年, 今年（2023年）
        r"今年(?:是|[（(])(?P<year>20\d\d)年",
        # 截至2024年5月底; the end of a year is often reported in the next one
        r"截[至止]到?(?P<year>20\d\d)年(?:1[01]|0?[1-9])月(?:底|末|\d{1,2}日)?",
    )
)
_ANY_YEAR = re.compile(r"(?<!\d)(?:20\d\d|19[5-9]\d)(?=年|[-./]\d{1,2}[-./]\d{1,2})")
_PLANNED_BEFORE = re.compile(r"(?:到|至|力争|计划|预计|争取|[-—–~～])\s*\Z")
_PLANNED_BEHIND = re.compile(r"年[底末]?(?:之?前|以前|将|要|力争|计划|预计)")
_MONTH_BEHIND = re.compile(r"年\s*\d{1,2}月")


@dataclass(frozen=True, slots=True)
class InferredYear:
    """``evidence`` are the words of the text, as printed."""

    year: int
    evidence: str


def infer_year(text: str) -> InferredYear | None:
    """The year in which ``text`` was written, if its own words tell."""
    signs = list(_find_signs(text))
    years = {sign.year for sign in signs}
    if len(years) != 1 or _latest_past(text) > max(years):
        return None
    return signs[0]


def _find_signs(text: str) -> Iterator[InferredYear]:
    for pattern in _SIGNS:
        for match in pattern.finditer(text):
            yield InferredYear(_number(match["year"]), " ".join(match[0].split()))


def _latest_past(text: str) -> int:
    """The latest year that the text may name as past or present; 0 if there is none."""
    return max(
        (int(match[0]) for match in _ANY_YEAR.finditer(text) if not _is_planned(text, match)), default=0
    )


def _is_planned(text: str, year: re.Match[str]) -> bool:
    """Whether it is a year to come: 到2025年. A month (到2022年6月) may as well be past."""
    if _MONTH_BEHIND.match(text, year.end()):
        return False
    before = text[max(0, year.start() - 4) : year.start()]
    return bool(_PLANNED_BEFORE.search(before) or _PLANNED_BEHIND.match(text, year.end()))


def _number(figures: str) -> int:
    return int(figures) if figures.isdigit() else int(parse_numeral(figures) or 0)

"""Statements of a page about its own publication: date, paper, page.

A statement is a line with nothing else: “2023年6月30日 星期五 A08版”, “《…日报》2023年…第3版”, “来源：…”.
A sentence of the text is never a statement, even if it names a year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from reports.language.dates import StatedDate, find_dates
from reports.language.numerals import parse_numeral

MAX_CHARACTERS = 120

_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_WEEKDAY = re.compile(r"[(]?(?:星期|礼拜|周)[一二三四五六日天][)]?")
_LUNAR = re.compile(r"(?:农历|夏历)[\u4e00-\u9fff]{2,14}")
_ISSUE = re.compile(r"(?:总?第\s*\d{1,6}\s*期|今日\s*\d{1,3}\s*版|责任?编?辑?部?第\d+号)")
_PAPER = re.compile(
    r"《([^《》]{2,20})》|(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{1,10}(?:日报|晚报|早报|晨报|时报|商报|都市报|快报|导报|周报|新报|晚读"
    r"|县报|区报|党报|农报|周刊|新闻网|日报社|客户端))(?![\u4e00-\u9fff])"
)
_PAPER_NAME = re.compile(r"(?:报|报纸|晚读|周刊|导刊|旬刊|月刊|日刊)\Z")
_PAGE = re.compile(
    r"(?:第\s*)?(?<![A-Za-z0-9])([A-Z]{0,2}\s?\d{1,3}|[一二三四五六七八九十]{1,3})\s*版(?![\u4e00-\u9fff])"
    r"|(?<![A-Za-z0-9])([A-Z]{1,2}\d{2,3})(?![A-Za-z0-9])|版(?:次|面)\s*[:]\s*(?:第\s*)?([A-Z]{0,2}\d{1,3})\s*版?"
)
_COLUMN = re.compile(
    r"[\[【(]?(?:要闻|专题|专版|专刊|特刊|特别报道|深度(?:报道)?|本埠|时政|经济|社会|城事|都市|评论|副刊|民生|综合|国内|国际|财经|文化|教育|党建|区县|县域|区域"
    r"|县区|关注|聚焦|视点|头条|新闻|周刊|版面|版)+[\]】)]?"
)
_DATE_LABEL = re.compile(
    r"(?:发布|见报|刊发|发表|出版|更新|刊登)?(?:时间|日期)\s*[:]\s*|(?:发布|发表|刊发|出版|见报)于\s*[:]?\s*|刊于\s*|原载\s*|载\s*(?=《)|date\s*[:]\s*",
    re.IGNORECASE,
)
_SOURCE_LABEL = re.compile(
    r"(?:信息来源|稿件来源|文章来源|新闻来源|来源|稿源|source|报纸|媒体)\s*[:]\s*《?([^\s《》|/()]{2,30})》?",
    re.IGNORECASE,
)
_NOT_SOURCE = re.compile(r"(?:本站|网络|互联网|未知|图片|资料)\Z")
_FILLING = re.compile(r"[\s|/丨·•,，。、;:：()（）【】\[\]《》—–~\-_*■□◆●▲]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of one line. ``remaining_text`` is the other text of the line, for example a byline."""

    published_on: date | None
    year: int | None
    source: str
    page_label: str
    remaining_text: str
    parts: int = 1
    """The number of date, paper and page that it names, 1 to 3."""

    @property
    def dated(self) -> bool:
        return self.year is not None


def read_statement(text: str) -> Statement | None:
    """The statement in ``text``; None if the line does not state date, paper or page."""
    if len(text) > MAX_CHARACTERS:
        return None
    body = normalize("NFKC", text).strip()
    source = page = ""
    if match := _SOURCE_LABEL.search(body):
        if not _NOT_SOURCE.search(match[1]):
            source = match[1].strip("《》")
        body = _without(body, match)
    stated_date, body = _take_date(body)
    published_on = stated_date.date if stated_date else None
    year = stated_date.year if stated_date else None
    match = None if source else _PAPER.search(body)
    # 《…》 may be any title. It is a paper if its name says so or if a date follows.
    if match and (match[2] or published_on or _PAPER_NAME.search(match[1])):
        source = match[1] or match[2]
        body = _without(body, match)
    if match := _PAGE.search(body):
        page = re.sub(r"\s", "", match[1] or match[2] or match[3])
        page = _plain_number(page)
        body = _without(body, match)
        body = _COLUMN.sub(" ", body, count=1)
    anchored = bool(source or page or published_on or (stated_date and stated_date.month))
    # “2021年” alone is the heading in a chronicle; next to a paper or page it is the year of publication.
    if not anchored and not (year and _ISSUE.search(body)):
        return None
    for pattern in (_DATE_LABEL, _TIME, _WEEKDAY, _LUNAR, _ISSUE):
        body = pattern.sub(" ", body)
    remaining_text = body.strip(" |丨·,，/") if _FILLING.sub("", body) else ""
    return Statement(published_on, year, source, page, remaining_text, bool(year) + bool(source) + bool(page))


def _take_date(body: str) -> tuple[StatedDate | None, str]:
    """The first date with a year, and the text without it."""
    first = next((item for item in find_dates(body) if item.year is not None), None)
    return first, f"{body[: first.start]} {body[first.end :]}" if first else body


def _plain_number(text: str) -> str:
    """A page number as digits: 三 is 3; A08 and 05 stay as they are."""
    number = None if text.isascii() else parse_numeral(text)
    return text if number is None else str(number)


def _without(body: str, match: re.Match[str]) -> str:
    return f"{body[: match.start()]} {body[match.end() :]}"


_STRONG_YEAR = re.compile(
    r"(?<![\d\-—–~至])(20\d\d|19[5-9]\d)年"
    r"(?:以来|已过半|已经过半|过半|伊始|开年|新春|初(?!步)|即将过去|行将结束|上半年|前[一二三]季度|[一二三四]季度"
    r"|(?:是|为)[^，,。；;！!？?]{2,40}之年|(?:是|为)[^，,。；;！!？?]{2,40}(?:第[一二三四五六七八九十\d]+年|[0-9一二三四五六七八九十]+周年))"
)


def find_year_proposal(text: str) -> tuple[int, str] | None:
    """The present year according to the opening of a text (“2023年已过半”), and the words that say so."""
    match = _STRONG_YEAR.search(text[:400])
    return (int(match[1]), match[0]) if match else None

"""Statements of a page about its own publication: date, paper, page.

A statement is a line that ``line_tokens`` cuts into known tokens, in any order; what remains is nothing, a
byline or the name of a column. A sentence of the text is never a statement, even if it names a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from unicodedata import normalize

from reports.language.dates import DateAlone
from reports.language.numerals import parse_numeral
from reports.language.variants import simplify

from .bylines import Byline, read_byline
from .line_patterns import Kind
from .line_tokens import Token, tokenise

MAX_CHARACTERS = 120
_MAX_SOURCE_LINE = 60
_MAX_COLUMN = 12
_MAX_PLACE = 6
_CODE = re.compile(r"[A-Z]{1,2}(?:[1-9]\d{1,2}|\d)")
"""G20 or C919: without a date or paper it need not be a page. A08 is one."""
_SURE_PAGE = re.compile(r"(?:[A-Z]{1,2}\d{1,3}|(?<!\d)0\d{1,2})\s*版")
"""第3版 may be the third version of a manuscript."""
_PAUSE = re.compile(r"[,，。;；!！?？]")
_TRIM = " \t|丨·,，/:-—()[]【】<>*#"
# Kinds that show a line of the page's own although it states no date with year, paper or page.
_PAGE_KINDS = frozenset({Kind.COUNT, Kind.REGISTRATION, Kind.PAGE_COUNT})
_DAY_KINDS = frozenset({Kind.MONTH_DAY, Kind.WEEKDAY, Kind.ISSUE})
_WEB_KINDS = frozenset({Kind.TIME, Kind.COUNT, Kind.SOURCE, Kind.UPDATED, Kind.LABEL})


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of one line, which may also carry a byline."""

    published_on: date | None
    year: int | None
    source: str
    page_label: str
    remaining_text: str = ""
    """What no token explains: the byline, or the name of a column."""
    byline: Byline | None = None
    names_day: bool = False
    """Whether it names a day, perhaps without a year: 6月5日 星期一."""
    impossible: str = ""
    """A date that the calendar does not have, as printed."""

    @property
    def dated(self) -> bool:
        return self.year is not None

    @property
    def parts(self) -> int:
        """The number of date, paper and page that it names; 0 for 6月5日 星期一 or 浏览：123次."""
        return bool(self.year) + bool(self.source) + bool(self.page_label)


def read_statement(text: str) -> Statement | None:
    """The statement in ``text``; None if the line does not state date, paper or page."""
    line = _cut(text) if len(text) <= MAX_CHARACTERS else None
    if line is None or Kind.EVENT in line.kinds:
        return None
    statement = line.statement()
    if not statement.parts:
        return statement if line.is_of_the_page else None
    # “2021年” alone is the heading in a chronicle; next to a paper or page it is the year of publication.
    is_anchored = bool(
        statement.source or statement.page_label or line.is_whole_date or line.has_month
        or (statement.year and Kind.ISSUE in line.kinds)
    )  # fmt: skip
    return statement if is_anchored and line.is_explained else None


def read_file_name(stem: str) -> Statement | None:
    """What the name of a file, without its ending, states; unknown words may stand beside.

    A date alone may be the day of the scan, and A08 a number of the file: the name must also name a paper, or
    write 版.
    """
    line = _cut(stem, to_the_end=True)
    if line is None or Kind.EVENT in line.kinds or not line.is_whole_date:
        return None
    names_paper = bool(line.kinds & {Kind.PAPER, Kind.SOURCE})
    if not names_paper and not _SURE_PAGE.search(line.printed):
        return None
    statement = line.statement()
    return statement if names_paper else replace(statement, source="")


def _cut(text: str, *, to_the_end: bool = False) -> _Line | None:
    printed = normalize("NFKC", text).strip()
    tokens, is_complete = tokenise(simplify(printed), to_the_end=to_the_end)
    return _Line(printed, tokens, is_complete) if tokens else None


class _Line:
    """A line with its tokens, and what they say together."""

    def __init__(self, printed: str, tokens: Sequence[Token], is_complete: bool) -> None:
        self.printed, self.tokens, self.is_complete = printed, tokens, is_complete
        self.kinds = {token.kind for token in self.tokens}
        dates = [token for token in self.tokens if token.kind is Kind.DATE]
        dates += [token for token in self.tokens if token.kind is Kind.UPDATED]
        self.date_token = next((t for t in dates if t.date and t.date.month), dates[0] if dates else None)
        self.page = next((page for token in self.tokens if (page := self._page(token))), "")
        self.source = self._find_source()
        gaps = "" if self.is_complete else "".join(_gaps(self.printed, self.tokens))
        self.remaining_text = " ".join(gaps.split()).strip(_TRIM)
        self.has_pauses = bool(_PAUSE.search(gaps))
        self.byline = self._find_byline()

    @property
    def date(self) -> DateAlone | None:
        return self.date_token.date if self.date_token else None

    @property
    def is_whole_date(self) -> bool:
        return bool(self.date and self.date.date)

    @property
    def has_month(self) -> bool:
        return bool(self.date and (self.date.month or not self.date.exists))

    @property
    def is_of_the_page(self) -> bool:
        """Whether it has only what every page has: a day without year, counts, links to other pages."""
        if self.remaining_text and not self.byline:
            return False
        links = [token for token in self.tokens if token.kind is Kind.NAVIGATION]
        return bool(
            self.kinds & _PAGE_KINDS
            or (self.kinds & _DAY_KINDS and len(self.kinds) > 1)
            or len(links) > 1
        ) and Kind.PAIR not in self.kinds  # fmt: skip

    @property
    def is_explained(self) -> bool:
        """Whether tokens, byline and column are the whole line."""
        if self.kinds <= {Kind.PAGE, Kind.COLUMN} and _CODE.fullmatch(self.page) and "版" not in self.printed:
            return False
        if Kind.PAIR in self.kinds and not self.kinds & _WEB_KINDS:
            return False
        if self.kinds & {Kind.OUTLET, Kind.TITLE} and not self.source:
            return False
        rest = self.remaining_text
        if not rest or self.byline:
            return True
        if self.has_pauses:
            return False
        parts = bool(self.date) + bool(self.source) + bool(self.page)
        if self.is_whole_date and Kind.TIME in self.kinds and len(self.printed) <= _MAX_SOURCE_LINE:
            return True
        if self.is_whole_date and self.kinds & {Kind.WEEKDAY, Kind.LUNAR, Kind.WEATHER}:
            return len(rest) <= (_MAX_COLUMN if parts > 1 else _MAX_PLACE)
        return parts > 1 and len(rest) <= _MAX_COLUMN

    def statement(self) -> Statement:
        stated = self.date
        impossible = next((token for token in self.tokens if token.date and not token.date.exists), None)
        return Statement(
            published_on=stated.date if stated else None,
            year=stated.year if stated else None,
            source=self.source,
            page_label=self.page,
            remaining_text=self.remaining_text,
            byline=self.byline,
            names_day=stated is not None or Kind.MONTH_DAY in self.kinds,
            impossible=self.printed[impossible.start : impossible.end].strip() if impossible else "",
        )

    def _page(self, token: Token) -> str:
        return _plain_number("".join(token.value.split())) if token.kind in {Kind.PAGE, Kind.DATE} else ""

    def _find_source(self) -> str:
        """The labelled source, a paper, or beside a date what may be another title or office elsewhere."""
        for kind in (Kind.SOURCE, Kind.PAPER):
            if token := next((t for t in self.tokens if t.kind is kind and t.value), None):
                return self._as_printed(token)
        if not self.is_whole_date:
            return ""
        for kind in (Kind.OUTLET, Kind.TITLE):
            token = next((t for t in self.tokens if t.kind is kind), None)
            if token and (kind is Kind.OUTLET or self.page):
                return self._as_printed(token)
        return ""

    def _as_printed(self, token: Token) -> str:
        # Simplifying keeps the length, so the name stands at the same place in the printed line.
        start = simplify(self.printed).index(token.value, token.start)
        return self.printed[start : start + len(token.value)]

    def _find_byline(self) -> Byline | None:
        rest = self.remaining_text
        first_word, _, people = rest.partition(" ")
        if self.page and ":" not in first_word and not read_byline(f"{first_word}:"):
            # A word beside the page is the name of a column, not of a person.
            byline = read_byline(people)
            if byline and byline.labelled:
                return byline
        return read_byline(rest) if rest else None


def _gaps(body: str, tokens: Sequence[Token]) -> Iterator[str]:
    position = 0
    for token in tokens:
        yield f"{body[position : token.start]} "
        position = token.end
    yield body[position:]


def _plain_number(text: str) -> str:
    """A page number as digits: 三 is 3; A08 and 05 stay as they are."""
    number = None if text.isascii() else parse_numeral(text)
    return text if number is None else str(number)

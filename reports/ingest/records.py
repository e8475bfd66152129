"""Records of a JSON Lines export, one report each: ``title text date place source``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from .blocks import gather_pieces
from .document import UnreadableDocument
from .features import read_features
from .lines import Layout, split_lines
from .page import read_page
from .parsed import ParsedReport
from .signatures import remove_invisible

_FIELDS = {"title": "标题", "text": "正文", "date": "日期", "place": "地点", "source": "来源"}
_LONGEST = {"title": 500, "source": 100, "place": 200}
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?)?(?:[T ].*)?月?年?\Z", re.DOTALL)
# A record has its title and byline in fields of their own: their absence from the text is no problem.
_IRRELEVANT = frozenset({"no_headline", "no_byline"})


def report_from_record(record: Mapping[str, object]) -> ParsedReport:
    """The report of one record. A line of ``text`` is a paragraph; short lines may be headings.

    ``date`` is ``YYYY-MM-DD``, ``YYYY-MM``, ``YYYY`` or empty. Keys beyond the five are left alone.
    Block lines count the lines of ``text``. Raises :class:`UnreadableDocument` (Chinese) for a record
    that is not one.
    """
    values = _check(record)
    published_on, year = _read_date(values["date"])
    lines = split_lines(values["text"])
    # One line is one paragraph here, however regular the lines' widths look.
    layout = Layout(0, any(line.indent >= 2 for line in lines), False)
    pieces = read_features(gather_pieces(lines, layout), layout)
    title = values["title"]
    report = read_page(pieces, values["text"], headline=title) if pieces else ParsedReport(title)
    stated = year is not None
    return replace(
        report,
        headline=title,
        year=year if stated else report.year,
        published_on=published_on if stated else report.published_on,
        source=values["source"] or report.source,
        place=values["place"],
        proposed_year=None if stated else report.proposed_year,
        problems=tuple(
            p
            for p in report.problems
            if p.code not in _IRRELEVANT and not (stated and p.code in {"year_proposed", "several_dates"})
        ),
    )


def _check(record: Mapping[str, object]) -> dict[str, str]:
    if not isinstance(record, Mapping):
        raise UnreadableDocument("这一行不是一条记录：应当是用花括号括起来的 JSON 对象。")
    values = {}
    for key, name in _FIELDS.items():
        value = record.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and key == "date":
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise UnreadableDocument(f"这条记录的“{key}”（{name}）应当是文字，现在不是。请改正后重新导入。")
        values[key] = (value or "").replace("\0", "\ufffd")
    for key in ("title", "place", "source"):
        values[key] = " ".join(remove_invisible(values[key]).split())
    if not values["title"]:
        raise UnreadableDocument("这条记录缺少“title”（标题）。请补上后重新导入。")
    for key, longest in _LONGEST.items():
        if len(values[key]) > longest:
            raise UnreadableDocument(
                f"这条记录的“{key}”（{_FIELDS[key]}）超过{longest}字。请改短后重新导入。"
            )
    return values


def _read_date(text: str) -> tuple[date | None, int | None]:
    text = text.strip()
    if not text:
        return None, None
    found = _DATE.match(text)
    try:
        if not found or not 1900 <= int(found[1]) <= 2200:
            raise ValueError
        year = int(found[1])
        month = int(found[2] or 1)
        day = date(year, month, int(found[3] or 1))
    except ValueError:
        raise UnreadableDocument(
            f"这条记录的“date”（日期）“{text[:20]}”读不懂。请写成 2023-06-30 的样子。"
        ) from None
    return (day if found[3] else None), year

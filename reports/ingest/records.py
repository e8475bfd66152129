"""Lists of articles: JSON Lines (jsonlines.org), one object per line with ``title text date place source``.

Such a list separates title, text and date already. Only headings, captions and similar parts within the text
remain to be recognised.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from unicodedata import normalize

from reports.language.dates import DateAlone, find_dates, match_date_alone

from .blocks import group_lines
from .charset import decode
from .document import UnreadableDocument
from .features import read_features
from .lines import Layout, split_lines
from .page_assembly import read_page
from .parsed import YEAR_INFERRED, Block, ParsedArticle, Problem, Role
from .signatures import refuse_other_formats, remove_control_characters

_FIELDS = {"title": "标题", "text": "正文", "date": "日期", "place": "地点", "source": "来源"}
_STATEMENT_KEYS = frozenset({"date", "place", "source"})
_STATED = "清单中写明"
# A record states these in other fields, so it is not a problem if the text lacks them.
_IRRELEVANT = frozenset({"no_headline", "no_byline"})
_ABOUT_DATES = frozenset({YEAR_INFERRED, "several_dates", "no_such_day"})


def parse_records(data: bytes) -> list[ParsedArticle]:
    """The articles of a list, one per line, without blank lines.

    Raises :class:`UnreadableDocument` if the data is not such a list; the message names the line if the list
    has several.
    """
    refuse_other_formats(data)
    lines = [(n, line) for n, line in enumerate(decode(data).text.split("\n"), 1) if line.strip()]
    if not lines:
        raise UnreadableDocument("清单里没有内容。请检查后重新导入。")
    return [_read_line(line, number, f"第{number}行：" if len(lines) > 1 else "") for number, line in lines]


def _read_line(line: str, number: int, place: str) -> ParsedArticle:
    try:
        return article_from_record(json.loads(line), number)
    except UnreadableDocument as error:
        raise UnreadableDocument(place + error.message) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableDocument(
            f'{place}不是完整的 JSON。每行应是一个对象，如 {{"title": …, "text": …}}。'
        ) from error


def article_from_record(record: object, number: int = 1) -> ParsedArticle:
    """The article of one record. A line of ``text`` is a paragraph; short lines may be headings.

    ``date`` is a day, a month or a year in any common form; an unreadable date becomes a problem and is not
    refused. Keys beyond the five become blocks only. All blocks are on line ``number``. Raises
    :class:`UnreadableDocument` if it is not a record or has neither title nor text.
    """
    values = _check(record)
    title = " ".join(values["title"].split())
    if not title and not values["text"].strip():
        raise UnreadableDocument("这条记录既没有标题（title）也没有正文（text）。请补上后重新导入。")
    article = _read_text(values["text"], title)
    stated = _read_date(values["date"])
    problems = [replace(p, line=number) for p in article.problems if p.code not in _IRRELEVANT]
    if stated:
        problems = [p for p in problems if p.code not in _ABOUT_DATES]
        article = article.with_stated_date(stated.year, stated.date)
    if values["date"].strip() and not (stated and stated.exists):
        problems.append(
            Problem("date_unread", f"日期“{values['date'].strip()[:30]}”没有读懂，请核对。", number)
        )
    return replace(
        article,
        source=" ".join(values["source"].split()) or article.source,
        place=values["place"].strip(),
        blocks=tuple(_place_blocks(values, title, article, number)),
        problems=tuple(problems),
    )


def _read_text(text: str, title: str) -> ParsedArticle:
    lines = split_lines(text)
    if not lines:
        return ParsedArticle(title, problems=(Problem("no_body", "只有标题，没有正文。"),))
    # In a record one line is always one paragraph, even if all lines have the same width.
    layout = Layout(indented=any(line.indent >= 2 for line in lines))
    article = read_page(read_features(group_lines(lines, layout), layout), text, headline=title)
    return replace(article, headline=title or article.headline)


def _check(record: object) -> dict[str, str]:
    if not isinstance(record, Mapping):
        raise UnreadableDocument("这不是一条记录：应当是用花括号括起来的 JSON 对象。")
    return {
        **dict.fromkeys(_FIELDS, ""),
        **{
            str(key): remove_control_characters(_read_value(str(key), value)) for key, value in record.items()
        },
    }


def _read_value(key: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        # A lone surrogate (\ud800 in the JSON) is not a character and cannot be stored.
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
    if key == "text" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(_read_value(key, item) for item in value)
    if key == "date" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if key in _FIELDS:
        raise UnreadableDocument(f"“{key}”（{_FIELDS[key]}）应当是文字，现在不是。请改正后重新导入。")
    return json.dumps(value, ensure_ascii=False, default=str)


def _read_date(text: str) -> DateAlone | None:
    """The day, month or year of a record; a time with an offset from UTC gives its day in China."""
    text = normalize("NFKC", text).strip()
    if len(text) == 4 and text.isdigit():
        text = f"{text}年"
    stated = match_date_alone(text)
    if stated and stated.year:
        return stated
    found = next((item for item in find_dates(text) if item.year is not None), None)
    return match_date_alone(text, found.start) if found else None


def _place_blocks(
    values: Mapping[str, str], title: str, article: ParsedArticle, number: int
) -> Iterator[Block]:
    if title:
        yield Block(Role.HEADLINE, title, number, number, 1.0, _STATED)
    for block in article.blocks:
        yield replace(block, first_line=number, last_line=number)
    for key, value in values.items():
        if key not in {"title", "text"} and value.strip():
            role = Role.DATELINE if key in _STATEMENT_KEYS else Role.FURNITURE
            yield Block(role, value.strip(), number, number, 1.0, _STATED)

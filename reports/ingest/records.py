"""Lists of articles: JSON Lines (jsonlines.org), one object a line with ``title text date place source``.

The maker of such a list has told title from text and date; only headings, captions and the like within the
text are still to be made out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from reports.language.dates import find_dates

from .blocks import gather_pieces
from .charset import decode
from .document import UnreadableDocument
from .features import read_features
from .lines import Layout, split_lines
from .page import read_page
from .parsed import Block, ParsedArticle, Problem, Role
from .signatures import refuse_other_formats, remove_invisible

_FIELDS = {"title": "标题", "text": "正文", "date": "日期", "place": "地点", "source": "来源"}
_DATELINE = frozenset({"date", "place", "source"})
_STATED = "清单中写明"
# A record has fields for these: that its text lacks them is no problem.
_IRRELEVANT = frozenset({"no_headline", "no_byline"})


def parse_records(data: bytes) -> list[ParsedArticle]:
    """The articles of a list, one a line, blank lines left out.

    Raises :class:`UnreadableDocument`, naming the line where there are several, for what is no such list.
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

    ``date`` is a day, a month or a year in any common form; one that cannot be read becomes a problem, not a
    refusal. Keys beyond the five are kept as blocks only. All blocks stand on line ``number``. Raises
    :class:`UnreadableDocument` (Chinese) for what is no record, or says neither title nor text.
    """
    values = _check(record)
    title = " ".join(values["title"].split())
    if not title and not values["text"].strip():
        raise UnreadableDocument("这条记录既没有标题（title）也没有正文（text）。请补上后重新导入。")
    article = _read_text(values["text"], title)
    published_on, year = _read_date(values["date"])
    problems = [replace(p, line=number) for p in article.problems if p.code not in _IRRELEVANT]
    if year is not None:
        problems = [p for p in problems if p.code not in {"year_proposed", "several_dates"}]
        article = replace(article, year=year, published_on=published_on, proposed_year=None)
    elif values["date"].strip():
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
    # One line is one paragraph here, however regular the widths look.
    layout = Layout(indented=any(line.indent >= 2 for line in lines))
    article = read_page(read_features(gather_pieces(lines, layout), layout), text, headline=title)
    return replace(article, headline=title or article.headline)


def _check(record: object) -> dict[str, str]:
    if not isinstance(record, Mapping):
        raise UnreadableDocument("这不是一条记录：应当是用花括号括起来的 JSON 对象。")
    return {
        **dict.fromkeys(_FIELDS, ""),
        **{str(key): remove_invisible(_read_value(str(key), value)) for key, value in record.items()},
    }


def _read_value(key: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        # A lone surrogate (\ud800 in the JSON) is no character and could not be stored.
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
    if key == "text" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(_read_value(key, item) for item in value)
    if key == "date" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if key in _FIELDS:
        raise UnreadableDocument(f"“{key}”（{_FIELDS[key]}）应当是文字，现在不是。请改正后重新导入。")
    return json.dumps(value, ensure_ascii=False, default=str)


def _read_date(text: str) -> tuple[date | None, int | None]:
    text = text.strip()
    if text.isascii() and text.isdigit():
        text = {8: f"{text[:4]}-{text[4:6]}-{text[6:]}", 4: f"{text}年"}.get(len(text), text)
    # An ISO 8601 time of day may follow; a month alone is written 2023-06.
    text = text.partition("T")[0]
    if len(text) == 7 and text[4] in "-/." and text[:4].isdigit():
        text = f"{text[:4]}年{text[5:]}月"
    found = next((item for item in find_dates(text) if item.year is not None), None)
    return (found.date, found.year) if found else (None, None)


def _place_blocks(
    values: Mapping[str, str], title: str, article: ParsedArticle, number: int
) -> Iterator[Block]:
    if title:
        yield Block(Role.HEADLINE, title, number, number, 1.0, _STATED)
    for block in article.blocks:
        yield replace(block, first_line=number, last_line=number)
    for key, value in values.items():
        if key not in {"title", "text"} and value.strip():
            role = Role.DATELINE if key in _DATELINE else Role.FURNITURE
            yield Block(role, value.strip(), number, number, 1.0, _STATED)

"""Lists of reports: JSON Lines (jsonlines.org), one object a line with ``title text date place source``.

The maker of such a list has told title from text and date, so there is no page to make out.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from reports.language.dates import find_dates

from .charset import decode
from .document import UnreadableDocument
from .parsed import Block, ParsedReport, ParsedSection, Problem, Role
from .signatures import refuse_other_formats, remove_invisible

_DATELINE = ("date", "place", "source")
_STATED = "清单中写明"


def parse_records(data: bytes) -> list[ParsedReport]:
    """The reports of a list, one a line, blank lines left out.

    Raises UnreadableDocument, naming the line, for what is no such list.
    """
    refuse_other_formats(data)
    lines = decode(data).text.split("\n")
    reports = [parse_record(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    if not reports:
        raise UnreadableDocument("清单里没有内容。请检查后重新导入。")
    return reports


def parse_record(line: str, number: int = 1) -> ParsedReport:
    """One report from one line. Raises UnreadableDocument where it is no object or says nothing."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableDocument(
            f'第{number}行不是完整的 JSON。每行应是一个对象，如 {{"title": …}}。'
        ) from error
    if not isinstance(record, dict):
        raise UnreadableDocument(f'第{number}行不是 JSON 对象。每行应写成 {{"title": …, "text": …}}。')
    fields = {key: remove_invisible(_text(value)) for key, value in record.items()}
    headline = " ".join(fields.get("title", "").split())
    paragraphs = tuple(line.strip() for line in fields.get("text", "").splitlines() if line.strip())
    if not headline and not paragraphs:
        raise UnreadableDocument(f"第{number}行既没有标题（title）也没有正文（text）。")
    published_on, year = _read_date(fields.get("date", ""))
    problems = []
    if fields.get("date", "").strip() and year is None:
        problems.append(Problem("date_unread", f"日期“{fields['date'].strip()}”没有读懂，请核对。", number))
    return ParsedReport(
        headline=headline,
        sections=(ParsedSection("", paragraphs),) if paragraphs else (),
        year=year,
        published_on=published_on,
        source=" ".join(fields.get("source", "").split()),
        place=fields.get("place", "").strip(),
        blocks=tuple(_blocks(headline, paragraphs, fields, number)),
        problems=tuple(problems),
    )


def _text(value: Any) -> str:
    """A value as text; paragraphs may come as an array, what is nested otherwise is kept as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        # A lone surrogate (\ud800 in the JSON) is no character and could not be stored.
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return _text("\n".join(value))
    return json.dumps(value, ensure_ascii=False)


def _read_date(text: str) -> tuple[date | None, int | None]:
    text = text.strip()
    if len(text) == 8 and text.isascii() and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    elif len(text) == 4 and text.isascii() and text.isdigit():
        text += "年"
    # An ISO 8601 time of day may follow.
    found = next((item for item in find_dates(text.partition("T")[0]) if item.year is not None), None)
    return (found.date, found.year) if found else (None, None)


def _blocks(headline: str, paragraphs: tuple[str, ...], fields: dict[str, str], number: int) -> list[Block]:
    texts = [(Role.HEADLINE, headline), *((Role.PARAGRAPH, paragraph) for paragraph in paragraphs)]
    for key, value in fields.items():
        if key not in {"title", "text"}:
            texts.append((Role.DATELINE if key in _DATELINE else Role.FURNITURE, value.strip()))
    return [Block(role, text, number, number, 1.0, _STATED) for role, text in texts if text]

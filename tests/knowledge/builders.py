"""Small articles and parts of our own writing."""

from __future__ import annotations

from reports.ingest.parsed import ParsedArticle, ParsedSection, TextPart


def article(
    headline: str, *paragraphs: str, source: str = "", place: str = "", year: int | None = None
) -> ParsedArticle:
    sections = (ParsedSection("", paragraphs),) if paragraphs else ()
    return ParsedArticle(headline=headline, sections=sections, source=source, place=place, year=year)


def body(text: str) -> list[TextPart]:
    return [TextPart("body", 1, text)]

"""Small reports and parts of our own writing."""

from __future__ import annotations

from reports.ingest.parsed import ParsedReport, ParsedSection, TextPart


def report(headline: str, *paragraphs: str, source: str = "", place: str = "") -> ParsedReport:
    sections = (ParsedSection("", paragraphs),) if paragraphs else ()
    return ParsedReport(headline=headline, sections=sections, source=source, place=place)


def body(text: str) -> list[TextPart]:
    return [TextPart("body", 1, text)]

"""Fits parsed articles to the columns of the database without losing text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reports.ingest.parsed import ParsedArticle, ParsedContributor, ParsedFigure, ParsedSection, Problem
from reports.models import Article, Contributor, Figure, Section
from reports.models.field_labels import label_of, length_of


def fit_to_columns(parsed: ParsedArticle) -> ParsedArticle:
    """The same article within the limits of the columns; no text is lost.

    A line that is too long for its column becomes a paragraph, and a problem says so. An article without a
    headline gets the beginning of its text as a provisional one.
    """
    problems: list[Problem] = list(parsed.problems)
    moved: list[str] = []
    kicker = _fit_head(parsed, "kicker", moved, problems)
    headline = _fit_head(parsed, "headline", moved, problems)
    deck = _fit_head(parsed, "deck", moved, problems)
    lead = (*moved, *parsed.lead)
    sections = tuple(_fit_section(section, problems) for section in parsed.sections)
    if not headline.strip():
        headline = _placeholder_headline(lead, sections, parsed)
        problems.append(Problem("headline_missing", "没有找到标题，暂以正文开头代替，请改正。"))
    year = parsed.published_on.year if parsed.published_on else parsed.year
    is_year = year is not None and 1900 <= year <= 2200
    return replace(
        parsed,
        kicker=kicker,
        headline=headline,
        deck=deck,
        lead=lead,
        sections=tuple(section for section in sections if section.heading or section.body),
        figures=tuple(_fit_figure(figure) for figure in parsed.figures if figure.caption or figure.credit),
        pull_quotes=tuple(quote for quote in parsed.pull_quotes if quote),
        contributors=_fit_contributors(parsed.contributors, problems),
        year=year if is_year else None,
        year_basis=parsed.year_basis if is_year else None,
        year_evidence=parsed.year_evidence if is_year else "",
        published_on=parsed.published_on if is_year else None,
        source=_fit_label(parsed.source, "source", "来源", problems),
        page_label=_fit_label(parsed.page_label, "page_label", "版次", problems),
        problems=tuple(problems),
    )


def _fit_head(parsed: ParsedArticle, name: str, moved: list[str], problems: list[Problem]) -> str:
    text: str = getattr(parsed, name)
    limit = length_of(Article, name)
    if len(text) <= limit:
        return text
    label = label_of(Article, name)
    moved.append(text)
    problems.append(Problem(f"{name}_too_long", f"{label}过长，全文已移入导语，请核对。"))
    return text[: limit - 1] + "…" if name == "headline" else ""


def _fit_section(section: ParsedSection, problems: list[Problem]) -> ParsedSection:
    if len(section.heading) <= length_of(Section, "heading"):
        return section
    problems.append(Problem("heading_too_long", "有一个小标题过长，已移入正文，请核对。"))
    return ParsedSection("", (section.heading, *section.paragraphs))


def _fit_figure(figure: ParsedFigure) -> ParsedFigure:
    if len(figure.credit) <= length_of(Figure, "credit"):
        return figure
    return replace(figure, caption="\n".join(filter(None, (figure.caption, figure.credit))), credit="")


def _fit_contributors(
    contributors: Iterable[ParsedContributor], problems: list[Problem]
) -> tuple[ParsedContributor, ...]:
    fitted: list[ParsedContributor] = []
    for contributor in contributors:
        if len(contributor.name) > length_of(Contributor, "name"):
            problems.append(Problem("byline_too_long", f"署名过长，未收入：{contributor.name}"))
        elif contributor.name and contributor not in fitted:
            fitted.append(contributor)
    return tuple(fitted)


def _fit_label(text: str, field: str, label: str, problems: list[Problem]) -> str:
    if len(text) <= length_of(Article, field):
        return text
    problems.append(Problem(f"{field}_too_long", f"{label}过长，未收入：{text}"))
    return ""


def _placeholder_headline(
    lead: Iterable[str], sections: Iterable[ParsedSection], parsed: ParsedArticle
) -> str:
    texts = [
        parsed.deck,
        parsed.kicker,
        *lead,
        *(text for section in sections for text in (section.heading, *section.paragraphs)),
        *(figure.caption for figure in parsed.figures),
        *parsed.pull_quotes,
    ]
    first = next((text.strip() for text in texts if text.strip()), "")
    return (first[:40] + "…" if len(first) > 40 else first) or "（无标题）"

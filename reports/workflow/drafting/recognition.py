"""Bytes to articles with what is recognised in them: the way down through ingest and knowledge, no database.

The dry run of ``parse_report`` and every draft take this one way, so they cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from reports.ingest import UnreadableDocument, article_from_record, decode, parse
from reports.ingest.parsed import (
    ParsedArticle,
    ParsedContributor,
    ParsedFigure,
    ParsedSection,
    Problem,
    TextPart,
)
from reports.knowledge import (
    InitiativeLexicon,
    recognise_districts,
    recognise_initiatives,
    recognise_statistics,
)
from reports.knowledge.findings import (
    FoundDistricts,
    FoundInitiative,
    FoundStatistic,
    InitiativeKind,
    Place,
)
from reports.models import Article, Contributor, Figure, Section
from reports.models.columns import label_of, length_of
from reports.workflow.dictionaries.archive_dictionaries import Dictionaries

PLACE_UNREAD = "place_unread"  # the code of a problem that keeps an article from being published unseen
DISTRICT_PROBLEMS = frozenset({PLACE_UNREAD, "district_missing", "district_doubtful"})


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """A parsed article that fits the archive's tables, with its districts, initiatives and numbers."""

    parsed: ParsedArticle
    districts: FoundDistricts
    initiatives: tuple[FoundInitiative, ...]
    statistics: tuple[FoundStatistic, ...]

    @property
    def is_publishable(self) -> bool:
        """Whether it may be published without anybody having looked at it."""
        return not self.districts.unread

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the parser asks the reviewer to look at, and what the recognition adds."""
        if self.districts.unread:
            # The place was stated and is not understood: no guess, and not published unseen.
            message = (
                f"{self.districts.unread}请选择主区划。"
                if self.districts.main is None
                else self.districts.unread
            )
            return (*self.parsed.problems, Problem(PLACE_UNREAD, message))
        if self.districts.main is None:
            return (*self.parsed.problems, Problem("district_missing", "没有认出主区划，请选择。"))
        if self.districts.doubtful:
            why = self.districts.why or "依据不足"
            message = f"主区划“{self.districts.main.name}”不确定（{why}），请核对。"
            return (*self.parsed.problems, Problem("district_doubtful", message))
        return self.parsed.problems


def read_document(
    data: bytes,
    file_name: str = "",
    *,
    district: Place | None = None,
    dictionaries: Dictionaries | None = None,
) -> list[ReadArticle]:
    """Read ``data`` whole: structure, districts, initiatives, numbers, for each article it holds.

    ``district`` is what a person says the document is about: it becomes the main division.
    Raises UnreadableDocument.
    """
    dictionaries = dictionaries or Dictionaries()
    return [recognise(fitted(parsed), district, dictionaries) for parsed in parse_document(data, file_name)]


def is_list(file_name: str) -> bool:
    """Whether the name says that each line of the file is an article of its own."""
    return file_name.lower().endswith((".jsonl", ".jsonl.xz"))


def parse_document(data: bytes, file_name: str) -> list[ParsedArticle]:
    """The articles in ``data``: of a list one a line, of anything else those on the page."""
    return parse_list(data) if is_list(file_name) else parse(data, file_name)


def parse_list(data: bytes) -> list[ParsedArticle]:
    """The articles of a list. Raises UnreadableDocument, naming the line where there are several."""
    lines = [(n, line) for n, line in enumerate(decode(data).text.split("\n"), 1) if line.strip()]
    if not lines:
        raise UnreadableDocument("清单里没有内容。请检查后重新导入。")
    articles = []
    for number, line in lines:
        place = f"第{number}行：" if len(lines) > 1 else ""
        try:
            articles.append(article_from_record(json.loads(line)))
        except UnreadableDocument as error:
            raise UnreadableDocument(place + error.message) from error
        except (ValueError, RecursionError) as error:
            raise UnreadableDocument(f"{place}不是完整的 JSON 对象，请改正后重新导入。") from error
    return articles


def recognise(parsed: ParsedArticle, district: Place | None, dictionaries: Dictionaries) -> ReadArticle:
    """Find the districts, then, since codes belong to them, the initiatives; and the numbers."""
    found = recognise_districts(parsed, dictionaries.gazetteer, hint=district.name if district else "")
    if district is not None:
        others = tuple(
            place
            for place in ((found.main, *found.others) if found.main else found.others)
            if place.key != district.key
        )
        found = FoundDistricts(main=district, others=others, why="由上传人指定")
    parts = tuple(parsed.parts())
    owner = found.main.key if found.main else ""
    return ReadArticle(
        parsed=parsed,
        districts=found,
        initiatives=recognised_initiatives(parts, dictionaries.lexicon, owner),
        statistics=tuple(recognise_statistics(parts)),
    )


def recognised_initiatives(
    parts: Iterable[TextPart], lexicon: InitiativeLexicon, owner: str
) -> tuple[FoundInitiative, ...]:
    """The initiatives named in ``parts``. A bare code without a district to own it names nothing yet."""
    return tuple(
        found
        for found in recognise_initiatives(parts, lexicon, owner=owner)
        if owner or found.kind is not InitiativeKind.CODE
    )


def fitted(parsed: ParsedArticle) -> ParsedArticle:
    """The same article within the limits of the archive's columns; no text is lost.

    A line that is too long for its place is kept in full as a paragraph and a problem says so. An
    article without a headline takes the beginning of its text for the time being.
    """
    problems: list[Problem] = list(parsed.problems)
    moved: list[str] = []
    kicker = _fit_head(parsed, "kicker", moved, problems)
    headline = _fit_head(parsed, "headline", moved, problems)
    deck = _fit_head(parsed, "deck", moved, problems)
    lead = (*moved, *parsed.lead)
    sections = tuple(_fit_section(section, problems) for section in parsed.sections)
    if not headline.strip():
        headline = _stand_in_headline(lead, sections, parsed)
        problems.append(Problem("headline_missing", "没有找到标题，暂以正文开头代替，请改正。"))
    year = parsed.published_on.year if parsed.published_on else parsed.year
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
        year=year if year and 1900 <= year <= 2200 else None,
        published_on=parsed.published_on if year and 1900 <= year <= 2200 else None,
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
    kept: list[ParsedContributor] = []
    for contributor in contributors:
        if len(contributor.name) > length_of(Contributor, "name"):
            problems.append(Problem("byline_too_long", f"署名过长，未收入：{contributor.name}"))
        elif contributor.name and contributor not in kept:
            kept.append(contributor)
    return tuple(kept)


def _fit_label(text: str, field: str, label: str, problems: list[Problem]) -> str:
    if len(text) <= length_of(Article, field):
        return text
    problems.append(Problem(f"{field}_too_long", f"{label}过长，未收入：{text}"))
    return ""


def _stand_in_headline(lead: Iterable[str], sections: Iterable[ParsedSection], parsed: ParsedArticle) -> str:
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

"""The result of reading a document: plain values without a database.

All offsets are in code points. Lines are counted from 1 in the decoded document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from reports.language.labelled import LabelledEnum

YEAR_INFERRED = "year_inferred"  # code of the problem that shows an inferred year with its evidence


class Role(LabelledEnum):
    """The role of a block on the page. The names are those of the newspaper trade."""

    KICKER = "kicker", "引题"
    HEADLINE = "headline", "主题"
    DECK = "deck", "副题"
    BYLINE = "byline", "署名"
    LEAD = "lead", "导语"
    HEADING = "heading", "小标题"
    PARAGRAPH = "paragraph", "正文"
    CAPTION = "caption", "图片说明"
    CREDIT = "credit", "图片来源"
    PULL_QUOTE = "pull_quote", "引语"
    DATELINE = "dateline", "日期版次"
    FURNITURE = "furniture", "版面文字"


class ContributorRole(LabelledEnum):
    REPORTER = "reporter", "记者"
    CORRESPONDENT = "correspondent", "通讯员"
    WRITER = "writer", "撰文"  # also 文
    PHOTOGRAPHER = "photographer", "摄影"  # also 片
    EDITOR = "editor", "编辑"  # also 责编
    LAYOUT = "layout", "组版"  # also 美编


class FigureKind(LabelledEnum):
    PHOTO = "photo", "照片"
    CHART = "chart", "图表"
    TABLE = "table", "表格"


class YearBasis(LabelledEnum):
    """The source of the year: stated by the document, inferred from the text, or set by a person."""

    STATED = "stated", "原文注明"
    INFERRED = "inferred", "推定"
    SET = "set", "人工填写"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of the source with one role. Every non-blank character is in exactly one block."""

    role: Role
    text: str
    first_line: int
    last_line: int
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the reviewer should check; ``line`` is the line in the source, if there is one."""

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedContributor:
    name: str
    role: ContributorRole


@dataclass(frozen=True, slots=True)
class ParsedSection:
    """A heading and its paragraphs. The heading is empty if the page prints none."""

    heading: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class ParsedFigure:
    caption: str
    credit: str = ""
    kind: FigureKind = FigureKind.PHOTO


@dataclass(frozen=True, slots=True)
class TextPart:
    """One addressable text of an article. Offsets of mentions and statistics count in it.

    ``field`` is one of ``kicker headline deck lead heading body caption pull_quote``. ``number``
    is the section's number (from 1) for ``heading`` and ``body``, the figure's or quote's (from 1)
    for ``caption`` and ``pull_quote``, and 0 for the others. Paragraphs are joined by a newline.
    """

    field: str
    number: int
    text: str

    @property
    def section(self) -> int | None:
        """The section number as in the anchor: 0 for the lead, None outside sections."""
        if self.field in {"heading", "body"}:
            return self.number
        return 0 if self.field == "lead" else None


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    headline: str
    kicker: str = ""
    deck: str = ""
    lead: tuple[str, ...] = ()
    contributors: tuple[ParsedContributor, ...] = ()
    sections: tuple[ParsedSection, ...] = ()
    figures: tuple[ParsedFigure, ...] = ()
    pull_quotes: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
    year: int | None = None
    year_basis: YearBasis | None = None  # None if there is no year
    year_evidence: str = ""  # the words of the text from which the year is inferred
    published_on: date | None = None
    source: str = ""
    page_label: str = ""
    place: str = ""  # the place that the document itself states (`place` of a jsonl record), unresolved
    blocks: tuple[Block, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def with_stated_date(self, year: int | None, published_on: date | None) -> ParsedArticle:
        """The article with a date that the document states; an inferred year and its problem go."""
        return replace(
            self,
            year=year,
            year_basis=YearBasis.STATED if year else None,
            year_evidence="",
            published_on=published_on,
            problems=tuple(problem for problem in self.problems if problem.code != YEAR_INFERRED),
        )

    def parts(self) -> Iterator[TextPart]:
        """Every text of the article except furniture, in reading order."""
        yield from (
            TextPart(name, 0, text)
            for name, text in (("kicker", self.kicker), ("headline", self.headline), ("deck", self.deck))
            if text
        )
        if self.lead:
            yield TextPart("lead", 0, "\n".join(self.lead))
        for number, section in enumerate(self.sections, 1):
            if section.heading:
                yield TextPart("heading", number, section.heading)
            if section.paragraphs:
                yield TextPart("body", number, section.body)
        for number, figure in enumerate(self.figures, 1):
            if figure.caption:
                yield TextPart("caption", number, figure.caption)
        for number, quote in enumerate(self.pull_quotes, 1):
            yield TextPart("pull_quote", number, quote)

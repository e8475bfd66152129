"""An article as the reading page prints it, with the words of the query highlighted and numbered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from reports.ingest.parsed import ContributorRole
from reports.language.normalise import fold
from reports.models import Article
from reports.search.answering.highlighting import highlight
from reports.search.contract.passages import HighlightTerm

_TITLE_LENGTH = 14
_LISTED = 200


@dataclass(frozen=True, slots=True)
class PrintedText:
    """``first``: the number of the first mark among all marks of the page."""

    text: str
    marks: tuple[tuple[int, int], ...]
    first: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    anchor: str
    text: PrintedText


@dataclass(frozen=True, slots=True)
class PrintedSection:
    number: int
    anchor: str
    title: str  # for the table of contents; the beginning of the text if there is no heading
    heading: PrintedText | None
    paragraphs: list[Paragraph]


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    number: int
    anchor: str
    kind: str
    caption: PrintedText
    credit: PrintedText | None


@dataclass(frozen=True, slots=True)
class MatchedWord:
    """A marked string, how often the page has it, and the number of the mark where it occurs first."""

    text: str
    count: int
    first: int


@dataclass(frozen=True, slots=True)
class PrintedArticle:
    """The texts of the article in reading order."""

    kicker: PrintedText
    headline: PrintedText
    deck: PrintedText
    byline: list[tuple[str, PrintedText]]
    lead: list[Paragraph]
    sections: list[PrintedSection]
    figures: list[PrintedFigure]
    quotes: list[PrintedText]
    furniture: list[str]
    words: list[MatchedWord]

    @property
    def match_count(self) -> int:
        return sum(word.count for word in self.words)

    @property
    def match_numbers(self) -> range:
        """The numbers of the marks to list: all of them, unless there are too many."""
        return range(1, min(self.match_count, _LISTED) + 1)


def part_anchor(field: str, number: int) -> str:
    """The anchor of a text part on the page; empty for the head."""
    if field == "lead":
        return "lead"
    letter = {"heading": "s", "body": "s", "caption": "f", "credit": "f", "pull_quote": "q"}.get(field, "")
    return f"{letter}{number}" if letter else ""


def printed_article(article: Article, terms: Iterable[HighlightTerm]) -> PrintedArticle:
    marker = _Marker(tuple(terms))
    # The keywords are evaluated from top to bottom, which is the order of the page.
    return PrintedArticle(
        kicker=marker.mark(article.kicker, "kicker"),
        headline=marker.mark(article.headline, "headline"),
        deck=marker.mark(article.deck, "deck"),
        byline=[(role, marker.mark(names, "byline")) for role, names in _byline(article)],
        lead=marker.paragraphs([line for line in article.lead.split("\n") if line.strip()], "lead", "lead"),
        sections=list(_sections(article, marker)),
        figures=list(_figures(article, marker)),
        quotes=[marker.mark(quote.text, "pull_quote") for quote in article.pull_quotes.all()],
        furniture=[line for line in article.furniture.split("\n") if line],
        words=marker.words(),
    )


@dataclass(slots=True)
class _Marker:
    """Highlights text after text and numbers the marks."""

    terms: tuple[HighlightTerm, ...]
    marked: list[str] = field(default_factory=list)

    def mark(self, text: str, kind: str) -> PrintedText:
        first = len(self.marked) + 1
        marks = highlight(text, kind, self.terms).marks
        self.marked += [text[start:end] for start, end in marks]
        return PrintedText(text, marks, first)

    def paragraphs(self, lines: Iterable[str], kind: str, anchor: str) -> list[Paragraph]:
        return [
            Paragraph(f"{anchor}.p{number}", self.mark(line, kind)) for number, line in enumerate(lines, 1)
        ]

    def words(self) -> list[MatchedWord]:
        words: dict[str, MatchedWord] = {}
        for number, text in enumerate(self.marked, 1):
            known = words.get(fold(text), MatchedWord(text, 0, number))
            words[fold(text)] = MatchedWord(known.text, known.count + 1, known.first)
        return sorted(words.values(), key=lambda word: -word.count)


def _byline(article: Article) -> Iterator[tuple[str, str]]:
    names: dict[str, list[str]] = {}
    for contributor in article.contributors.all():
        names.setdefault(contributor.role, []).append(contributor.name)
    return ((ContributorRole(role).label, "、".join(people)) for role, people in names.items())


def _sections(article: Article, marker: _Marker) -> Iterator[PrintedSection]:
    for section in article.sections.all():
        title = section.heading or (section.paragraphs[0] if section.paragraphs else "")
        if not section.heading and len(title) > _TITLE_LENGTH:
            title = title[:_TITLE_LENGTH] + "…"
        yield PrintedSection(
            section.number,
            section.anchor,
            title,
            marker.mark(section.heading, "heading") if section.heading else None,
            marker.paragraphs(section.paragraphs, "body", section.anchor),
        )


def _figures(article: Article, marker: _Marker) -> Iterator[PrintedFigure]:
    for figure in article.figures.all():
        yield PrintedFigure(
            figure.number,
            figure.anchor,
            figure.get_kind_display(),
            marker.mark(figure.caption, "caption"),
            marker.mark(figure.credit, "credit") if figure.credit else None,
        )

"""The content of an article as one value, used by edits, revisions and comparisons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Model

from reports.ingest.parsed import ContributorRole, FigureKind, TextPart
from reports.models import Article, ArticleDistrict, Contributor, Figure, PullQuote, Section
from reports.models.edited_parts import EditedContributor, EditedFigure, EditedSection
from reports.models.field_labels import label_of, length_of

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
FIRST_YEAR, LAST_YEAR = 1900, 2200
_LINES = ("headline", "kicker", "deck", "source", "page_label")
HEAD_FIELDS = ("kicker", "headline", "deck", "lead", "year", "published_on", "source", "page_label")


@dataclass(frozen=True, slots=True)
class EditedArticle:
    """The content of a whole article, in reading order.

    ``version`` is the version from which the edit started. ``district`` and ``further_districts`` are keys;
    an empty ``district`` means that there is none yet.
    """

    version: int
    headline: str
    kicker: str = ""
    deck: str = ""
    lead: str = ""
    district: str = ""
    further_districts: tuple[str, ...] = ()
    year: int | None = None
    published_on: date | None = None
    source: str = ""
    page_label: str = ""
    sections: tuple[EditedSection, ...] = ()
    figures: tuple[EditedFigure, ...] = ()
    pull_quotes: tuple[str, ...] = ()
    contributors: tuple[EditedContributor, ...] = field(default=())

    def parts(self) -> Iterator[TextPart]:
        """All texts except furniture, addressed by permanent numbers; new sections must have a number."""
        for name in ("kicker", "headline", "deck", "lead"):
            if text := getattr(self, name):
                yield TextPart(name, 0, text)
        for section in self.sections:
            assert section.number is not None
            if section.heading:
                yield TextPart("heading", section.number, section.heading)
            if section.body:
                yield TextPart("body", section.number, section.body)
        for figure in self.figures:
            assert figure.number is not None
            if figure.caption:
                yield TextPart("caption", figure.number, figure.caption)
        for position, quote in enumerate(self.pull_quotes, 1):
            yield TextPart("pull_quote", position, quote)


def content_of(article: Article) -> EditedArticle:
    """The content of the article in the database, to fill a form or for comparison."""
    further = article.further_districts.select_related("district").order_by("id")
    return content_from(
        article,
        article.district.key if article.district else "",
        (row.district.key for row in further),
        article.sections.all(),
        article.figures.all(),
        article.pull_quotes.all(),
        article.contributors.all(),
    )


def content_from(
    head: Article,
    district: str,
    further_districts: Iterable[str],
    sections: Iterable[Section],
    figures: Iterable[Figure],
    pull_quotes: Iterable[PullQuote],
    contributors: Iterable[Contributor],
) -> EditedArticle:
    """The parts in their order on the page."""
    return EditedArticle(
        version=head.version,
        **{name: getattr(head, name) for name in HEAD_FIELDS},
        district=district,
        further_districts=tuple(further_districts),
        sections=tuple(EditedSection(s.number, s.heading, s.body) for s in sections),
        figures=tuple(EditedFigure(f.number, f.caption, f.credit, f.kind) for f in figures),
        pull_quotes=tuple(quote.text for quote in pull_quotes),
        contributors=tuple(EditedContributor(c.name, c.role) for c in contributors),
    )


def cleaned(content: EditedArticle) -> EditedArticle:
    """The content without outer blanks, empty paragraphs, empty parts, control characters and repetitions."""
    lines: dict[str, Any] = {name: _line(getattr(content, name)) for name in _LINES}
    return replace(
        content,
        **lines,
        lead=_paragraphs(content.lead),
        further_districts=tuple(
            dict.fromkeys(key for key in content.further_districts if key and key != content.district)
        ),
        year=content.published_on.year if content.published_on else content.year,
        sections=tuple(
            section
            for section in (
                EditedSection(s.number, _line(s.heading), _paragraphs(s.body)) for s in content.sections
            )
            if section.heading or section.body
        ),
        figures=tuple(
            figure
            for figure in (
                EditedFigure(f.number, _paragraphs(f.caption), _line(f.credit), f.kind)
                for f in content.figures
            )
            if figure.caption or figure.credit or figure.number is not None
        ),
        pull_quotes=tuple(quote for quote in map(_paragraphs, content.pull_quotes) if quote),
        contributors=tuple(
            dict.fromkeys(
                contributor
                for contributor in (EditedContributor(_line(c.name), c.role) for c in content.contributors)
                if contributor.name
            )
        ),
    )


def same_content(first: EditedArticle, second: EditedArticle) -> bool:
    """Whether both contents are equal, ignoring versions; a new part equals the same part with its number."""

    def unnumbered(content: EditedArticle) -> EditedArticle:
        return replace(
            content,
            version=0,
            sections=tuple(replace(section, number=None) for section in content.sections),
            figures=tuple(replace(figure, number=None) for figure in content.figures),
        )

    def numbers_agree(pairs: Iterable[tuple[int | None, int | None]]) -> bool:
        return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)

    return (
        unnumbered(first) == unnumbered(second)
        and numbers_agree((a.number, b.number) for a, b in zip(first.sections, second.sections, strict=True))
        and numbers_agree((a.number, b.number) for a, b in zip(first.figures, second.figures, strict=True))
    )


def validation_errors(content: EditedArticle) -> dict[str, str]:
    """The errors of cleaned ``content``: field -> message in Chinese; empty if it is valid."""
    errors: dict[str, str] = {}
    if not content.headline:
        errors["headline"] = "请填写主题。"
    for name in _LINES:
        _check_length(errors, name, Article, name, getattr(content, name))
    for section in content.sections:
        _check_length(errors, "sections", Section, "heading", section.heading)
    for figure in content.figures:
        _check_length(errors, "figures", Figure, "credit", figure.credit)
        if figure.kind not in FigureKind.values():
            errors["figures"] = "图片类别无效，请重新选择。"
    for contributor in content.contributors:
        _check_length(errors, "contributors", Contributor, "name", contributor.name)
        if contributor.role not in ContributorRole.values():
            errors["contributors"] = "署名身份无效，请重新选择。"
    if content.year is not None and not FIRST_YEAR <= content.year <= LAST_YEAR:
        errors["year"] = f"年份应在{FIRST_YEAR}到{LAST_YEAR}之间。"
    numbers = {
        "sections": [section.number for section in content.sections],
        "figures": [figure.number for figure in content.figures],
    }
    for name, given in numbers.items():
        given = [number for number in given if number is not None]
        if len(given) != len(set(given)):
            errors[name] = "同一编号出现了两次，请刷新页面后重试。"
    return errors


def _check_length(errors: dict[str, str], key: str, model: type[Model], name: str, text: str) -> None:
    limit = length_of(model, name)
    if len(text) > limit:
        errors[key] = f"{label_of(model, name)}最多{limit}字，现有{len(text)}字。"


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub("", text).split("\n")).replace("\r", "").strip()


def _paragraphs(text: str) -> str:
    lines = (line.strip() for line in _CONTROL.sub("", text).splitlines())
    return "\n".join(line for line in lines if line)


FIELD_LABELS = {
    **{name: label_of(Article, name) for name in (*HEAD_FIELDS[:4], "district", *HEAD_FIELDS[4:])},
    "further_districts": str(ArticleDistrict._meta.verbose_name),
    "sections": str(Section._meta.verbose_name),
    "figures": str(Figure._meta.verbose_name),
    "pull_quotes": str(PullQuote._meta.verbose_name),
    "contributors": str(Contributor._meta.verbose_name),
}

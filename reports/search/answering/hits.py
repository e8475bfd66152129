"""From the engine's hits to hits for the reader: labels from the database, passages from the engine."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from reports.knowledge.findings import DistrictLevel
from reports.models import Article, Figure, InitiativeMention, Section
from reports.models.article import State
from reports.search.contract.values import HitPassages, UnitHit
from reports.search.page import DistrictLabel, Hit, InitiativeLabel
from reports.search.request import Scope

from .rows_by_id import RowsById
from .snippets import headline_marks, make_snippets, matched_headings

log = logging.getLogger(__name__)

_LETTERS = {Scope.SECTION: "s", Scope.FIGURE: "f"}


# The columns that a hit shows: the texts and the blocks of the page are hundreds of times larger. The state
# is a column, not a condition: without statistics, SQLite would read its index of all published articles in
# place of twenty primary keys.
_SHOWN = (
    *("pk", "state", "headline", "kicker", "year", "year_basis", "year_evidence"),
    *("published_on", "source", "page_label", "is_sample"),
    *(f"district__{name}" for name in ("key", "code", "name", "level", "city__name")),
)


_articles = RowsById(lambda ids: Article.objects.filter(pk__in=ids).order_by().values_list(*_SHOWN))
_mentions = RowsById(
    lambda ids: (
        InitiativeMention.objects.filter(article_id__in=ids)
        .order_by("article_id", "id")
        .values_list("article_id", "initiative__slug", "initiative__name")
    )
)
_sections = RowsById(
    lambda ids: (
        Section.objects.filter(article_id__in=ids)
        .order_by("article_id", "position", "number")
        .values_list("article_id", "number", "heading")
    )
)


@dataclass(frozen=True, slots=True)
class ArticleLabel:
    headline: str
    kicker: str
    year: int | None
    year_basis: str
    year_evidence: str
    published_on: date | None
    source: str
    page_label: str
    is_sample: bool
    district: DistrictLabel | None
    initiatives: tuple[InitiativeLabel, ...]


@dataclass(frozen=True, slots=True)
class HitTexts:
    """The texts that a batch of hits needs from the database, in addition to the engine's passages."""

    articles: Mapping[int, ArticleLabel]
    headings: Mapping[int, Mapping[int, str]]
    captions: Mapping[tuple[int, int], str]


def build_hits(scope: Scope, units: Sequence[UnitHit], passages: Sequence[HitPassages]) -> list[Hit]:
    """``units`` in order, without those whose article is no longer published; at most four queries."""
    texts = _load(scope, units)
    # The address of an article, worked out once for all hits.
    before, after = reverse("article", args=[0]).rsplit("0", 1)
    hits = []
    for unit, of_unit in zip(units, passages, strict=True):
        if unit.article_id in texts.articles:
            hits.append(_hit(scope, unit, of_unit, texts, f"{before}{unit.article_id}{after}"))
        else:
            log.warning("article %d is in the index but not published: left out", unit.article_id)
    return hits


def _load(scope: Scope, units: Sequence[UnitHit]) -> HitTexts:
    ids = list({unit.article_id for unit in units})
    return HitTexts(
        articles=label_articles(ids),
        headings=section_headings(ids),
        captions=figure_captions(ids) if scope is Scope.FIGURE else {},
    )


def _hit(scope: Scope, unit: UnitHit, passages: HitPassages, texts: HitTexts, url: str) -> Hit:
    label = texts.articles[unit.article_id]
    headings = texts.headings.get(unit.article_id, {})
    letter = _LETTERS.get(scope, "")
    own = f"{letter}{unit.number}" if letter else ""
    return Hit(
        id=hit_id(scope, unit),
        type=scope.value,
        article_id=unit.article_id,
        url=f"{url}#{own}" if own else url,
        headline=label.headline,
        kicker=label.kicker,
        heading=_own_heading(scope, unit, texts),
        district=label.district,
        year=label.year,
        published_on=label.published_on,
        source=label.source,
        page_label=label.page_label,
        initiatives=label.initiatives,
        score=unit.score,
        snippets=make_snippets(passages.shown, headings),
        headline_marks=headline_marks(passages.headline, label.headline),
        matched_headings=matched_headings(passages.sections, headings),
        year_basis=label.year_basis,
        year_evidence=label.year_evidence,
        is_sample=label.is_sample,
    )


def hit_id(scope: Scope, unit: UnitHit) -> str:
    letter = _LETTERS.get(scope)
    return f"{unit.article_id}-{letter}{unit.number}" if letter else str(unit.article_id)


def _own_heading(scope: Scope, unit: UnitHit, texts: HitTexts) -> str:
    if scope is Scope.SECTION:
        return texts.headings.get(unit.article_id, {}).get(unit.number, "")
    return texts.captions.get((unit.article_id, unit.number), "") if scope is Scope.FIGURE else ""


def label_articles(ids: Sequence[int]) -> dict[int, ArticleLabel]:
    """The published ones among ``ids``; two queries."""
    initiatives: dict[int, dict[str, InitiativeLabel]] = {}
    for article_id, slug, name in _mentions(ids):
        initiatives.setdefault(article_id, {}).setdefault(slug, InitiativeLabel(slug, name))
    # Plain rows: an export labels thousands, and model instances take longer to make than to read.
    return {
        pk: _label(columns, tuple(initiatives.get(pk, {}).values()))
        for pk, state, *columns in _articles(ids)
        if state == State.PUBLISHED
    }


def _label(columns: Sequence[Any], initiatives: tuple[InitiativeLabel, ...]) -> ArticleLabel:
    headline, kicker, year, basis, evidence, published_on, source, page_label, is_sample, *district = columns
    return ArticleLabel(
        headline=headline,
        kicker=kicker,
        year=year,
        year_basis=basis,
        year_evidence=evidence,
        published_on=published_on,
        source=source,
        page_label=page_label,
        is_sample=is_sample,
        district=_district(*district),
        initiatives=initiatives,
    )


def _district(
    key: str | None, code: str | None, name: str, level: str, city: str | None
) -> DistrictLabel | None:
    """A city is its own city, as in ``District.city_name``."""
    if key is None:
        return None
    return DistrictLabel(key, code, name, name if level == DistrictLevel.CITY else city or "")


def section_headings(ids: Sequence[int]) -> dict[int, dict[int, str]]:
    """Article -> number -> heading, in reading order; one query."""
    headings: dict[int, dict[int, str]] = {}
    for article_id, number, heading in _sections(ids):
        headings.setdefault(article_id, {})[number] = heading
    return headings


def figure_captions(ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """(Article, number) -> caption; one query."""
    figures = Figure.objects.filter(article_id__in=ids)
    return {
        (article_id, number): caption
        for article_id, number, caption in figures.values_list("article_id", "number", "caption")
    }

"""What the database says about hits and facet values: a fixed number of queries, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.models import Article, District, Figure, Initiative, InitiativeMention, PullQuote, Section
from reports.models.district import Level

from .page import DistrictLabel, InitiativeLabel
from .request import UNDATED

_LISTED_BY_NAME = 500
"""Up to so many values are asked for one by one; beyond, the whole table is cheaper than its list of keys."""


# Only what a hit shows: the texts and the page's blocks are hundreds of times larger.
_SHOWN = (
    *("pk", "headline", "kicker", "year", "published_on", "source", "page_label"),
    *(f"district__{name}" for name in ("key", "code", "name", "level", "city__name")),
)


@dataclass(frozen=True, slots=True)
class ArticleLabel:
    headline: str
    kicker: str
    district: DistrictLabel | None
    year: int | None
    published_on: date | None
    source: str
    page_label: str
    initiatives: tuple[InitiativeLabel, ...]


def label_articles(ids: Sequence[int]) -> dict[int, ArticleLabel]:
    """The published ones among ``ids``; two queries."""
    initiatives: dict[int, dict[str, InitiativeLabel]] = {}
    mentions = InitiativeMention.objects.filter(article_id__in=ids).order_by("article_id", "id")
    for article_id, slug, name in mentions.values_list("article_id", "initiative__slug", "initiative__name"):
        initiatives.setdefault(article_id, {}).setdefault(slug, InitiativeLabel(slug, name))
    articles = Article.objects.published().filter(pk__in=ids).order_by()
    # Plain rows: an export labels thousands, and making model instances takes longer than reading them.
    return {
        pk: ArticleLabel(
            headline=headline,
            kicker=kicker,
            district=_district(*district),
            year=year,
            published_on=published_on,
            source=source,
            page_label=page_label,
            initiatives=tuple(initiatives.get(pk, {}).values()),
        )
        for pk, headline, kicker, year, published_on, source, page_label, *district in (
            articles.values_list(*_SHOWN)
        )
    }


def _district(
    key: str | None, code: str | None, name: str, level: str, city: str | None
) -> DistrictLabel | None:
    """As ``District.city_name`` has it, a city is its own."""
    if key is None:
        return None
    return DistrictLabel(key, code, name, name if level == Level.CITY else city or "")


def section_headings(ids: Sequence[int]) -> dict[int, dict[int, str]]:
    """Article -> number -> heading, in reading order; one query."""
    headings: dict[int, dict[int, str]] = {}
    sections = Section.objects.filter(article_id__in=ids).order_by("article_id", "position", "number")
    for article_id, number, heading in sections.values_list("article_id", "number", "heading"):
        headings.setdefault(article_id, {})[number] = heading
    return headings


def figure_captions(ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """(Article, number) -> caption; one query."""
    figures = Figure.objects.filter(article_id__in=ids)
    return {
        (article_id, number): caption
        for article_id, number, caption in figures.values_list("article_id", "number", "caption")
    }


def pull_quotes(ids: Sequence[int]) -> dict[int, list[str]]:
    """Article -> its pull quotes in order, the first being number 1; one query."""
    quotes: dict[int, list[str]] = {}
    rows = PullQuote.objects.filter(article_id__in=ids).order_by("article_id", "position")
    for article_id, text in rows.values_list("article_id", "text"):
        quotes.setdefault(article_id, []).append(text)
    return quotes


def label_facets(values: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    """Facet -> value -> what the page calls it; two queries. What readers do not know is left out."""
    places = _district_names({*values.get("district", ()), *values.get("city", ())})
    return {
        "district": places,
        "city": {key: places[key] for key in values.get("city", ()) if key in places},
        "initiative": _initiative_names(set(values.get("initiative", ()))),
        "year": {UNDATED: "年份未注明"},
        "source": {},
    }


def _district_names(keys: set[str]) -> dict[str, str]:
    """Full names: 市中区 alone is the name of several."""
    districts = District.objects.known().order_by()
    if len(keys) <= _LISTED_BY_NAME:
        districts = districts.filter(key__in=keys)
    rows = districts.values_list("key", "name", "city__name")
    return {key: f"{city or ''}{name}" for key, name, city in rows}


def _initiative_names(slugs: set[str]) -> dict[str, str]:
    """Names, with the owner where one belongs to a district alone: 4433 may be several."""
    initiatives = Initiative.objects.known().order_by()
    if len(slugs) <= _LISTED_BY_NAME:
        initiatives = initiatives.filter(slug__in=slugs)
    rows = initiatives.values_list("slug", "name", "owner__name")
    return {slug: f"{name}（{owner}）" if owner else name for slug, name, owner in rows}

"""What the database says about hits and facet values: a fixed number of queries, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.models import District, Figure, Initiative, InitiativeMention, PullQuote, Report, Section
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
class ReportLabel:
    headline: str
    kicker: str
    district: DistrictLabel | None
    year: int | None
    published_on: date | None
    source: str
    page_label: str
    initiatives: tuple[InitiativeLabel, ...]


def label_reports(ids: Sequence[int]) -> dict[int, ReportLabel]:
    """The published ones among ``ids``; two queries."""
    initiatives: dict[int, dict[str, InitiativeLabel]] = {}
    mentions = InitiativeMention.objects.filter(report_id__in=ids).order_by("report_id", "id")
    for report_id, slug, name in mentions.values_list("report_id", "initiative__slug", "initiative__name"):
        initiatives.setdefault(report_id, {}).setdefault(slug, InitiativeLabel(slug, name))
    reports = Report.objects.published().filter(pk__in=ids).order_by()
    # Plain rows: an export labels thousands, and making model instances takes longer than reading them.
    return {
        pk: ReportLabel(
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
            reports.values_list(*_SHOWN)
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
    """Report -> number -> heading, in reading order; one query."""
    headings: dict[int, dict[int, str]] = {}
    sections = Section.objects.filter(report_id__in=ids).order_by("report_id", "position", "number")
    for report_id, number, heading in sections.values_list("report_id", "number", "heading"):
        headings.setdefault(report_id, {})[number] = heading
    return headings


def figure_captions(ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """(Report, number) -> caption; one query."""
    figures = Figure.objects.filter(report_id__in=ids)
    return {
        (report_id, number): caption
        for report_id, number, caption in figures.values_list("report_id", "number", "caption")
    }


def pull_quotes(ids: Sequence[int]) -> dict[int, list[str]]:
    """Report -> its pull quotes in order, the first being number 1; one query."""
    quotes: dict[int, list[str]] = {}
    rows = PullQuote.objects.filter(report_id__in=ids).order_by("report_id", "position")
    for report_id, text in rows.values_list("report_id", "text"):
        quotes.setdefault(report_id, []).append(text)
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

"""What of a report goes into the index."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Case, F, Prefetch, QuerySet, When
from haystack import indexes

from reports.models import District, InitiativeMention, Report, ReportDistrict
from reports.models.initiative import alias_is_known

from .engines.contract import IndexedBlock, IndexedReport
from .request import UNDATED


def published_reports() -> QuerySet[Report]:
    """Published reports with all that ``indexed_report`` reads, in a fixed number of queries.

    The only lists of ids in these queries are those of the reports. A prefetch of ``mentions__initiative``
    would be one more, of all initiatives that they name, and on SQLite a condition too deep to be read.
    """
    return (
        Report.objects.published()
        .defer("furniture", "blocks")  # as long as the text again, and never searched
        .select_related("district__city")
        .prefetch_related(
            "sections",
            "figures",
            "pull_quotes",
            "contributors",
            Prefetch("further_districts", ReportDistrict.objects.select_related("district__city")),
            Prefetch("mentions", _mentions_with_aliases()),
        )
        .order_by("pk")
    )


def _mentions_with_aliases() -> QuerySet[InitiativeMention]:
    """Each mention once for every alias of its initiative, which stands in ``alias``."""
    known = alias_is_known("initiative__aliases__merged_from")
    return (
        InitiativeMention.objects.select_related("initiative")
        .annotate(alias=Case(When(known, then=F("initiative__aliases__name"))))
        .order_by("report_id", "id", "alias")
    )


def indexed_report(report: Report) -> IndexedReport:
    """The report as the engine takes it; ``stamp`` is a digest of everything else."""
    districts = _districts(report)
    blocks = (*_visible_blocks(report), *_hidden_blocks(report, districts))
    facets = {
        "district": tuple(district.key for district in districts),
        "city": tuple(dict.fromkeys(district.city_key for district in districts if district.city_key)),
        "initiative": tuple(dict.fromkeys(mention.initiative.slug for mention in report.mentions.all())),
        "year": (str(report.year) if report.year is not None else UNDATED,),
        "source": (report.source,) if report.source else (),
    }
    district_order = _district_order(report.district) if report.district else ""
    stamp = _digest(
        [
            [[block.kind, block.section, block.figure, block.text] for block in blocks],
            facets,
            str(report.published_on),
            report.year,
            district_order,
        ]
    )
    return IndexedReport(
        id=report.pk,
        blocks=blocks,
        facets=facets,
        published_on=report.published_on,
        year=report.year,
        district_order=district_order,
        stamp=stamp,
    )


def _districts(report: Report) -> list[District]:
    main = [report.district] if report.district else []
    further = [named.district for named in report.further_districts.all()]
    return list(dict.fromkeys([*main, *further]))


def _district_order(district: District) -> str:
    # The districts of a city stand together, zones without a code among them.
    return f"{district.city_key}/{district.key}"


def _visible_blocks(report: Report) -> Iterator[IndexedBlock]:
    for kind in ("kicker", "headline", "deck"):
        if text := getattr(report, kind):
            yield IndexedBlock(kind, -1, -1, text)
    if names := "、".join(contributor.name for contributor in report.contributors.all()):
        yield IndexedBlock("byline", -1, -1, names)
    for paragraph in _paragraphs(report.lead):
        yield IndexedBlock("lead", 0, -1, paragraph)
    for section in report.sections.all():
        if section.heading:
            yield IndexedBlock("heading", section.number, -1, section.heading)
        for paragraph in _paragraphs(section.body):
            yield IndexedBlock("body", section.number, -1, paragraph)
    for figure in report.figures.all():
        if figure.caption:
            yield IndexedBlock("caption", -1, figure.number, figure.caption)
        if figure.credit:
            yield IndexedBlock("credit", -1, figure.number, figure.credit)
    for quote in report.pull_quotes.all():
        yield IndexedBlock("pull_quote", -1, -1, quote.text)


def _hidden_blocks(report: Report, districts: list[District]) -> Iterator[IndexedBlock]:
    names: dict[str, None] = {}
    for mention in report.mentions.all():
        names[mention.initiative.name] = None
        if alias := mention.alias:  # type: ignore[attr-defined]  # annotated above
            names[alias] = None
    for name in names:
        yield IndexedBlock("initiative", -1, -1, name)
    for district in districts:
        city = "" if district.city_name == district.name else district.city_name
        yield IndexedBlock("district", -1, -1, f"{district.province_name}{city}{district.name}")


def _paragraphs(text: str) -> Iterator[str]:
    return (line for line in text.split("\n") if line.strip())


def _digest(value: Any) -> str:
    data = json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=12).hexdigest()


class ReportIndex(indexes.SearchIndex, indexes.Indexable):  # type: ignore[misc]
    """The fields haystack's own ``SearchQuerySet`` may name. The engine reads ``indexed_report``."""

    text = indexes.CharField(document=True)
    headline = indexes.CharField()
    heading = indexes.CharField()
    figure = indexes.CharField()
    author = indexes.CharField()
    district = indexes.MultiValueField()
    city = indexes.MultiValueField()
    initiative = indexes.MultiValueField()
    year = indexes.IntegerField(null=True)
    source = indexes.CharField(null=True)
    published_on = indexes.DateField(null=True)

    def get_model(self) -> type[Report]:
        return Report

    def index_queryset(self, using: str | None = None) -> QuerySet[Report]:
        return published_reports()

    def read_queryset(self, using: str | None = None) -> QuerySet[Report]:
        return Report.objects.published()

    def load_all_queryset(self) -> QuerySet[Report]:
        return Report.objects.published()

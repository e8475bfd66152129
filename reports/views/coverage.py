"""What the archive covers: districts by years, each cell with its number of articles and their search."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.models import District
from reports.search import labels
from reports.search import search as find
from reports.search.answering.service import count_facets_by
from reports.search.page import FacetValue, ResultPage
from reports.search.request import UNDATED, SearchRequest, Sort

from .availability import answers_from_index


@dataclass(frozen=True, slots=True)
class Cell:
    year: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """A district of the table. ``has_parts``: it has a table of its own."""

    district: FacetValue
    cells: list[Cell]
    has_parts: bool


@answers_from_index
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """``/coverage/``: the provinces; ``?district=KEY``: what lies in a district. Years without an article
    stay in the table: a gap is what the reader looks for."""
    key = request.GET.get("district", "")
    around = District.objects.visible_to_readers().with_path().filter(key=key).first() if key else None
    if key and around is None:
        raise Http404
    asked = SearchRequest(refinements={"district": (key,)} if key else {}, sort=Sort.NEWEST, page_size=1)
    page = find(asked)
    years = _years(page)
    rows = _rows(asked, page, years, key or None)
    counted = {value.value: value.count for value in page.facets["year"]}
    total = [Cell(year, counted.get(year, 0)) for year in years]
    context = {
        "page": page,
        "around": around,
        "years": years,
        "rows": rows,
        "undated": UNDATED,
        "total": total,
    }
    return render(request, "coverage.html", {**context, "undated_label": labels.UNDATED})


def _years(page: ResultPage) -> list[str]:
    """From the first year to the last one without a gap, then the articles without a year if there are
    any."""
    counted = {value.value: value.count for value in page.facets["year"]}
    known = [int(year) for year, count in counted.items() if count and year != UNDATED]
    years = [str(year) for year in range(min(known), max(known) + 1)] if known else []
    return [*years, UNDATED] if counted.get(UNDATED) else years


def _rows(asked: SearchRequest, page: ResultPage, years: list[str], around: str | None) -> list[Row]:
    districts = [value for value in page.facets["district"] if value.count]
    outer = {value.parent for value in districts}
    counts = count_facets_by(asked, "year", years)
    return [
        Row(
            district,
            [Cell(year, counts[year]["district"].get(district.value, 0)) for year in years],
            has_parts=district.value in outer,
        )
        for district in sorted(districts, key=lambda value: value.value)
        if district.parent == around
    ]

"""The catalogues of districts and initiatives. Their counts are those of the searches to which they link.

They are the same for all accounts: without a published article there is no page, for editors neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from reports.models import District, Initiative, InitiativeAlias
from reports.presentation.addresses import search_address
from reports.presentation.by_year import YearTable, year_table
from reports.presentation.facet_lists import filter_words
from reports.search import search as find
from reports.search.answering.archive_counts import archive_counts
from reports.search.answering.service import count_facets_by
from reports.search.page import FacetValue, ResultPage
from reports.search.request import SearchRequest, Sort

from .availability import answers_from_index

_PER_PAGE = 300
_NEWEST = 10


class Overview(TypedDict):
    page: ResultPage
    table: YearTable


@answers_from_index
@require_safe
def districts(request: HttpRequest) -> HttpResponse:
    """The districts with a published article, grouped by city: all of them if they are few, those of a
    province (``?province=``), or those with a name (``?name=``, pinyin as well)."""
    name = request.GET.get("name", "").strip()[:64]
    province = request.GET.get("province", "").strip()[:64]
    counts = _counts("district")
    existing = District.objects.visible_to_readers().with_path().order_by("key")
    listed = [district for district in existing if district.key in counts]
    if name:
        shown = [district for district in listed if name.lower() in _searchable(district)]
    elif province:
        shown = [district for district in listed if district.province_name == province]
    else:
        shown = listed if len(listed) <= _PER_PAGE else []
    page = Paginator(shown, _PER_PAGE).get_page(request.GET.get("page"))
    cities: dict[tuple[str, str], list[tuple[District, int]]] = {}
    for district in page:
        heading = (district.province_name, district.city_name)
        cities.setdefault(heading, []).append((district, counts[district.key]))
    context = {
        "total": len(listed),
        "provinces": dict(Counter(district.province_name for district in listed)),
        "cities": cities,
        "page": page,
        "name": name,
        "province": province,
    }
    return render(request, "districts.html", context)


def _searchable(district: District) -> str:
    return filter_words("".join(division.name for division in district.path)).lower()


@answers_from_index
@require_safe
def district(request: HttpRequest, key: str) -> HttpResponse:
    shown = get_object_or_404(District.objects.visible_to_readers().with_path(), key=key)
    context = _overview(request, "district", key, "initiative")
    facet = context["page"].facets.get("district", ())
    members = [value for value in facet if value.count and value.parent == key]
    naming = SearchRequest(refinements={"district": (key,)}, named=True)
    only_named = find(replace(naming, page_size=1)).total - context["page"].total
    context_of_naming = {"only_named": only_named, "naming": search_address(naming)}
    return render(
        request, "district.html", {"district": shown, "members": members, **context_of_naming, **context}
    )


@answers_from_index
@require_safe
def initiatives(request: HttpRequest) -> HttpResponse:
    """Initiatives that several published articles name, the most frequent first. ``?all=1``: also those of
    one article; ``?name=`` filters all by name."""
    shows_all = request.GET.get("all") == "1"
    name = request.GET.get("name", "").strip()[:120]
    counts = _counts("initiative")
    initiatives = Initiative.objects.current().visible_to_readers().select_related("owner__city")
    if name:
        aliases = InitiativeAlias.objects.visible_to_readers().filter(name__icontains=name)
        initiatives = initiatives.filter(Q(name__icontains=name) | Q(pk__in=aliases.values("initiative")))
    listed = [
        (initiative, counts[initiative.slug])
        for initiative in initiatives
        if counts.get(initiative.slug, 0) > (0 if name or shows_all else 1)
    ]
    left_out = 0 if name or shows_all else sum(1 for count in counts.values() if count == 1)
    listed.sort(key=lambda row: (-row[1], row[0].name))
    page = Paginator(listed, _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "initiatives.html", {"page": page, "name": name, "left_out": left_out})


@answers_from_index
@require_safe
def initiative(request: HttpRequest, slug: str) -> HttpResponse:
    existing = Initiative.objects.visible_to_readers().select_related("owner__city", "merged_into")
    shown = get_object_or_404(existing, slug=slug)
    if shown.merged_into:
        return redirect(shown.merged_into, permanent=True)
    context = _overview(request, "initiative", slug, "district")
    aliases = [alias.name for alias in shown.aliases.visible_to_readers()]
    named = _only_named(slug, context["page"])
    return render(
        request, "initiative.html", {"initiative": shown, "aliases": aliases, "named": named, **context}
    )


def _only_named(slug: str, page: ResultPage) -> list[tuple[FacetValue, str]]:
    """The districts that articles with the initiative name without being about them, with their searches."""
    search = SearchRequest(refinements={"initiative": (slug,)}, named=True)
    credited = {value.value for value in page.facets.get("district", ()) if value.count}
    facet = find(replace(search, page_size=1)).facets.get("district", ())
    return [
        (value, search_address(search.with_refinement("district", (value.value,))))
        for value in facet
        if value.count and value.value not in credited
    ]


def _overview(request: HttpRequest, facet: str, value: str, across: str) -> Overview:
    """The newest articles with one facet value, and its counts by another facet and year.

    The table has its first rows; with ``?rows=all`` all of them.
    """
    search = SearchRequest(refinements={facet: (value,)}, sort=Sort.NEWEST, page_size=_NEWEST)
    page = find(search)
    years = [year for year in page.facets.get("year", ()) if year.count]
    counts = count_facets_by(search, "year", [year.value for year in years])
    table = year_table(
        # A link to a search says what it finds, not how many are shown or in which order.
        replace(search, sort=Sort.RELEVANCE, page_size=SearchRequest().page_size),
        across,
        sorted((value for value in page.facets.get(across, ()) if value.count), key=lambda v: -v.count),
        years,
        {year: of_year.get(across, {}) for year, of_year in counts.items()},
        with_all_rows=request.GET.get("rows") == "all",
    )
    return {"page": page, "table": table}


def _counts(facet: str) -> Mapping[str, int]:
    """Value of a facet -> number of its published articles."""
    return archive_counts().get(facet, {})

"""Facets for the reader: the engine's facet counts as lists of values with labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reports.models import District, Initiative
from reports.search import labels
from reports.search.page import FacetValue
from reports.search.request import FACETS, UNDATED, SearchRequest

_LISTED_BY_NAME = 500
"""Up to this number of values, each is asked for by its key; beyond, reading the whole table is cheaper."""


def list_facets(
    counts: Mapping[str, Mapping[str, int]], request: SearchRequest
) -> dict[str, tuple[FacetValue, ...]]:
    """Every facet with all its values. Selected values are listed even with no hits.

    Years from the latest, undated last; other values by count, then by name.
    """
    selected = {facet: request.selected(facet) for facet in FACETS}
    complete = {facet: {**dict.fromkeys(selected[facet], 0), **counts.get(facet, {})} for facet in FACETS}
    names = label_facets(complete)
    return {
        facet: tuple(
            sorted(
                (
                    FacetValue(value, names[facet].get(value, value), count, value in selected[facet])
                    for value, count in complete[facet].items()
                    if count or value in selected[facet]
                ),
                key=_latest_first if facet == "year" else _most_first,
            )
        )
        for facet in FACETS
    }


def _latest_first(value: FacetValue) -> tuple[bool, int]:
    return (value.value == UNDATED, -int(value.value) if value.value.isdigit() else 0)


def _most_first(value: FacetValue) -> tuple[int, str, str]:
    return (-value.count, value.label, value.value)


def label_facets(values: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    """Facet -> value -> its label; two queries. Values that readers may not see are left out."""
    districts = _district_names({*values.get("district", ()), *values.get("city", ())})
    return {
        "district": districts,
        "city": {key: districts[key] for key in values.get("city", ()) if key in districts},
        "initiative": _initiative_names(set(values.get("initiative", ()))),
        "year": {UNDATED: labels.UNDATED},
        "source": {},
    }


def _district_names(keys: set[str]) -> dict[str, str]:
    districts = District.objects.visible_to_readers().order_by()
    if len(keys) <= _LISTED_BY_NAME:
        districts = districts.filter(key__in=keys)
    rows = districts.values_list("key", "name", "city__name")
    return {key: labels.district(name, city) for key, name, city in rows}


def _initiative_names(slugs: set[str]) -> dict[str, str]:
    initiatives = Initiative.objects.visible_to_readers().order_by()
    if len(slugs) <= _LISTED_BY_NAME:
        initiatives = initiatives.filter(slug__in=slugs)
    rows = initiatives.values_list("slug", "name", "owner__name")
    return {slug: labels.initiative(name, owner) for slug, name, owner in rows}

"""Facets for the reader: the engine's facet counts as lists of values with labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from reports.models import District, Initiative
from reports.search import labels
from reports.search.page import FacetValue
from reports.search.request import FACETS, UNDATED, SearchRequest, inferred, selectable

_LISTED_BY_NAME = 500
"""Up to this number of values, each is asked for by its key; beyond, reading the whole table is cheaper."""


def list_facets(
    counts: Mapping[str, Mapping[str, int]],
    request: SearchRequest,
    in_archive: Mapping[str, Mapping[str, int]],
) -> dict[str, tuple[FacetValue, ...]]:
    """Every facet with all its values. Selected and excluded values are listed even with no hits.

    Years from the latest, undated last; other values by count, then by name. Initiatives that one article of
    the whole archive names (``in_archive``: counts like ``counts``) come after the others.
    """

    def order(facet: str) -> Callable[[FacetValue], tuple[Any, ...]]:
        if facet == "initiative":
            of_archive = in_archive.get(facet, {})
            return lambda value: (of_archive.get(value.value, 0) < 2, *_most_first(value))
        return _latest_first if facet == "year" else _most_first

    chosen = {facet: (*request.selected(facet), *request.excluded.get(facet, ())) for facet in FACETS}
    listed = selectable(counts)
    complete = {facet: {**dict.fromkeys(chosen[facet], 0), **listed.get(facet, {})} for facet in FACETS}
    districts = _read_districts(complete["district"])
    names = {**_label_others(complete), "district": {key: label for key, label, _ in districts}}
    parents = {key: around for key, _, around in districts if around in complete["district"]}
    years = counts.get("year", {})

    def values(facet: str) -> Iterator[FacetValue]:
        for value, count in complete[facet].items():
            if count or value in chosen[facet]:
                yield FacetValue(
                    value,
                    names[facet].get(value, value),
                    count,
                    selected=value in request.selected(facet),
                    excluded=value in request.excluded.get(facet, ()),
                    parent=parents.get(value) if facet == "district" else None,
                    inferred=years.get(inferred(value), 0) if facet == "year" else 0,
                )

    return {facet: tuple(sorted(values(facet), key=order(facet))) for facet in FACETS}


def _latest_first(value: FacetValue) -> tuple[bool, int]:
    return (value.value == UNDATED, -int(value.value) if value.value.isdigit() else 0)


def _most_first(value: FacetValue) -> tuple[int, str, str]:
    return (-value.count, value.label, value.value)


def label_facets(values: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    """Facet -> value -> its label; two queries. Values that readers may not see are left out."""
    districts = _read_districts(values.get("district", ()))
    return {**_label_others(values), "district": {key: label for key, label, _ in districts}}


def _label_others(values: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    return {
        "initiative": _initiative_names(set(values.get("initiative", ()))),
        "year": {UNDATED: labels.UNDATED},
        "source": {},
    }


def _read_districts(keys: Iterable[str]) -> list[tuple[str, str, str]]:
    """Key, label, and the key of the smallest division around it, of the districts that readers may see."""
    keys = set(keys)
    districts = District.objects.visible_to_readers().order_by()
    if len(keys) <= _LISTED_BY_NAME:
        districts = districts.filter(key__in=keys)
    rows = districts.values_list("key", "name", "city__name", "city__key", "province__key")
    return [
        (key, labels.district(name, city_name), city or province or "")
        for key, name, city_name, city, province in rows
    ]


def _initiative_names(slugs: set[str]) -> dict[str, str]:
    initiatives = Initiative.objects.visible_to_readers().order_by()
    if len(slugs) <= _LISTED_BY_NAME:
        initiatives = initiatives.filter(slug__in=slugs)
    rows = initiatives.values_list("slug", "name", "owner__name")
    return {slug: labels.initiative(name, owner) for slug, name, owner in rows}

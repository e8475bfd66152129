"""Facets for the reader: the engine's facet counts as lists of values with labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reports.search.page import FacetValue
from reports.search.request import FACETS, UNDATED, SearchRequest, inferred, selectable

from .facet_names import FacetNames

Counts = Mapping[str, Mapping[str, int]]


def list_facets(
    counts: Counts, request: SearchRequest, in_archive: Counts, names: FacetNames
) -> dict[str, tuple[FacetValue, ...]]:
    """Every facet with all its values. Selected and excluded values are listed even with no hits.

    Years from the latest, undated last; other values by count, then by name. Initiatives that one article of
    the whole archive names (``in_archive``: counts like ``counts``) come after the others.
    """
    listed = selectable(counts)
    years = counts.get("year", {})

    def values(facet: str) -> Iterable[FacetValue]:
        selected, excluded = request.selected(facet), request.excluded.get(facet, ())
        of_facet = {**dict.fromkeys((*selected, *excluded), 0), **listed.get(facet, {})}
        around = names.around if facet == "district" else {}
        named = names.labels[facet]
        rows = [
            (value, named.get(value, value), count)
            for value, count in of_facet.items()
            if count or value in selected or value in excluded
        ]
        for value, label, count in _ordered(facet, rows, in_archive.get(facet, {})):
            outer = around.get(value)
            yield FacetValue(
                value,
                label,
                count,
                value in selected,
                value in excluded,
                outer if outer in of_facet else None,
                years.get(inferred(value), 0) if facet == "year" else 0,
            )

    return {facet: tuple(values(facet)) for facet in FACETS}


Row = tuple[str, str, int]
"""Value, label, count."""


def _ordered(facet: str, rows: list[Row], in_archive: Mapping[str, int]) -> list[Row]:
    # Plain tuples: a search of many hits has a thousand values.
    if facet == "year":
        return sorted(rows, key=_latest_first)
    is_initiative = facet == "initiative"
    keyed = [
        (is_initiative and in_archive.get(value, 0) < 2, -count, label, value) for value, label, count in rows
    ]
    keyed.sort()
    return [(value, label, -count) for _, count, label, value in keyed]


def _latest_first(row: Row) -> tuple[bool, int]:
    year = row[0]
    return (year == UNDATED, -int(year) if year.isdigit() else 0)

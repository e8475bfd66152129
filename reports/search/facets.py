"""The engine's counts as lists for the page."""

from __future__ import annotations

from collections.abc import Mapping

from .labels import label_facets
from .page import FacetValue
from .request import FACETS, UNDATED, SearchRequest


def list_facets(
    counts: Mapping[str, Mapping[str, int]], request: SearchRequest
) -> dict[str, tuple[FacetValue, ...]]:
    """Every facet with all its values; chosen ones stay, also with nothing to show for it.

    Years from the latest, undated last; the others by count, then by name.
    """
    complete = {
        facet: {**dict.fromkeys(request.chosen(facet), 0), **counts.get(facet, {})} for facet in FACETS
    }
    labels = label_facets(complete)
    return {
        facet: tuple(
            sorted(
                (
                    FacetValue(value, labels[facet].get(value, value), count, value in request.chosen(facet))
                    for value, count in complete[facet].items()
                    if count or value in request.chosen(facet)
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

"""Refinements and facet counts.

The values of one facet are alternatives; different facets must all hold. The count of a value is the number
of hits that selecting it would give, without the other selected values of its facet.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reports.search.engines.whoosh.directory.arrays import Int64s, Mask
from reports.search.engines.whoosh.literal.units import expand_ranges
from reports.search.engines.whoosh.reader.snapshot import FacetValuesByDocument, Snapshot, Units
from reports.search.request import Scope

from .matching import documents_with


def refinement_masks(snapshot: Snapshot, refinements: Mapping[str, tuple[str, ...]]) -> dict[str, Mask]:
    """Facet -> documents with one of its selected values; facets without a selected value are left out."""
    return {
        facet: documents_with(snapshot, facet, values)
        for facet, values in refinements.items()
        if values and facet in snapshot.facets
    }


def combine(masks: Mapping[str, Mask], count: int, without: str | None = None) -> Mask:
    combined = np.ones(count, bool)
    for facet, mask in masks.items():
        if facet != without:
            combined &= mask
    return combined


def count_facets(
    snapshot: Snapshot,
    units: Units,
    matched: Mask,
    masks: Mapping[str, Mask],
    refinements: Mapping[str, tuple[str, ...]],
) -> dict[str, dict[str, int]]:
    """Facet -> value -> count; selected values also with 0. ``matched``: the units that match before
    refinement; ``masks``: see ``refinement_masks``."""
    if units is snapshot.units(Scope.ARTICLE):
        hits = matched.astype(np.int64)
    else:
        hits = np.bincount(units.document[matched], minlength=snapshot.count)
    refined = _count_values(snapshot, hits * combine(masks, snapshot.count))
    counts: dict[str, dict[str, int]] = {}
    for facet in snapshot.facets:
        by_ordinal = refined
        if facet in masks:
            by_ordinal = _count_values(snapshot, hits * combine(masks, snapshot.count, without=facet))
        counts[facet] = snapshot.facet_values.counts_of(facet, by_ordinal)
        for value in refinements.get(facet, ()):
            counts[facet].setdefault(value, 0)
    return counts


def _count_values(snapshot: Snapshot, hits: Int64s) -> Int64s:
    """The number of hits by ordinal, of all facets. ``hits``: the number of hits in each document."""
    table = snapshot.facet_values
    documents = np.flatnonzero(hits)
    if len(documents) and hits.max() > 1:
        return _count_in(table, documents, hits[documents])
    if 2 * len(documents) <= snapshot.live_count:
        return _count_in(table, documents)
    # If most documents are hits, count the others and subtract.
    return table.live_counts - _count_in(table, np.flatnonzero(snapshot.live & (hits == 0)))


def _count_in(table: FacetValuesByDocument, documents: Int64s, weights: Int64s | None = None) -> Int64s:
    low, high = table.starts[documents], table.starts[documents + 1]
    ordinals = table.ordinals[expand_ranges(low, high)]
    count = len(table.live_counts)
    if weights is None:
        return np.bincount(ordinals, minlength=count)
    return np.bincount(ordinals, np.repeat(weights, high - low), count).astype(np.int64)

"""Refinements and counts by ordinals.

The values of one facet are alternatives, different facets must all hold; the count beside a value is
the number of hits that choosing it (with the facet's other choices let go) would give.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.literal.units import ranges
from reports.search.engines.whoosh.query.matching import documents_with
from reports.search.engines.whoosh.reader.snapshot import FacetRows, Mask, Snapshot, Units
from reports.search.request import Scope

Counts = npt.NDArray[np.int64]


def refinement_masks(snapshot: Snapshot, refinements: Mapping[str, tuple[str, ...]]) -> dict[str, Mask]:
    """Facet -> documents with one of its chosen values; facets without a choice are left out."""
    return {
        facet: documents_with(snapshot, facet, values)
        for facet, values in refinements.items()
        if values and facet in snapshot.facets
    }


def combine(masks: Mapping[str, Mask], count: int, without: str | None = None) -> Mask:
    mask = np.ones(count, bool)
    for facet, chosen in masks.items():
        if facet != without:
            mask &= chosen
    return mask


def count_facets(
    snapshot: Snapshot,
    units: Units,
    matched: Mask,
    chosen: Mapping[str, Mask],
    refinements: Mapping[str, tuple[str, ...]],
) -> dict[str, dict[str, int]]:
    """Counts per facet and value. ``matched``: units the search matches before any refinement."""
    if units is snapshot.units(Scope.ARTICLE):
        hits = matched.astype(np.int64)
    else:
        hits = np.bincount(units.document[matched], minlength=snapshot.count)
    together = _count_values(snapshot, hits * combine(chosen, snapshot.count))
    counts: dict[str, dict[str, int]] = {}
    for facet, table in snapshot.facets.items():
        found = together
        if facet in chosen:
            found = _count_values(snapshot, hits * combine(chosen, snapshot.count, without=facet))
        first = snapshot.facet_rows.first[facet]
        numbers = found[first : first + len(table.values)]
        present = np.flatnonzero(numbers)
        names = [table.values[value] for value in present.tolist()]
        counts[facet] = dict(zip(names, numbers[present].tolist(), strict=True))
        for value in refinements.get(facet, ()):
            counts[facet].setdefault(value, 0)
    return counts


def _count_values(snapshot: Snapshot, hits: Counts) -> Counts:
    """How many hits have each value of all facets. ``hits``: how many units of each document are hits."""
    rows = snapshot.facet_rows
    documents = np.flatnonzero(hits)
    if len(documents) and hits.max() > 1:
        return _added(rows, documents, hits[documents])
    if 2 * len(documents) <= snapshot.live_count:
        return _added(rows, documents)
    # Of most documents, those that are no hits are counted, and taken from what all have.
    return rows.living - _added(rows, np.flatnonzero(snapshot.live & (hits == 0)))


def _added(rows: FacetRows, documents: Counts, weights: Counts | None = None) -> Counts:
    low, high = rows.starts[documents], rows.starts[documents + 1]
    values = rows.values[ranges(low, high)]
    if weights is None:
        return np.bincount(values, minlength=rows.count)
    return np.bincount(values, np.repeat(weights, high - low), rows.count).astype(np.int64)

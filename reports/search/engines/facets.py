"""Refinements and counts by ordinals.

The values of one facet are alternatives, different facets must all hold; the count beside a value is
the number of hits that choosing it (with the facet's other choices let go) would give.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .evaluate import documents_with
from .snapshot import Mask, Snapshot, Units


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
    per_document = np.bincount(units.document[matched], minlength=snapshot.count)
    counts: dict[str, dict[str, int]] = {}
    for facet, table in snapshot.facets.items():
        hits = per_document * combine(chosen, snapshot.count, without=facet)
        found = np.bincount(table.ordinal, weights=hits[table.document], minlength=len(table.values))
        counts[facet] = {table.values[i]: int(found[i]) for i in np.flatnonzero(found).tolist()}
        for value in refinements.get(facet, ()):
            counts[facet].setdefault(value, 0)
    return counts

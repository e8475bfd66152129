"""A compiled search against a snapshot: match, refine, count, rank, cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from reports.search.contract.conditions import Condition
from reports.search.contract.values import EMPTY_VERSION, CompiledSearch, EngineResult, SortKey, UnitHit
from reports.search.engines.whoosh.query.facet_counts import combine, count_facets, refinement_masks
from reports.search.engines.whoosh.query.matching import Evaluation, documents_dated
from reports.search.engines.whoosh.query.ordering import cut, primary_keys
from reports.search.engines.whoosh.query.ranking import relevance
from reports.search.engines.whoosh.reader.snapshot import Mask, Snapshot, Units
from reports.search.request import Scope


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """``open``: units that match before any refinement; ``refined``: those that are hits."""

    evaluation: Evaluation
    open: Mask
    refined: Mask
    chosen: Mapping[str, Mask]

    @property
    def units(self) -> Units:
        return self.evaluation.units


def match(
    snapshot: Snapshot,
    scope: Scope,
    tree: Condition,
    refinements: Mapping[str, tuple[str, ...]],
    first: date | None = None,
    last: date | None = None,
) -> Matches:
    evaluation = Evaluation(snapshot, scope)
    units = evaluation.units
    documents = snapshot.live
    if first or last:
        documents = documents & documents_dated(
            snapshot, first.toordinal() if first else None, last.toordinal() if last else None
        )
    found = evaluation.mask(tree) & documents[units.document]
    chosen = refinement_masks(snapshot, refinements)
    refined = found & combine(chosen, snapshot.count)[units.document] if chosen else found
    return Matches(evaluation, found, refined, chosen)


def find(snapshot: Snapshot | None, search: CompiledSearch) -> EngineResult:
    """``search`` on ``snapshot``; no snapshot (no index yet) finds nothing."""
    if snapshot is None:
        return EngineResult(0, (), {}, EMPTY_VERSION)
    matches = match(snapshot, search.scope, search.tree, search.refinements, search.date_from, search.date_to)
    hits = np.flatnonzero(matches.refined)
    scores = np.zeros(len(hits))
    if SortKey.RELEVANCE in search.order and len(hits):
        # Where another key decides first, any hit may be on the page.
        wanted = _end(search) if search.order[0] is SortKey.RELEVANCE else None
        scores = relevance(matches.evaluation, search.tree, hits, wanted)
    keys = primary_keys(snapshot, matches.units, hits, search.order, scores)
    shown = cut(snapshot, matches.units, hits, keys, search.start, search.limit)
    facets: dict[str, dict[str, int]] = {}
    if search.with_facets:
        facets = count_facets(snapshot, matches.units, matches.open, matches.chosen, search.refinements)
    found = unit_hits(snapshot, matches.units, hits, scores, shown)
    return EngineResult(len(hits), found, facets, snapshot.version)


def _end(search: CompiledSearch) -> int | None:
    return None if search.limit is None else search.start + search.limit


def unit_hits(
    snapshot: Snapshot,
    units: Units,
    hits: npt.NDArray[np.int64],
    scores: npt.NDArray[np.float64],
    shown: npt.NDArray[np.int64],
) -> list[UnitHit]:
    """``scores``: one a hit; ``shown``: places among the hits, in order."""
    chosen = hits[shown]
    documents = units.document[chosen]
    return [
        UnitHit(article_id, number, score)
        for article_id, number, score in zip(
            snapshot.ids[documents].tolist(),
            units.number[chosen].tolist(),
            scores[shown].tolist(),
            strict=True,
        )
    ]

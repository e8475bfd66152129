"""One search on a snapshot: match, refine, count, rank, and take one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reports.search.contract.conditions import Condition, DateRange
from reports.search.contract.values import EMPTY_VERSION, EngineQuery, EngineResult, SortKey
from reports.search.engines.whoosh.directory.arrays import Floats, Int64s, Mask
from reports.search.engines.whoosh.reader.snapshot import Snapshot, Units
from reports.search.request import Scope

from .facet_counts import combine, count_facets, refinement_masks
from .matching import Matcher, documents_dated
from .ordering import slice_of_page, sort_keys, unit_hits
from .questions import score_question
from .ranking import relevance


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """``before_refinement``: the units that match the tree; ``matched``: the hits."""

    matcher: Matcher
    before_refinement: Mask
    matched: Mask
    refinement_masks: Mapping[str, Mask]

    @property
    def units(self) -> Units:
        return self.matcher.units


def match(
    snapshot: Snapshot,
    scope: Scope,
    tree: Condition,
    refinements: Mapping[str, tuple[str, ...]],
    days: DateRange | None = None,
) -> Matches:
    matcher = Matcher(snapshot, scope)
    documents = snapshot.live
    if days is not None:
        documents = documents & documents_dated(snapshot, days)
    before_refinement = matcher.mask(tree) & documents[matcher.units.document]
    matched, masks = before_refinement, refinement_masks(snapshot, refinements)
    if masks:
        matched = before_refinement & combine(masks, snapshot.count)[matcher.units.document]
    return Matches(matcher, before_refinement, matched, masks)


def find(snapshot: Snapshot | None, query: EngineQuery) -> EngineResult:
    """``snapshot`` None (there is no index yet) gives no hits."""
    if snapshot is None:
        return EngineResult(0, (), {}, EMPTY_VERSION)
    days = DateRange(query.date_from, query.date_to) if query.date_from or query.date_to else None
    matches = match(snapshot, query.scope, query.tree, query.refinements, days)
    hits = np.flatnonzero(matches.matched)
    scores = np.zeros(len(hits))
    if SortKey.RELEVANCE in query.order and len(hits):
        scores = _scores(matches, query, hits)
    keys = sort_keys(snapshot, matches.units, hits, query.order, scores)
    shown = slice_of_page(snapshot, matches.units, hits, keys, query.start, query.limit)
    facets: dict[str, dict[str, int]] = {}
    if query.with_facets:
        facets = count_facets(
            snapshot, matches.units, matches.before_refinement, matches.refinement_masks, query.refinements
        )
    page = unit_hits(snapshot, matches.units, hits, scores, shown)
    return EngineResult(len(hits), page, facets, snapshot.version)


def _scores(matches: Matches, query: EngineQuery, hits: Int64s) -> Floats:
    if query.question and query.scope is Scope.ARTICLE:
        return score_question(matches.matcher.snapshot, query.question)[matches.units.document[hits]]
    # If another key decides first, any hit may be on the page.
    is_first = query.order[0] is SortKey.RELEVANCE
    needed = None if query.limit is None or not is_first else query.start + query.limit
    return relevance(matches.matcher, query.tree, hits, needed)

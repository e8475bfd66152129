"""The passages of a hit: its blocks in which strings of the query occur, best first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from reports.search.contract.conditions import Condition
from reports.search.contract.kinds import HIDDEN_KINDS, RUNNING_KINDS, Kinds
from reports.search.contract.passages import MatchedBlock, choose_blocks, highlight_terms
from reports.search.contract.values import HitPassages, Passage, UnitHit
from reports.search.engines.whoosh.literal import LiteralSegment
from reports.search.engines.whoosh.reader.snapshot import Snapshot, Units
from reports.search.request import Scope


def find_passages(
    snapshot: Snapshot, tree: Condition, scope: Scope, hits: Sequence[UnitHit], per_hit: int
) -> list[HitPassages]:
    """In the order of ``hits``; see ``Engine.passages``."""
    texts, whole, kinds = _texts_of(tree)
    passages = [HitPassages() for _ in hits]
    for index, segment_hits in _by_segment(snapshot, scope, hits).items():
        literal = snapshot.segments[index].literal
        units = [unit for _, unit in segment_hits]
        matched = literal.matched_blocks(units, texts, scope, kinds, whole)
        for (hit, unit), blocks in zip(segment_hits, matched, strict=True):
            passages[hit] = _passages(literal, unit, scope, blocks, whole, per_hit)
    return passages


def _passages(
    literal: LiteralSegment,
    unit: int,
    scope: Scope,
    blocks: Sequence[MatchedBlock],
    whole: frozenset[str],
    limit: int,
) -> HitPassages:
    if not blocks:
        return HitPassages(_beginning(literal, unit, scope))
    # Read only these: few of the blocks of a hit are shown.
    shown = tuple(literal.blocks.passage(block, whole) for block in choose_blocks(blocks, scope, limit))
    headlines = (literal.blocks.passage(block, whole) for block in blocks if block.kind == "headline")
    return HitPassages(shown, next(headlines, None), frozenset(block.section for block in blocks))


def _texts_of(tree: Condition) -> tuple[list[str], frozenset[str], Kinds | None]:
    """The strings to mark; those of them that are marked only as whole words; and the kinds of block to show:
    if every string is restricted to visible kinds, these kinds."""
    terms = highlight_terms(tree)
    is_restricted = bool(terms) and all(term.kinds and not term.kinds & HIDDEN_KINDS for term in terms)
    kinds = frozenset(kind for term in terms for kind in term.kinds or ()) if is_restricted else None
    texts = [term.text for term in terms]
    return texts, frozenset(texts) - {term.text for term in terms if not term.is_whole}, kinds


def _by_segment(
    snapshot: Snapshot, scope: Scope, hits: Sequence[UnitHit]
) -> dict[int, list[tuple[int, int]]]:
    """Index of the segment -> (index of the hit, unit of the segment)."""
    units = snapshot.units(scope)
    by_segment: dict[int, list[tuple[int, int]]] = {}
    for index, hit in enumerate(hits):
        unit = _unit_of(snapshot, units, hit)
        if unit is not None:
            segment = bisect_right(units.starts, unit) - 1
            by_segment.setdefault(segment, []).append((index, unit - units.starts[segment]))
    return by_segment


def _unit_of(snapshot: Snapshot, units: Units, hit: UnitHit) -> int | None:
    document = snapshot.document_of(hit.article_id)
    if document is None:
        return None
    low, high = np.searchsorted(units.document, [document, document + 1]).tolist()
    unit = low + int(np.searchsorted(units.number[low:high], hit.number))
    return unit if unit < high and units.number[unit] == hit.number else None


def _beginning(literal: LiteralSegment, unit: int, scope: Scope) -> tuple[Passage, ...]:
    blocks = literal.blocks_of(unit, scope)
    running = [block for block in blocks if literal.blocks.kind_of(block) in RUNNING_KINDS]
    return tuple(literal.blocks.unmarked_passage(block) for block in running[:1] or blocks[:1])

"""The blocks of a hit in which the query's strings stand, best first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reports.search.contract.conditions import Condition
from reports.search.contract.kinds import FIELD_KINDS, HIDDEN_KINDS, RUNNING_KINDS, Kinds
from reports.search.contract.passages import MatchedBlock, choose_blocks
from reports.search.contract.values import HitPassages, Passage, UnitHit
from reports.search.engines.whoosh.literal import LiteralSegment
from reports.search.engines.whoosh.reader.snapshot import Snapshot, Units
from reports.search.request import Scope
from reports.search.syntax.tree import Exact, leaf_texts, leaves


@dataclass(frozen=True, slots=True)
class WantedText:
    """A string to mark; ``kinds`` of block it was asked for in; ``is_whole``: where it stands as a word."""

    text: str
    kinds: Kinds | None
    is_whole: bool = False


def wanted_texts(tree: Condition) -> Iterator[WantedText]:
    """The strings to mark; negated parts are left out."""
    for leaf, field in leaves(tree):
        for text in leaf_texts(leaf):
            if text:
                yield WantedText(text, FIELD_KINDS[field] if field else None, isinstance(leaf, Exact))


def find_passages(
    snapshot: Snapshot, tree: Condition, scope: Scope, hits: Sequence[UnitHit], per_hit: int
) -> list[HitPassages]:
    """In the order of ``hits``; see ``Engine.passages``."""
    texts, whole, kinds = _asked(tree)
    found = [HitPassages() for _ in hits]
    for place, segment_hits in _by_segment(snapshot, scope, hits).items():
        literal = snapshot.segments[place].literal
        units = [unit for _, unit in segment_hits]
        matched = literal.matched_blocks(units, texts, scope, kinds, whole)
        for (number, unit), blocks in zip(segment_hits, matched, strict=True):
            found[number] = _passages(literal, unit, scope, blocks, whole, per_hit)
    return found


def _passages(
    literal: LiteralSegment,
    unit: int,
    scope: Scope,
    blocks: Sequence[MatchedBlock],
    whole: frozenset[str],
    most: int,
) -> HitPassages:
    if not blocks:
        return HitPassages(_beginning(literal, unit, scope))
    # Only these are read: of a hit's blocks few are shown.
    shown = tuple(literal.passage(block, whole) for block in choose_blocks(blocks, scope, most))
    headline = next((literal.passage(block, whole) for block in blocks if block.kind == "headline"), None)
    return HitPassages(shown, headline, frozenset(block.section for block in blocks))


def _asked(tree: Condition) -> tuple[list[str], frozenset[str], Kinds | None]:
    """All texts; those that are to be marked as words only; and the kinds of block they are to be shown in
    where each names some that are shown."""
    wanted = list(wanted_texts(tree))
    limits = [one.kinds for one in wanted]
    everywhere = any(kinds is None or kinds & HIDDEN_KINDS for kinds in limits)
    together = None if everywhere or not limits else frozenset().union(*(kinds or () for kinds in limits))
    anywhere = {one.text for one in wanted if not one.is_whole}
    return [one.text for one in wanted], frozenset(one.text for one in wanted) - anywhere, together


def _by_segment(
    snapshot: Snapshot, scope: Scope, hits: Sequence[UnitHit]
) -> dict[int, list[tuple[int, int]]]:
    """Segment -> (place among the hits, unit of that segment)."""
    units = snapshot.units(scope)
    places: dict[int, list[tuple[int, int]]] = {}
    for number, hit in enumerate(hits):
        unit = _unit(snapshot, units, hit)
        if unit is not None:
            segment = bisect_right(units.starts, unit) - 1
            places.setdefault(segment, []).append((number, unit - units.starts[segment]))
    return places


def _unit(snapshot: Snapshot, units: Units, hit: UnitHit) -> int | None:
    document = snapshot.document_of(hit.article_id)
    if document is None:
        return None
    low, high = np.searchsorted(units.document, [document, document + 1]).tolist()
    unit = low + int(np.searchsorted(units.number[low:high], hit.number))
    return unit if unit < high and units.number[unit] == hit.number else None


def _beginning(literal: LiteralSegment, unit: int, scope: Scope) -> tuple[Passage, ...]:
    blocks = literal.blocks_of(unit, scope)
    running = [block for block in blocks if literal.kinds[int(literal.block_kind[block])] in RUNNING_KINDS]
    return tuple(literal.unmarked_passage(block) for block in running[:1] or blocks[:1])

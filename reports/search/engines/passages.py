"""The blocks of a hit in which the query's strings stand, best first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from reports.search.request import Scope
from reports.search.syntax.tree import And, Exact, Field, Near, Not, Or, Phrase, Prefix, Word

from .conditions import Condition
from .contract import Passage, UnitHit
from .evaluate import KINDS, Kinds
from .literal import HIDDEN_KINDS, LiteralSegment
from .snapshot import Snapshot, Units

_RUNNING_TEXT = frozenset({"lead", "body", "caption"})


def wanted_texts(tree: Condition, kinds: Kinds | None = None) -> Iterator[tuple[str, Kinds | None]]:
    """The strings to mark, with the kinds of block they were asked for in; negated parts are left out."""
    match tree:
        case And(children) | Or(children):
            for child in children:
                yield from wanted_texts(child, kinds)
        case Field(name, child):
            yield from wanted_texts(child, KINDS[name])
        case Word(text) | Phrase(text) | Exact(text) | Prefix(text) if text:
            yield text, kinds
        case Near(texts, _):
            for text in texts:
                yield text, kinds
        case Not():
            return


def marked(passage: Passage) -> str:
    """The passage as HTML with ``<em>`` around its marks: what haystack calls highlighted."""
    parts, position = [], 0
    for start, end in passage.marks:
        parts += [escape(passage.text[position:start]), "<em>", escape(passage.text[start:end]), "</em>"]
        position = end
    return "".join([*parts, escape(passage.text[position:])])


def find_passages(
    snapshot: Snapshot, tree: Condition, scope: Scope, hits: Sequence[UnitHit], per_hit: int
) -> list[list[Passage]]:
    """In the order of ``hits``. A hit in which nothing is to be marked shows how it begins; one that
    has left the index meanwhile gets an empty list."""
    texts, kinds = _asked(tree)
    found: list[list[Passage]] = [[] for _ in hits]
    for place, segment_hits in _by_segment(snapshot, scope, hits).items():
        literal = snapshot.segments[place].literal
        units = [unit for _, unit in segment_hits]
        passages = literal.passages(units, texts, scope, per_hit, kinds)
        for (number, unit), best in zip(segment_hits, passages, strict=True):
            found[number] = best or _beginning(literal, unit, scope)
    return found


def _asked(tree: Condition) -> tuple[list[str], Kinds | None]:
    """All texts, and the kinds of block they are to be shown in where each names some that are shown."""
    wanted = list(wanted_texts(tree))
    limits = [kinds for _, kinds in wanted]
    everywhere = any(kinds is None or kinds & HIDDEN_KINDS for kinds in limits)
    together = None if everywhere or not limits else frozenset().union(*(kinds or () for kinds in limits))
    return [text for text, _ in wanted], together


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
    document = snapshot.document_of(hit.report_id)
    if document is None:
        return None
    low, high = np.searchsorted(units.document, [document, document + 1]).tolist()
    unit = low + int(np.searchsorted(units.number[low:high], hit.number))
    return unit if unit < high and units.number[unit] == hit.number else None


def _beginning(literal: LiteralSegment, unit: int, scope: Scope) -> list[Passage]:
    blocks = literal.blocks_of(unit, scope)
    running = [block for block in blocks if literal.kinds[int(literal.block_kind[block])] in _RUNNING_TEXT]
    return [literal.passage(block) for block in running[:1] or blocks[:1]]

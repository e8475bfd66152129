"""The blocks of a hit in which the query's strings stand, best first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from reports.search.contract.conditions import Condition
from reports.search.contract.values import Passage, UnitHit
from reports.search.engines.whoosh.literal import HIDDEN_KINDS, LiteralSegment
from reports.search.engines.whoosh.query.matching import KINDS, Kinds
from reports.search.engines.whoosh.reader.snapshot import Snapshot, Units
from reports.search.request import Scope
from reports.search.syntax.tree import And, Exact, Field, Near, Not, Or, Phrase, Prefix, Word

_RUNNING_TEXT = frozenset({"lead", "body", "caption"})


@dataclass(frozen=True, slots=True)
class WantedText:
    """A string to mark; ``kinds`` of block it was asked for in; ``is_whole``: where it stands as a word."""

    text: str
    kinds: Kinds | None
    is_whole: bool = False


def wanted_texts(tree: Condition, kinds: Kinds | None = None) -> Iterator[WantedText]:
    """The strings to mark; negated parts are left out."""
    match tree:
        case And(children) | Or(children):
            for child in children:
                yield from wanted_texts(child, kinds)
        case Field(name, child):
            yield from wanted_texts(child, KINDS[name])
        case Word(text) | Phrase(text) | Exact(text) | Prefix(text) if text:
            yield WantedText(text, kinds, isinstance(tree, Exact))
        case Near(texts, _):
            for text in texts:
                yield WantedText(text, kinds)
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
    texts, whole, kinds = _asked(tree)
    found: list[list[Passage]] = [[] for _ in hits]
    for place, segment_hits in _by_segment(snapshot, scope, hits).items():
        literal = snapshot.segments[place].literal
        units = [unit for _, unit in segment_hits]
        passages = literal.passages(units, texts, scope, per_hit, kinds, whole)
        for (number, unit), best in zip(segment_hits, passages, strict=True):
            found[number] = best or _beginning(literal, unit, scope)
    return found


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


def _beginning(literal: LiteralSegment, unit: int, scope: Scope) -> list[Passage]:
    blocks = literal.blocks_of(unit, scope)
    running = [block for block in blocks if literal.kinds[int(literal.block_kind[block])] in _RUNNING_TEXT]
    return [literal.passage(block) for block in running[:1] or blocks[:1]]

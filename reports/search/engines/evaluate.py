"""The tree as masks: which units of the scope match. Containment and phrases are exact (literal index)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reports.search.request import Scope
from reports.search.syntax.tree import (
    And,
    Every,
    Exact,
    Field,
    FieldName,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)

from .conditions import Chosen, Condition, Dated, Identified, ValuePrefix, Years
from .snapshot import Mask, OpenSegment, Snapshot

Kinds = frozenset[str]

KINDS: dict[FieldName, Kinds] = {
    FieldName.HEADLINE: frozenset({"kicker", "headline", "deck"}),
    FieldName.HEADING: frozenset({"heading"}),
    FieldName.FIGURE: frozenset({"caption", "credit"}),
    FieldName.INITIATIVE: frozenset({"initiative"}),
    FieldName.DISTRICT: frozenset({"district"}),
    FieldName.AUTHOR: frozenset({"byline"}),
}
# What a search without a field looks into.
UNIT_KINDS: dict[Scope, Kinds | None] = {
    Scope.REPORT: None,
    Scope.SECTION: frozenset({"heading", "body"}),
    Scope.FIGURE: frozenset({"caption", "credit"}),
}
# What a field means inside a unit. Elsewhere it speaks of the whole report: sections *of reports*
# whose headline, byline, districts or initiatives are so.
_INSIDE: dict[Scope, frozenset[FieldName]] = {
    Scope.REPORT: frozenset(FieldName),
    Scope.SECTION: frozenset({FieldName.HEADING}),
    Scope.FIGURE: frozenset({FieldName.FIGURE}),
}


def evaluate(snapshot: Snapshot, scope: Scope, tree: Condition, whole_words: bool = False) -> Mask:
    """Mask over the units of ``scope``, deleted documents not yet taken out.

    ``whole_words``: ask of every bare word that it stand as a word, or words, as jieba cuts them.
    Negated parts keep their plain meaning, so that the stricter mask is a part of the plain one.
    """
    return _Evaluation(snapshot, scope, whole_words).mask(tree, None)


class _Evaluation:
    def __init__(self, snapshot: Snapshot, scope: Scope, whole_words: bool) -> None:
        self.snapshot = snapshot
        self.scope = scope
        self.whole_words = whole_words
        self.units = snapshot.units(scope)

    def mask(self, tree: Condition, kinds: Kinds | None) -> Mask:
        match tree:
            case And(children):
                return self._all(children, kinds)
            case Or(children):
                return self._any(children, kinds)
            case Not(child):
                plain = _Evaluation(self.snapshot, self.scope, False) if self.whole_words else self
                return ~plain.mask(child, kinds)
            case Every():
                return np.ones(len(self.units), bool)
            case Field(name, child):
                return self._in_field(name, child)
            case Word() | Phrase() | Exact() | Prefix() | Near():
                return self._leaf(tree, kinds)
            case _:
                return self._documents(tree)[self.units.document]

    def _all(self, children: tuple[Condition, ...], kinds: Kinds | None) -> Mask:
        mask = np.ones(len(self.units), bool)
        for child in children:
            mask &= self.mask(child, kinds)
        return mask

    def _any(self, children: tuple[Condition, ...], kinds: Kinds | None) -> Mask:
        mask = np.zeros(len(self.units), bool)
        for child in children:
            mask |= self.mask(child, kinds)
        return mask

    def _in_field(self, name: FieldName, child: Condition) -> Mask:
        if name in _INSIDE[self.scope]:
            return self.mask(child, KINDS[name])
        reports = _Evaluation(self.snapshot, Scope.REPORT, self.whole_words)
        return reports.mask(child, KINDS[name])[self.units.document]

    def _leaf(self, leaf: Word | Phrase | Exact | Prefix | Near, kinds: Kinds | None) -> Mask:
        scope = self.scope
        match leaf:
            case Word(text) | Phrase(text) | Exact(text) | Prefix(text) if not text:
                return np.ones(len(self.units), bool)
            case Word(text) if self.whole_words:
                return self._per_segment(lambda segment: _whole(segment, text, scope, kinds))
            case Word(text) | Phrase(text):
                return self._per_segment(lambda segment: segment.literal.contains(text, scope, kinds))
            case Exact(text):
                return self._per_segment(lambda segment: _whole(segment, text, scope, kinds))
            case Near(texts, distance):
                wanted = [text for text in texts if text]
                return self._per_segment(lambda segment: segment.literal.near(wanted, distance, scope, kinds))
            case Prefix(text):
                return self._per_segment(lambda segment: _begins_word(segment, text, scope, kinds))

    def _per_segment(self, evaluate_segment: Callable[[OpenSegment], Mask]) -> Mask:
        parts = [np.zeros(0, bool), *map(evaluate_segment, self.snapshot.segments)]
        return np.concatenate(parts)

    def _documents(self, condition: Condition) -> Mask:
        snapshot = self.snapshot
        match condition:
            case Chosen(facet, values):
                return documents_with(snapshot, facet, values)
            case ValuePrefix(facet, prefix):
                found = [value for value in snapshot.facets[facet].values if value.startswith(prefix)]
                return documents_with(snapshot, facet, tuple(found))
            case Dated(first, last):
                return documents_dated(
                    snapshot, first.toordinal() if first else None, last.toordinal() if last else None
                )
            case Years(first_year, last_year):
                values = tuple(
                    value
                    for value in snapshot.facets["year"].values
                    if value.isdigit() and first_year <= int(value) <= last_year
                )
                return documents_with(snapshot, "year", values)
            case Identified(ids):
                return np.isin(snapshot.ids, np.array(ids, np.int64))
        raise TypeError(f"{condition!r} is no condition")


def documents_with(snapshot: Snapshot, facet: str, values: tuple[str, ...]) -> Mask:
    """Documents with any of the values; unknown values match nothing."""
    table = snapshot.facets[facet]
    chosen = np.zeros(len(table.values), bool)
    chosen[[table.index[value] for value in values if value in table.index]] = True
    mask = np.zeros(snapshot.count, bool)
    mask[table.document[chosen[table.ordinal]]] = True
    return mask


def documents_dated(snapshot: Snapshot, first: int | None, last: int | None) -> Mask:
    """Documents that may lie between the days: a report of known year only is kept when the year
    and the range meet, because leaving it out would hide what was asked for. Undated ones are out."""
    mask = snapshot.first_day > 0
    if first is not None:
        mask &= snapshot.last_day >= first
    if last is not None:
        mask &= snapshot.first_day <= last
    return mask


def _whole(segment: OpenSegment, text: str, scope: Scope, kinds: Kinds | None) -> Mask:
    document, _ = segment.literal.unit_table(scope)
    mask = np.zeros(len(document), bool)
    units, _, whole = segment.literal.counts(text, scope, kinds)
    mask[units[whole > 0]] = True
    return mask


def _begins_word(segment: OpenSegment, text: str, scope: Scope, kinds: Kinds | None) -> Mask:
    """Units with a word, as jieba cuts the text, that begins with ``text``."""
    literal = segment.literal
    wanted = kinds if kinds is not None else UNIT_KINDS[scope]
    places = literal.positions(text, wanted)
    begins = literal.is_whole(places, 0)
    for step in range(1, len(text.encode("utf-16-le", "surrogatepass")) // 2):
        begins &= ~literal.is_whole(places + np.uint32(step), 0)
    blocks = literal.block_start.searchsorted(places[begins], side="right") - 1
    units = literal.unit_of_block(scope)[blocks]
    mask = np.zeros(len(literal.unit_table(scope).document), bool)
    mask[units[units >= 0]] = True
    return mask

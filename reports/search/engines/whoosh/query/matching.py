"""The tree as masks: which units of the scope match. Containment and phrases are exact (literal index)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import inf

import numpy as np

from reports.search.contract.conditions import Chosen, Condition, Dated, Identified, ValuePrefix, Years
from reports.search.contract.kinds import FIELD_KINDS, INSIDE_FIELDS, SCOPE_KINDS, Kinds
from reports.search.engines.whoosh.literal.units import Standing
from reports.search.engines.whoosh.reader.snapshot import Mask, OpenSegment, Snapshot
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

Leaf = Word | Phrase | Exact | Prefix | Near

# Lists of places one search keeps: more words than anybody types, and an end to what a flood of them costs.
_MOST_STANDING = 32


class Evaluation:
    """One search on one snapshot. What was looked up for the plain mask serves the stricter one too."""

    def __init__(self, snapshot: Snapshot, scope: Scope) -> None:
        self.snapshot = snapshot
        self.scope = scope
        self.units = snapshot.units(scope)
        self._found: dict[tuple[Leaf, Kinds | None], Mask] = {}
        self._standing: dict[tuple[str, Kinds | None, int], Standing] = {}
        self._of_articles: Evaluation | None = None

    def mask(self, tree: Condition) -> Mask:
        """Which units of the scope match, deleted documents not yet taken out."""
        return self._mask(tree, None, None)

    def whole_words(self, tree: Condition, among: Mask) -> Mask:
        """Which units of ``among`` match with every bare word standing as a word, or words, as jieba
        cuts them; what it says of other units means nothing. Negated parts keep their plain meaning,
        so that this is a part of the plain mask."""
        return self._mask(tree, None, among)

    def _mask(self, tree: Condition, kinds: Kinds | None, whole: Mask | None) -> Mask:
        match tree:
            case And(children):
                return self._all(children, kinds, whole)
            case Or(children):
                return self._any(children, kinds, whole)
            case Not(child):
                return ~self._mask(child, kinds, None)
            case Every():
                return np.ones(len(self.units), bool)
            case Field(name, child):
                return self._in_field(name, child, whole)
            case Word() | Phrase() | Exact() | Prefix() | Near():
                return self._leaf(tree, kinds, whole)
            case _:
                return self._documents(tree)[self.units.document]

    def _all(self, children: tuple[Condition, ...], kinds: Kinds | None, whole: Mask | None) -> Mask:
        mask = np.ones(len(self.units), bool)
        ordered = sorted(children, key=self._at_most)
        for number, child in enumerate(ordered):
            if number and whole is None and isinstance(child, Word | Phrase) and child.text:
                # The rarest came first: the others are looked for in what is left.
                mask = self._contains(child.text, kinds, mask)
            else:
                mask &= self._mask(child, kinds, whole if whole is None else whole & mask)
        return mask

    def _at_most(self, condition: Condition) -> float:
        """How often a string occurs at most in the largest segment; whatever is no string comes last.

        Only the order of the lookups depends on it.
        """
        if isinstance(condition, Word | Phrase) and condition.text and self.snapshot.segments:
            largest = max(self.snapshot.segments, key=lambda segment: segment.count)
            return largest.literal.at_most(condition.text)
        return inf

    def _any(self, children: tuple[Condition, ...], kinds: Kinds | None, whole: Mask | None) -> Mask:
        mask = np.zeros(len(self.units), bool)
        for child in children:
            mask |= self._mask(child, kinds, whole)
        return mask

    def _in_field(self, name: FieldName, child: Condition, whole: Mask | None) -> Mask:
        if name in INSIDE_FIELDS[self.scope]:
            return self._mask(child, FIELD_KINDS[name], whole)
        if self._of_articles is None:
            self._of_articles = Evaluation(self.snapshot, Scope.ARTICLE)
        among = None
        if whole is not None:
            among = np.zeros(self.snapshot.count, bool)
            among[self.units.document[whole]] = True
        return self._of_articles._mask(child, FIELD_KINDS[name], among)[self.units.document]

    def _leaf(self, leaf: Leaf, kinds: Kinds | None, whole: Mask | None) -> Mask:
        if isinstance(leaf, Word) and leaf.text and whole is not None:
            return self._whole(leaf.text, kinds, whole)
        found = self._found.get((leaf, kinds))
        if found is None:
            found = self._found[leaf, kinds] = self._found_leaf(leaf, kinds)
        return found

    def _found_leaf(self, leaf: Leaf, kinds: Kinds | None) -> Mask:
        scope = self.scope
        match leaf:
            case Word(text) | Phrase(text) | Exact(text) | Prefix(text) if not text:
                return np.ones(len(self.units), bool)
            case Word(text) | Phrase(text):
                return self._contains(text, kinds)
            case Exact(text):
                return self._whole(text, kinds, None)
            case Near(texts, distance):
                wanted = [text for text in texts if text]
                return self._per_segment(lambda segment: segment.literal.near(wanted, distance, scope, kinds))
            case Prefix(text):
                return self._per_segment(lambda segment: _begins_word(segment, text, scope, kinds))

    def _contains(self, text: str, kinds: Kinds | None, among: Mask | None = None) -> Mask:
        """Units that contain the text; with ``among`` those of them only."""
        parts = [np.zeros(0, bool)]
        for place, (start, end) in enumerate(pairwise(self.units.starts)):
            parts.append(self._contained(place, text, kinds, None if among is None else among[start:end]))
        found = np.concatenate(parts)
        return found if among is None else found & among

    def _contained(self, place: int, text: str, kinds: Kinds | None, among: Mask | None) -> Mask:
        """The same in one segment; with ``among`` other units may be left out."""
        if among is not None and not among.any():
            return np.zeros(len(among), bool)
        segment = self.snapshot.segments[place]
        asked = text, self.scope, kinds
        mask = segment.known_mask(asked)
        if mask is not None:
            return mask
        if len(text) == 1:  # which documents have a character is written down
            return segment.know_mask(asked, segment.literal.contains(text, self.scope, kinds))
        standing = self._places(place, text, kinds, among)
        mask = standing.mask(self.units.starts[place + 1] - self.units.starts[place])
        return segment.know_mask(asked, mask) if standing.complete else mask

    def _whole(self, text: str, kinds: Kinds | None, among: Mask | None) -> Mask:
        """Units in which the text stands as whole words; with ``among`` says nothing of others."""
        parts = [np.zeros(0, bool)]
        for place, (start, end) in enumerate(pairwise(self.units.starts)):
            parts.append(self._whole_in(place, text, kinds, None if among is None else among[start:end]))
        return np.concatenate(parts)

    def _whole_in(self, place: int, text: str, kinds: Kinds | None, among: Mask | None) -> Mask:
        if among is not None and not among.any():
            return np.zeros(len(among), bool)  # most small segments hold none of the best hits
        segment = self.snapshot.segments[place]
        asked = text, self.scope, kinds, "whole"
        mask = segment.known_mask(asked)
        if mask is not None:
            return mask
        length = len(text.encode("utf-16-le", "surrogatepass")) // 2
        standing = self._places(place, text, kinds, among)
        if among is not None and 4 * np.count_nonzero(among) < len(among):
            return segment.literal.has_whole(standing.within(among), length, self.scope)
        mask = segment.literal.has_whole(standing, length, self.scope)
        return segment.know_mask(asked, mask) if standing.complete else mask

    def _places(self, place: int, text: str, kinds: Kinds | None, among: Mask | None = None) -> Standing:
        """Where the text stands in a segment; with ``among`` (its units) at least in those of them."""
        key = text, kinds, place
        standing = self._standing.get(key)
        if standing is None:
            few = None if among is None else np.flatnonzero(among)
            standing = self.snapshot.segments[place].literal.standing(text, self.scope, kinds, few)
            if standing.complete and len(self._standing) < _MOST_STANDING:
                self._standing[key] = standing
        return standing

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
    """Documents that may lie between the days: an article of known year only is kept when the year
    and the range meet, because leaving it out would hide what was asked for. Undated ones are out."""
    mask = snapshot.first_day > 0
    if first is not None:
        mask &= snapshot.last_day >= first
    if last is not None:
        mask &= snapshot.first_day <= last
    return mask


def _begins_word(segment: OpenSegment, text: str, scope: Scope, kinds: Kinds | None) -> Mask:
    """Units with a word, as jieba cuts the text, that begins with ``text``."""
    literal = segment.literal
    wanted = kinds if kinds is not None else SCOPE_KINDS[scope]
    places = literal.positions(text, wanted)
    begins = literal.is_whole(places, 0)
    for step in range(1, len(text.encode("utf-16-le", "surrogatepass")) // 2):
        begins &= ~literal.is_whole(places + np.uint32(step), 0)
    blocks = literal.block_start.searchsorted(places[begins], side="right") - 1
    units = literal.unit_of_block(scope)[blocks]
    mask = np.zeros(len(literal.unit_table(scope).document), bool)
    mask[units[units >= 0]] = True
    return mask

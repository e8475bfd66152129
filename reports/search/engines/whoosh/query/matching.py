"""Evaluates a tree: which units of the scope match, as masks. Containment is exact (literal index)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from itertools import pairwise
from math import inf

import numpy as np

from reports.search.contract.conditions import (
    ArticleIds,
    Condition,
    DateRange,
    FacetPrefix,
    FacetValues,
    YearRange,
)
from reports.search.contract.kinds import FIELD_KINDS, INSIDE_FIELDS, SCOPE_KINDS, Kinds
from reports.search.engines.whoosh.directory.arrays import Mask
from reports.search.engines.whoosh.literal import LiteralSegment
from reports.search.engines.whoosh.literal.prepared import utf16_length
from reports.search.engines.whoosh.literal.units import UnitOccurrences
from reports.search.engines.whoosh.reader.snapshot import Snapshot
from reports.search.request import Scope
from reports.search.syntax.tree import (
    And,
    Every,
    Exact,
    Field,
    FieldName,
    Leaf,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)

# Occurrences that one search keeps in memory: of more words than people type, but a limit for generated
# queries.
_MAX_OCCURRENCES_CACHED = 32
# To examine these for a part of the units takes as long as to examine all of them, which can be cached.
_FEW_OCCURRENCES = 1_000


class Matcher:
    """One search on one snapshot. The plain mask and the mask of whole words share what was looked up."""

    def __init__(self, snapshot: Snapshot, scope: Scope) -> None:
        self.snapshot = snapshot
        self.scope = scope
        self.units = snapshot.units(scope)
        self._leaf_masks: dict[tuple[Leaf, Kinds | None], Mask] = {}
        self._occurrences: dict[tuple[str, Kinds | None, int], UnitOccurrences] = {}
        self._article_matcher: Matcher | None = None

    def mask(self, tree: Condition) -> Mask:
        """Which units of the scope match, including deleted documents."""
        return self._mask(tree, None, None)

    def whole_words(self, tree: Condition, among: Mask) -> Mask:
        """Which units of ``among`` match if every bare word must occur as one or several whole words, as
        jieba cuts them; undefined for other units. Negated parts keep their plain meaning, so this is a
        subset of the plain mask."""
        return self._mask(tree, None, among)

    def _mask(self, tree: Condition, kinds: Kinds | None, whole: Mask | None) -> Mask:
        """``whole`` None: the plain mask; otherwise the mask of whole words among these units."""
        match tree:
            case And(children):
                return self._all(children, kinds, whole)
            case Or(children):
                mask = np.zeros(len(self.units), bool)
                for child in children:
                    mask |= self._mask(child, kinds, whole)
                return mask
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
        for index, child in enumerate(sorted(children, key=self._max_occurrences)):
            if index and whole is None and isinstance(child, Word | Phrase) and child.text:
                # The rarest string came first: look for the others only in the remaining units.
                mask &= self._contains(child.text, kinds, mask)
            else:
                mask &= self._mask(child, kinds, whole if whole is None else whole & mask)
        return mask

    def _max_occurrences(self, condition: Condition) -> float:
        """An upper bound of the occurrences of a string in the largest segment; infinite for other
        conditions.

        It decides only the order of the lookups.
        """
        if isinstance(condition, Word | Phrase) and condition.text and self.snapshot.segments:
            largest = max(self.snapshot.segments, key=lambda segment: segment.count)
            return largest.literal.index.max_occurrences(condition.text)
        return inf

    def _in_field(self, name: FieldName, child: Condition, whole: Mask | None) -> Mask:
        if name in INSIDE_FIELDS[self.scope]:
            return self._mask(child, FIELD_KINDS[name], whole)
        if self._article_matcher is None:
            self._article_matcher = Matcher(self.snapshot, Scope.ARTICLE)
        among = None
        if whole is not None:
            among = np.zeros(self.snapshot.count, bool)
            among[self.units.document[whole]] = True
        return self._article_matcher._mask(child, FIELD_KINDS[name], among)[self.units.document]

    def _leaf(self, leaf: Leaf, kinds: Kinds | None, whole: Mask | None) -> Mask:
        if isinstance(leaf, Word) and leaf.text and whole is not None:
            return self._whole(leaf.text, kinds, whole)
        mask = self._leaf_masks.get((leaf, kinds))
        if mask is None:
            mask = self._leaf_masks[leaf, kinds] = self._leaf_mask(leaf, kinds)
        return mask

    def _leaf_mask(self, leaf: Leaf, kinds: Kinds | None) -> Mask:
        match leaf:
            case Word(text) | Phrase(text) | Exact(text) | Prefix(text) if not text:
                return np.ones(len(self.units), bool)
            case Word(text) | Phrase(text):
                return self._contains(text, kinds)
            case Exact(text):
                return self._whole(text, kinds, None)
            case Near(texts, distance):
                present = [text for text in texts if text]
                return self._per_segment(
                    lambda index, _: self._literal(index).near(present, distance, self.scope, kinds)
                )
            case Prefix(text):
                return self._per_segment(lambda index, _: self._begins_word(index, text, kinds))

    def _cached(
        self, key: Hashable, evaluate: Callable[[int, Mask | None], Mask], among: Mask | None
    ) -> Mask:
        """The masks of all segments, kept for the commit once every segment has its whole mask in its cache.

        What was found may lack units outside of ``among``, so only masks from the caches are kept.
        """
        segments = self.snapshot.segments
        joined = self.snapshot.joined_masks.peek(key) if len(segments) > 1 else None
        if joined is not None:
            return joined

        def look_up(index: int, among: Mask | None) -> Mask:
            mask = segments[index].cached_mask(key)
            return evaluate(index, among) if mask is None else mask

        found = self._per_segment(look_up, among)
        whole = [mask for segment in segments if (mask := segment.cached_mask(key)) is not None]
        if len(segments) < 2 or len(whole) < len(segments):
            return found
        joined = np.concatenate(whole)
        joined.flags.writeable = False
        return self.snapshot.joined_masks.put(key, joined)

    def _per_segment(self, evaluate: Callable[[int, Mask | None], Mask], among: Mask | None = None) -> Mask:
        """The masks of all segments. ``evaluate`` gets the index of a segment and its part of ``among``; it
        is not called where this part is empty, as in most small segments."""
        parts = [np.zeros(0, bool)]
        for index, (start, end) in enumerate(pairwise(self.units.starts)):
            of_segment = None if among is None else among[start:end]
            is_empty = of_segment is not None and not of_segment.any()
            parts.append(np.zeros(end - start, bool) if is_empty else evaluate(index, of_segment))
        return np.concatenate(parts)

    def _contains(self, text: str, kinds: Kinds | None, among: Mask | None = None) -> Mask:
        """Units that contain ``text``. With ``among``, other units may be left out."""
        key = text, self.scope, kinds

        def evaluate(index: int, among: Mask | None) -> Mask:
            segment = self.snapshot.segments[index]
            if len(text) == 1:  # the index has a list of documents for each character
                return segment.cache_mask(key, segment.literal.contains(text, self.scope, kinds))
            occurrences = self._occurrences_in(index, text, kinds, among)
            mask = occurrences.mask(segment.literal.unit_count(self.scope))
            return segment.cache_mask(key, mask) if occurrences.is_complete else mask

        return self._cached(key, evaluate, among)

    def _whole(self, text: str, kinds: Kinds | None, among: Mask | None) -> Mask:
        """Units in which ``text`` occurs as whole words. With ``among``, undefined for other units."""
        key = text, self.scope, kinds, "whole"

        def evaluate(index: int, among: Mask | None) -> Mask:
            segment = self.snapshot.segments[index]
            occurrences = self._occurrences_in(index, text, kinds, among)
            is_long = len(occurrences.positions) > _FEW_OCCURRENCES
            if among is not None and is_long and 4 * np.count_nonzero(among) < len(among):
                return segment.literal.has_whole(occurrences.within(among), utf16_length(text), self.scope)
            mask = segment.literal.has_whole(occurrences, utf16_length(text), self.scope)
            return segment.cache_mask(key, mask) if occurrences.is_complete else mask

        return self._cached(key, evaluate, among)

    def _occurrences_in(
        self, index: int, text: str, kinds: Kinds | None, among: Mask | None
    ) -> UnitOccurrences:
        """Where ``text`` occurs in a segment. With ``among`` (its units), other units may be left out."""
        key = text, kinds, index
        occurrences = self._occurrences.get(key)
        if occurrences is None:
            units = None if among is None else np.flatnonzero(among)
            occurrences = self._literal(index).occurrences(text, self.scope, kinds, units)
            if occurrences.is_complete and len(self._occurrences) < _MAX_OCCURRENCES_CACHED:
                self._occurrences[key] = occurrences
        return occurrences

    def _literal(self, index: int) -> LiteralSegment:
        return self.snapshot.segments[index].literal

    def _begins_word(self, index: int, text: str, kinds: Kinds | None) -> Mask:
        """Units of a segment with a word, as jieba cuts the text, that begins with ``text``."""
        literal = self._literal(index)
        positions = literal.positions(text, kinds if kinds is not None else SCOPE_KINDS[self.scope])
        begins = literal.blocks.is_whole(positions, 0)
        for offset in range(1, utf16_length(text)):
            begins &= ~literal.blocks.is_whole(positions + np.uint32(offset), 0)
        blocks = literal.blocks.start.searchsorted(positions[begins], side="right") - 1
        units = literal.unit_of_block(self.scope)[blocks]
        mask = np.zeros(literal.unit_count(self.scope), bool)
        mask[units[units >= 0]] = True
        return mask

    def _documents(self, condition: Condition) -> Mask:
        snapshot = self.snapshot
        match condition:
            case FacetValues(facet, values):
                return documents_with(snapshot, facet, values)
            case FacetPrefix(facet, prefix):
                begin = [value for value in snapshot.facets[facet].values if value.startswith(prefix)]
                return documents_with(snapshot, facet, begin)
            case DateRange():
                return documents_dated(snapshot, condition)
            case YearRange(first, last):
                years = [year for year in snapshot.facets["year"].values if year.isdigit()]
                within = [year for year in years if first <= int(year) <= last]
                return documents_with(snapshot, "year", within)
            case ArticleIds(ids):
                return np.isin(snapshot.ids, np.array(ids, np.int64))
        raise TypeError(f"{condition!r} is not a condition")


def documents_with(snapshot: Snapshot, facet: str, values: Collection[str]) -> Mask:
    """Documents with any of the values. Unknown values match nothing."""
    table = snapshot.facets[facet]
    selected = np.zeros(len(table.values), bool)
    selected[[table.index[value] for value in values if value in table.index]] = True
    mask = np.zeros(snapshot.count, bool)
    mask[table.document[selected[table.ordinal]]] = True
    return mask


def documents_dated(snapshot: Snapshot, days: DateRange) -> Mask:
    """Documents that may be of these days. If only the year of an article is known, it matches where the year
    and the range overlap: without it, articles that the reader asked for would be missing. Undated ones do
    not match.
    """
    mask = snapshot.first_day > 0
    if days.first is not None:
        mask &= snapshot.last_day >= days.first.toordinal()
    if days.last is not None:
        mask &= snapshot.first_day <= days.last.toordinal()
    return mask

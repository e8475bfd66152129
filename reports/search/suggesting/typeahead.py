"""Typeahead: what a reader may be about to type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from reports.language.normalise import fold
from reports.search import service
from reports.search.syntax import parse, write
from reports.search.syntax.tree import Phrase, Word

from .keys import LONGEST_TYPED, key_of
from .table import KINDS, Entry, SuggestionKind, SuggestionTable, current_table

MOST = 10
_OF_A_KIND = 4
"""So many of one kind come first, so that none fills the list while others match as well."""
_LOOKED_AT = 60
_INSIDE_BY_SOUND = 3
_SYNTAX = frozenset('"“”「」『』‘’＂()（）=＝*＊:：~～-－')


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``text`` goes into the search box; ``count`` is the number of articles that searching for it finds."""

    text: str
    kind: str
    label: str
    count: int

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "kind": self.kind, "label": self.label, "count": self.count}


def suggest(typed: str) -> tuple[Suggestion, ...]:
    """At most ten, each of which finds something. Raises IndexDamaged.

    All that was typed is looked up; where that gives nothing, its last term alone, for a reader who
    has begun the next word.
    """
    key = key_of(typed)
    if not key or len(typed) > 4 * LONGEST_TYPED:
        return ()
    table = current_table(service.engine())
    found = tuple(_counted(table, "", _matching(table, key), typed))
    head, _, last = typed.rstrip().rpartition(" ")
    if found or not head or not key_of(last) or _SYNTAX & set(last):
        return found
    return tuple(_counted(table, f"{head.strip()} ", _matching(table, key_of(last), in_query=True), typed))


def _matching(table: SuggestionTable, key: str, in_query: bool = False) -> Iterator[Entry]:
    """Entries in the order they are offered: beginnings first, characters before sounds, then a few of
    each kind before more of one, headlines last, and what stands in more articles first."""
    found = table.keys.find(key)
    is_headline = table.kind[found.keys] == KINDS.index(SuggestionKind.HEADLINE)
    # A few initials stand somewhere in many a headline.
    wanted = ~is_headline | ((found.rank != _INSIDE_BY_SOUND) & (not in_query))
    keys, rank, is_headline = found.keys[wanted], found.rank[wanted], is_headline[wanted]
    # By rank and kind first, so that each is known by its place among those of its rank and kind.
    order = np.lexsort((keys, -table.weight[keys], table.kind[keys], rank))
    within = (rank * len(KINDS) + table.kind[keys])[order]
    later = np.empty(len(keys), bool)
    later[order] = np.arange(len(keys)) - np.searchsorted(within, within) >= _OF_A_KIND
    best = np.lexsort((keys, -table.weight[keys], is_headline, later, rank))[:_LOOKED_AT]
    return (table.entries[place] for place in keys[best].tolist())


def _counted(table: SuggestionTable, head: str, entries: Iterator[Entry], typed: str) -> Iterator[Suggestion]:
    counter = service.HitCounter()
    offered = {fold(typed)}
    number = 0
    for entry in entries:
        text = head + as_query(entry)
        if fold(text) in offered:
            continue
        offered.add(fold(text))
        if count := table.count(text, counter):
            yield Suggestion(text, entry.kind.value, entry.label, count)
            number += 1
            if number == MOST:
                return


def as_query(entry: Entry) -> str:
    """The entry's text, in quotes where the query language would read it otherwise."""
    if entry.kind is SuggestionKind.DISTRICT:
        return entry.text
    text = fold(entry.text)
    if parse(entry.text).tree == Word(text):
        return entry.text
    quoted = f"“{entry.text}”"
    return quoted if parse(quoted).tree == Phrase(text) else write(Phrase(text))

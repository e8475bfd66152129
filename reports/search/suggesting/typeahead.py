"""Typeahead: the entries of the suggestion table that a reader may be about to type."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reports.language.normalise import fold
from reports.search.syntax import parse, write
from reports.search.syntax.tree import Phrase, Word

from .table import KINDS, Entry, SuggestionKind, SuggestionTable

_FIRST_OF_KIND = 4
"""This number of each kind comes first, so that no kind fills the list if others match, too."""
_MAX_ENTRIES = 60
_INSIDE_BY_SOUND = 3


def matching_entries(table: SuggestionTable, key: str, in_query: bool = False) -> Iterator[Entry]:
    """Entries in the order they are offered: beginnings first, characters before sounds, then a few of
    each kind before more of one, headlines last, and entries of more articles first."""
    match = table.keys.find(key)
    is_headline = table.kind[match.keys] == KINDS.index(SuggestionKind.HEADLINE)
    # A few initials occur somewhere in many headlines.
    is_offered = ~is_headline | ((match.rank != _INSIDE_BY_SOUND) & (not in_query))
    keys, rank, is_headline = match.keys[is_offered], match.rank[is_offered], is_headline[is_offered]
    # By rank and kind first, so that each entry has a position among those of its rank and kind.
    order = np.lexsort((keys, -table.weight[keys], table.kind[keys], rank))
    within = (rank * len(KINDS) + table.kind[keys])[order]
    later = np.empty(len(keys), bool)
    later[order] = np.arange(len(keys)) - np.searchsorted(within, within) >= _FIRST_OF_KIND
    best = np.lexsort((keys, -table.weight[keys], is_headline, later, rank))[:_MAX_ENTRIES]
    return (table.entries[index] for index in keys[best].tolist())


def as_query(entry: Entry) -> str:
    """The entry's text, in quotes if the query language would not read it as one word."""
    if entry.kind is SuggestionKind.DISTRICT:
        return entry.text
    text = fold(entry.text)
    if parse(entry.text).tree == Word(text):
        return entry.text
    quoted = f"“{entry.text}”"
    return quoted if parse(quoted).tree == Phrase(text) else write(Phrase(text))

"""Suggestions while a reader types: entries of the suggestion table, each with its number of hits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports.language.normalise import fold
from reports.search import connection
from reports.search.request import SearchRequest
from reports.search.suggesting.keys import MAX_TYPED, key_of
from reports.search.suggesting.table import Entry, SuggestionTable, wait_for_table
from reports.search.suggesting.typeahead import as_query, matching_entries
from reports.search.syntax.tokens import SIGNS

from .searcher import ask
from .synonyms import current_expansions

MAX_SUGGESTIONS = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``text`` goes into the search box; ``count`` is the number of articles that searching for it finds."""

    text: str
    kind: str
    label: str
    count: int

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "kind": self.kind, "label": self.label, "count": self.count}


class HitCounter:
    """Counts the articles that the literal form of a query finds; made once for many queries.

    ``expansions`` are the synonyms it counts with, ``version`` is the commit.
    """

    def __init__(self) -> None:
        self.expansions = current_expansions()
        self.version = connection.engine().version()

    def __call__(self, query: str) -> int:
        searcher = ask(SearchRequest(q=query), self.expansions)
        return searcher.count(searcher.question.tree)


def suggest(typed: str) -> tuple[Suggestion, ...]:
    """At most ten queries, each with hits. Raises IndexDamaged.

    The whole text is looked up; if that finds nothing, its last term, for a reader who has begun the next
    word.
    """
    key = key_of(typed)
    if not key or len(typed) > 4 * MAX_TYPED:
        return ()
    table = wait_for_table(connection.engine())
    whole = tuple(_counted(table, "", matching_entries(table, key), typed))
    head, _, last = typed.rstrip().rpartition(" ")
    if whole or not head or not key_of(last) or SIGNS & set(last):
        return whole
    entries = matching_entries(table, key_of(last), in_query=True)
    return tuple(_counted(table, f"{head.strip()} ", entries, typed))


def _counted(table: SuggestionTable, head: str, entries: Iterator[Entry], typed: str) -> Iterator[Suggestion]:
    counter = HitCounter()
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
            if number == MAX_SUGGESTIONS:
                return

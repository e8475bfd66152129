"""Pinyin and initials that were sent as a query: the entries that typeahead offers for them, with hits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from reports.language.normalise import fold
from reports.search.page import Relaxation
from reports.search.suggesting.keys import MAX_TYPED, key_of
from reports.search.suggesting.table import SuggestionTable, wait_for_table
from reports.search.suggesting.typeahead import as_query, matching_entries
from reports.search.syntax import parse

from .searcher import Searcher

MAX_COMPLETIONS = 5
_MAX_TRIED = 20
_has_letters = re.compile("[a-z]").search


def complete(searcher: Searcher) -> tuple[Relaxation, ...]:
    """For a query without hits that is only words, some of them in Latin letters: what it may stand for.

    The whole text is looked up first, blanks left out: ``hong se wu ye``. If that gives nothing, each word in
    letters stands for the first entry that has hits. Where the refinements leave no hits, they are dropped.
    """
    question = searcher.question
    typed = fold(question.request.q)
    if not question.parsed.is_plain or not _has_letters(typed) or len(typed) > 4 * MAX_TYPED:
        return ()
    table = wait_for_table(searcher.engine)
    whole = tuple(islice(_with_hits(searcher, _queries(table, typed)), MAX_COMPLETIONS))
    words = question.parsed.words
    if whole or len(words) < 2:
        return whole
    spelled = [_first_spelling(searcher, table, word) if _has_letters(word) else word for word in words]
    return tuple(_with_hits(searcher, [" ".join(spelled)]))


def _queries(table: SuggestionTable, typed: str) -> list[str]:
    entries = islice(matching_entries(table, key_of(typed)), _MAX_TRIED)
    return [text for entry in entries if fold(text := as_query(entry)) != typed]


def _first_spelling(searcher: Searcher, table: SuggestionTable, word: str) -> str:
    spellings = (query for query in _queries(table, word) if searcher.count_unrefined(parse(query).tree))
    return next(spellings, word)


def _with_hits(searcher: Searcher, queries: list[str]) -> Iterator[Relaxation]:
    request = searcher.question.request
    for query in dict.fromkeys(queries):
        tree = parse(query).tree
        completed = request.with_query(query)
        total = searcher.count(tree)
        if not total and request.is_refined:
            completed, total = completed.unrefined(), searcher.count_unrefined(tree)
        if total:
            yield Relaxation(query, completed, total)

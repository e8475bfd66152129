"""``年份:2020`` in a query: it becomes the refinement by year.

A year is no text of an article, so it is no field of the query language. The terms are taken out of the query
where they stand beside its other terms; inside brackets, or with an operator, they have no meaning as a
refinement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from reports.language.normalise import fold
from reports.language.variants import simplify
from reports.search import labels
from reports.search.request import UNDATED, SearchRequest
from reports.search.syntax import parse
from reports.search.syntax.tokens import MINUS, clean
from reports.search.syntax.tree import And, Word

_TERM = re.compile(
    r"(?<![^\s(（])[-－]?(?:年份|year)[:：]\s*([(（][^()（）]*[)）]|[^\s()（）]+)(?![^\s)）])", re.IGNORECASE
)
_YEARS = re.compile(r"(\d{4})年?(?:(?:[-–—~～]|至|到)(\d{4})年?)?")
_BETWEEN_YEARS = re.compile(r"(?:\s|or|或|[,，、|/()（）])+")
_PLACEHOLDERS = [chr(0xE000 + number) for number in range(20)]
_MAX_SPAN = 100


def take_year_terms(request: SearchRequest) -> SearchRequest:
    """The request with the year terms of its query as refinement; they replace the years selected before.

    ``-年份:2020`` excludes the year.
    """
    terms = list(_TERM.finditer(simplify(clean(request.q))))[: len(_PLACEHOLDERS)]
    if not terms:
        return request
    if not _are_separate(request.q, terms):
        return replace(request, notices=(*request.notices, labels.YEAR_TERM_INSIDE))
    years: dict[bool, dict[str, None]] = {False: {}, True: {}}
    notices = list(request.notices)
    for term in terms:
        found = _years(fold(term[1]))
        if not found:
            notices.append(labels.unreadable(labels.FACETS["year"], request.q[term.start(1) : term.end(1)]))
        years[term[0][0] in MINUS].update(dict.fromkeys(found))
    rest = " ".join(_replaced(request.q, terms, [""] * len(terms)).split())
    taken = request.with_query(rest)
    if years[False]:
        taken = taken.with_refinement("year", years[False])
    if years[True]:
        taken = replace(taken, excluded={**taken.excluded, "year": tuple(years[True])})
    return replace(taken, page=request.page, notices=tuple(notices))


def _are_separate(query: str, terms: list[re.Match[str]]) -> bool:
    """Whether every term stands beside the others: all must match."""
    tree = parse(_replaced(query, terms, _PLACEHOLDERS)).tree
    beside = set(tree.children) if isinstance(tree, And) else {tree}
    return all(Word(placeholder) in beside for placeholder in _PLACEHOLDERS[: len(terms)])


def _replaced(query: str, terms: list[re.Match[str]], replacements: list[str]) -> str:
    parts, done = [], 0
    for term, replacement in zip(terms, replacements, strict=False):
        parts += [query[done : term.start()], replacement]
        done = term.end()
    return "".join([*parts, query[done:]])


def _years(value: str) -> list[str]:
    """The years of a value; none if any part of it cannot be read."""
    years: list[str] = []
    for part in filter(None, _BETWEEN_YEARS.split(value)):
        if part in {UNDATED, "未注明"}:
            years.append(UNDATED)
        elif match := _YEARS.fullmatch(part):
            years += _span(int(match[1]), int(match[2] or match[1]))
        else:
            return []
    return years


def _span(first: int, last: int) -> Iterator[str]:
    first, last = min(first, last), max(first, last)
    return (str(year) for year in range(first, min(last, first + _MAX_SPAN) + 1))

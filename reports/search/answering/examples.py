"""Example queries for the front page: made of what the archive holds, each with hits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from reports.language.normalise import fold
from reports.search import connection
from reports.search.page import ResultPage
from reports.search.syntax import parse, write
from reports.search.syntax.tree import Field, FieldName, Node, Or, Phrase, Word, all_of

from .searcher import Searcher, ask

_TRIED = 4
_made: dict[tuple[str, str], tuple[str, ...]] = {}


def example_queries(newest: ResultPage) -> tuple[str, ...]:
    """At most four, one for each way to write a query; none for an empty archive.

    ``newest``: the newest articles of the whole archive. The examples are kept until the index changes.
    """
    key = connection.engine().place, newest.index_version
    if key not in _made:
        examples = _queries(newest)
        _made.clear()
        _made[key] = examples
    return _made[key]


def _queries(newest: ResultPage) -> tuple[str, ...]:
    searcher = ask(newest.request)
    initiatives = _names(newest, "initiative")
    districts = [hit.district.name for hit in newest.hits if hit.district]
    headlines = [hit.headline for hit in newest.hits]
    kinds = (
        (all_of((Word(fold(district)), Word(name))) for district in districts for name in initiatives),
        (Phrase(name) for name in [*initiatives[1:], *initiatives]),
        (Field(FieldName.HEADLINE, Word(word)) for word in _words(searcher, headlines)),
        (Or((Word(one), Word(other))) for one, other in pairwise(initiatives)),
    )
    found = (_first_with_hits(searcher, trees) for trees in kinds)
    return tuple(query for query in found if query)


def _first_with_hits(searcher: Searcher, trees: Iterator[Node | None]) -> str:
    for tree in trees:
        if tree is not None and searcher.count(tree):
            query = f"“{tree.text}”" if isinstance(tree, Phrase) else write(tree)
            if parse(query).tree == tree:
                return query
    return ""


def _names(newest: ResultPage, facet: str) -> list[str]:
    """The most frequent names first."""
    values = sorted(newest.facets.get(facet, ()), key=lambda value: -value.count)
    return [fold(value.label) for value in values[:_TRIED]]


def _words(searcher: Searcher, headlines: list[str]) -> list[str]:
    """Words of the headlines, the longest first: they say most."""
    cut = searcher.question.segmenter.cut
    words = dict.fromkeys(word for headline in headlines for word in cut(fold(headline)) if word.isalpha())
    return sorted((word for word in words if len(word) > 1), key=lambda word: -len(word))[:_TRIED]

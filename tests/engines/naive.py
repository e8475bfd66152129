"""The slow obvious engine: ``in`` over every block of every article. The oracle of the fast one."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.language.normalise import fold
from reports.language.segment import default_segmenter, word_boundaries
from reports.search.contract.conditions import (
    ArticleIds,
    Condition,
    DateRange,
    FacetPrefix,
    FacetValues,
    YearRange,
)
from reports.search.contract.kinds import FIELD_KINDS
from reports.search.contract.values import EngineQuery, IndexedArticle, IndexedBlock, SortKey
from reports.search.request import INDEXED_FACETS, Scope
from reports.search.syntax.tree import (
    And,
    Every,
    Exact,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)

Unit = tuple[int, int]  # article id, number

# What a search without a field looks into.
UNIT_KINDS = {
    Scope.ARTICLE: frozenset(
        {"kicker", "headline", "deck", "byline", "lead", "heading", "body", "caption", "credit", "pull_quote"}
    ),
    Scope.SECTION: frozenset({"heading", "body"}),
    Scope.FIGURE: frozenset({"caption", "credit"}),
}


@dataclass(frozen=True)
class NaiveResult:
    total: int
    units: frozenset[Unit]
    order: tuple[Unit, ...]  # meaningful for orders without relevance
    facets: Mapping[str, Mapping[str, int]]


class NaiveEngine:
    def __init__(self, articles: Iterable[IndexedArticle]) -> None:
        self.articles = {article.id: article for article in articles}

    def find(self, search: EngineQuery) -> NaiveResult:
        open_units = [
            unit
            for unit, blocks in self.units(search.scope)
            if self.matches(search.tree, unit, blocks, search.scope, None) and self.dated(unit[0], search)
        ]
        hits = [unit for unit in open_units if self.chosen(unit[0], search.refinements)]
        return NaiveResult(
            len(hits),
            frozenset(hits),
            tuple(self.ordered(hits, search.order)),
            self.counts(open_units, search),
        )

    def units(self, scope: Scope) -> Iterator[tuple[Unit, list[IndexedBlock]]]:
        for article in self.articles.values():
            if scope is Scope.ARTICLE:
                yield (article.id, -1), list(article.blocks)
                continue
            own = scope.value
            numbers = {getattr(block, own) for block in article.blocks if block.kind in UNIT_KINDS[scope]}
            for number in sorted(numbers):
                if number >= 1:
                    yield (article.id, number), [b for b in article.blocks if getattr(b, own) == number]

    def matches(
        self,
        tree: Condition,
        unit: Unit,
        blocks: Sequence[IndexedBlock],
        scope: Scope,
        kinds: frozenset[str] | None,
    ) -> bool:
        match tree:
            case And(children):
                return all(self.matches(child, unit, blocks, scope, kinds) for child in children)
            case Or(children):
                return any(self.matches(child, unit, blocks, scope, kinds) for child in children)
            case Not(child):
                return not self.matches(child, unit, blocks, scope, kinds)
            case Every():
                return True
            case FacetValues(facet, values):
                return bool(set(values) & set(self.articles[unit[0]].facets.get(facet, ())))
            case FacetPrefix(facet, prefix):
                return any(value.startswith(prefix) for value in self.articles[unit[0]].facets.get(facet, ()))
            case DateRange(first, last):
                return self.between(unit[0], first, last)
            case YearRange(first, last):
                return first <= (self.articles[unit[0]].year or -1) <= last
            case ArticleIds(ids):
                return unit[0] in ids
            case Field(name, child):
                if not _is_inside(name, scope):
                    blocks = self.articles[unit[0]].blocks
                return self.matches(child, unit, blocks, scope, FIELD_KINDS[name])
            case _:
                wanted = kinds if kinds is not None else UNIT_KINDS[scope]
                texts = [fold(block.text) for block in blocks if block.kind in wanted]
                return any(_stands(tree, text) for text in texts)

    def chosen(self, article_id: int, refinements: Mapping[str, tuple[str, ...]], without: str = "") -> bool:
        facets = self.articles[article_id].facets
        return all(
            facet == without or not values or set(values) & set(facets.get(facet, ()))
            for facet, values in refinements.items()
        )

    def dated(self, article_id: int, search: EngineQuery) -> bool:
        if search.date_from is None and search.date_to is None:
            return True
        return self.between(article_id, search.date_from, search.date_to)

    def between(self, article_id: int, start: datetime.date | None, end: datetime.date | None) -> bool:
        article = self.articles[article_id]
        first = last = article.published_on
        if first is None and article.year is not None:
            first, last = datetime.date(article.year, 1, 1), datetime.date(article.year, 12, 31)
        if first is None or last is None:
            return False
        return (start is None or last >= start) and (end is None or first <= end)

    def counts(self, open_units: Sequence[Unit], search: EngineQuery) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for facet in INDEXED_FACETS:
            counts = found[facet] = dict.fromkeys(search.refinements.get(facet, ()), 0)
            for article_id, _ in open_units:
                if self.chosen(article_id, search.refinements, without=facet):
                    for value in set(self.articles[article_id].facets.get(facet, ())):
                        counts[value] = counts.get(value, 0) + 1
        return found

    def ordered(self, hits: Sequence[Unit], order: Sequence[SortKey]) -> list[Unit]:
        """By the last key first: a stable sort leaves equal ones in the order of the others."""
        ordered = sorted(hits, key=lambda unit: (self._newest(self.articles[unit[0]]), -unit[0], unit[1]))
        for key in reversed(order):
            ordered = self._by(key, ordered)
        return ordered

    def _by(self, key: SortKey, units: list[Unit]) -> list[Unit]:
        match key:
            case SortKey.NEWEST:
                return sorted(units, key=lambda unit: self._newest(self.articles[unit[0]]))
            case SortKey.OLDEST:
                return sorted(units, key=lambda unit: self._oldest(self.articles[unit[0]]))
            case SortKey.ID:
                return sorted(units, key=lambda unit: unit[0])
            case SortKey.ID_DESCENDING:
                return sorted(units, key=lambda unit: -unit[0])
            case SortKey.DISTRICT | SortKey.DISTRICT_DESCENDING:
                named = [unit for unit in units if self._district(unit)]
                named.sort(key=self._district, reverse=key is SortKey.DISTRICT_DESCENDING)
                return [*named, *(unit for unit in units if not self._district(unit))]
        return units

    def _district(self, unit: Unit) -> str:
        return self.articles[unit[0]].district_order

    @staticmethod
    def _newest(article: IndexedArticle) -> tuple[object, ...]:
        if article.year is None and article.published_on is None:
            return (1,)
        if article.published_on is None:
            return (0, -(article.year or 0), 1, 0)
        return (0, -article.published_on.year, 0, -article.published_on.toordinal())

    @staticmethod
    def _oldest(article: IndexedArticle) -> tuple[object, ...]:
        if article.year is None and article.published_on is None:
            return (1,)
        if article.published_on is None:
            return (0, article.year, 1, 0)
        return (0, article.published_on.year, 0, article.published_on.toordinal())


def _is_inside(name: FieldName, scope: Scope) -> bool:
    if scope is Scope.SECTION:
        return name is FieldName.HEADING
    return scope is Scope.ARTICLE or name is FieldName.FIGURE


def _stands(leaf: Node, text: str) -> bool:
    match leaf:
        case Word(wanted) | Phrase(wanted):
            return wanted in text
        case Exact(wanted):
            return wanted in text and is_whole_word(wanted, text)
        case Prefix(wanted):
            return wanted in text and any(word.startswith(wanted) for word in words(text))
        case Near(texts, distance):
            return near(texts, distance, text)
    raise TypeError(leaf)


def words(text: str) -> list[str]:
    ends = word_boundaries(text, default_segmenter().search_tokens(text))
    return [text[start:end] for start, end in itertools.pairwise(ends)]


def is_whole_word(wanted: str, text: str) -> bool:
    ends = set(word_boundaries(text, default_segmenter().search_tokens(text)))
    return any(start in ends and start + len(wanted) in ends for start in starts(wanted, text))


def starts(wanted: str, text: str) -> list[int]:
    return [start for start in range(len(text) - len(wanted) + 1) if text.startswith(wanted, start)]


def near(texts: Sequence[str], distance: int, text: str) -> bool:
    """Some choice of one place each, none overlapping, such that neighbours are not further apart."""
    places = [starts(wanted, text) for wanted in texts]

    def choose(chosen: list[tuple[int, int]], rest: int) -> bool:
        if rest == len(texts):
            ordered = sorted(chosen)
            return all(0 <= b[0] - a[1] <= distance for a, b in itertools.pairwise(ordered))
        return any(choose([*chosen, (start, start + len(texts[rest]))], rest + 1) for start in places[rest])

    return choose([], 0)

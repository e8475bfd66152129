"""Asks the engine about one question. Each form of the query is expanded and counted once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reports.models import Article
from reports.search import connection
from reports.search.contract.conditions import Condition, FacetValues
from reports.search.contract.engine import Engine
from reports.search.contract.errors import IndexMissing
from reports.search.contract.values import (
    EMPTY_VERSION,
    EngineQuery,
    EngineResult,
    HitPassages,
    SortKey,
    UnitHit,
)
from reports.search.request import NAMED, SearchRequest, Sort, selectable
from reports.search.syntax.tree import And, Node, Not, Word

from .kept import KeptForVersion
from .question import Question, parse_query
from .synonyms import Expansions, current_expansions


def compiled(
    request: SearchRequest, tree: Node, *, start: int = 0, limit: int | None = 0, with_facets: bool = False
) -> EngineQuery:
    """The engine's query for a request and a tree. ``start`` and ``limit`` replace the page of the
    request."""
    return EngineQuery(
        tree=_without_excluded(request, tree),
        scope=request.scope,
        refinements=_by_indexed_facet(request, request.refinements),
        date_from=request.date_from,
        date_to=request.date_to,
        order=(SortKey(request.sort.value),),
        start=start,
        limit=limit,
        with_facets=with_facets,
        question=request.question,
    )


def _by_indexed_facet(
    request: SearchRequest, values: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    return {NAMED if request.named and facet == "district" else facet: v for facet, v in values.items()}


def _without_excluded(request: SearchRequest, tree: Node) -> Condition:
    excluded = _by_indexed_facet(request, request.excluded)
    if not excluded:
        return tree
    # Trees of the query language have no conditions; those of the contract may have them anywhere.
    conditions = [Not(FacetValues(facet, values)) for facet, values in excluded.items()]  # type: ignore[arg-type]
    return And((tree, *conditions))


def _for_readers(request: SearchRequest, result: EngineResult) -> EngineResult:
    """The result with one facet of districts: those that the request counts."""
    facets = dict(result.facets)
    named = facets.pop(NAMED, {})
    return replace(result, facets={**facets, "district": named} if request.named else facets)


_MOST_COUNTED = 2_000
_Counted = dict[tuple[tuple[tuple[str, str], ...], Node], int]
# What corrections and words without hits are counted by comes again: an office asks for the same words.
_counted: KeptForVersion[_Counted] = KeptForVersion(lambda _: {})


@dataclass(frozen=True, slots=True)
class Searcher:
    """``find`` and ``count`` raise the errors of the engine, and IndexMissing if there are published articles
    but no index: “nothing found” would be wrong."""

    question: Question
    engine: Engine
    _totals: dict[Node, int] = field(default_factory=dict)
    _unrefined_totals: dict[Node, int] = field(default_factory=dict)

    def find(
        self, tree: Node, *, start: int = 0, limit: int | None = 0, with_facets: bool = False
    ) -> EngineResult:
        request = self.question.request
        expanded = self.question.expanded(tree)
        result = self._find(request, expanded, start=start, limit=limit, with_facets=with_facets)
        self._totals[tree] = result.total
        return result

    def passages(self, tree: Node, hits: Sequence[UnitHit], per_hit: int) -> list[HitPassages]:
        return self.engine.passages(self.question.expanded(tree), self.question.request.scope, hits, per_hit)

    def count(self, tree: Node) -> int:
        """The number of hits of a form of the query, with the refinements of the request."""
        if tree not in self._totals:
            self._totals[tree] = self.count_for(self.question.request, tree)
        return self._totals[tree]

    def count_unrefined(self, tree: Node) -> int:
        """The number of hits of a form of the query, without refinements."""
        if not self.question.request.is_refined:
            return self.count(tree)
        if tree not in self._unrefined_totals:
            self._unrefined_totals[tree] = self.count_for(self.question.request.unrefined(), tree)
        return self._unrefined_totals[tree]

    def count_for(self, request: SearchRequest, tree: Node) -> int:
        """The number of hits of a form of the query, with the refinements of another request."""
        expanded = self.question.expanded(tree)
        counted = _counted()
        conditions = replace(request, q="", asked="", sort=Sort.NEWEST, page=1, page_size=20)
        key = tuple(conditions.parameters()), expanded
        total = counted.get(key)
        if total is None:
            total = self._find(_unscored(request), expanded).total
            if len(counted) >= _MOST_COUNTED:
                counted.clear()
            counted[key] = total
        return total

    def occurs(self, text: str) -> bool:
        """Whether the normalised text, or a synonym of it, is anywhere in the archive."""
        return self.count_for(SearchRequest(), Word(text)) > 0

    def facet_counts(self, request: SearchRequest) -> Mapping[str, Mapping[str, int]]:
        """Facet -> value -> hits of the query, with the refinements of another request."""
        expanded = self.question.expanded(self.question.tree)
        return selectable(self._find(_unscored(request), expanded, with_facets=True).facets)

    def _find(self, request: SearchRequest, tree: Node, **options: Any) -> EngineResult:
        return find_in(self.engine, request, tree, **options)


def find_in(
    engine: Engine,
    request: SearchRequest,
    tree: Node,
    *,
    start: int = 0,
    limit: int | None = 0,
    with_facets: bool = False,
) -> EngineResult:
    """What a tree, ready for the engine, finds with the refinements of a request."""
    query = compiled(request, tree, start=start, limit=limit, with_facets=with_facets)
    result = _for_readers(request, engine.find(query))
    if result.index_version == EMPTY_VERSION and Article.objects.published().exists():
        raise IndexMissing
    return result


def _unscored(request: SearchRequest) -> SearchRequest:
    return replace(request, sort=Sort.NEWEST)


def ask(request: SearchRequest, expansions: Expansions | None = None) -> Searcher:
    """The request with its query parsed, the engine, and the curators' present synonyms."""
    engine = connection.engine()
    if expansions is None:
        expansions = current_expansions()
    return Searcher(parse_query(request, engine.segmenter(), expansions), engine)

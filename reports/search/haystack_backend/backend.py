"""haystack's backend: its query objects become queries of the contract, for any engine.

The archive's own search uses the same engine, from haystack's connection (``connection.engine``). Nothing
here writes in the background or hides a failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from haystack.backends import BaseEngine, BaseSearchBackend, log_query
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.exceptions import SearchBackendError
from haystack.models import SearchResult

from reports.models import Article
from reports.search import indexing
from reports.search.connection import open_engine
from reports.search.contract.conditions import Condition, FacetValues
from reports.search.contract.engine import Engine
from reports.search.contract.values import EngineQuery, EngineResult, SortKey, UnitHit
from reports.search.request import INDEXED_FACETS, Scope, selectable
from reports.search.syntax.tree import And, Every

from .narrowing import read_narrow
from .query import ArchiveSearchQuery, article_id, leaf
from .results import ArticleResult, Batch, marked

_NOTHING: Mapping[str, Any] = {"results": [], "hits": 0, "facets": {}, "spelling_suggestion": None}
_PASSAGES = 3
_SORT_KEYS = {
    **dict.fromkeys(("published_on", "date", "year"), (SortKey.OLDEST, SortKey.NEWEST)),
    "district": (SortKey.DISTRICT, SortKey.DISTRICT_DESCENDING),
    **dict.fromkeys((ID, DJANGO_ID, "pk"), (SortKey.ID, SortKey.ID_DESCENDING)),
}
"""Field of ``order_by`` -> its key, ascending and descending."""


class ArchiveBackend(BaseSearchBackend):  # type: ignore[misc]
    def __init__(self, connection_alias: str, **connection_options: Any) -> None:
        super().__init__(connection_alias, **connection_options)
        if not connection_options.get("URL"):
            raise ImproperlyConfigured(f"HAYSTACK_CONNECTIONS[{connection_alias!r}] has no URL")
        self.engine: Engine = open_engine(connection_options["URL"])

    # Writing: through ``indexing``, which brings the index up to date with the database

    def update(self, index: Any, iterable: Iterable[Article], commit: bool = True) -> None:
        """Index the published ones of these articles again, and remove the others."""
        indexing.apply_changes(article.pk for article in iterable)

    def remove(self, obj_or_string: Any, commit: bool = True) -> None:
        """Remove an article that is no longer published. A published one stays: the database decides."""
        indexing.apply_changes([article_id(obj_or_string)])

    def clear(self, models: Sequence[type[Any]] | None = None, commit: bool = True) -> None:
        """Refused: with an empty index, searches would not find the published articles."""
        if models is None or Article in models:
            raise SearchBackendError("索引不能清空：它须与资料库一致。要重新建立，请运行 rebuild_index。")

    # Searching

    @log_query  # type: ignore[untyped-decorator]
    def search(self, query_string: Condition, **options: Any) -> dict[str, Any]:
        """``query_string`` is a condition; the name of the argument is haystack's."""
        tree = _condition(query_string)
        models = options.get("models")
        if models and Article not in models:
            return dict(_NOTHING)
        _refuse_unknown(options)
        refinements, restrictions = _narrowed(options.get("narrow_queries") or ())
        tree = And((tree, *restrictions)) if restrictions else tree  # type: ignore[arg-type]
        start, limit = _limits(options)
        facets = list(options.get("facets") or ())
        order = _order(options.get("sort_by") or ())
        query = EngineQuery(tree, Scope.ARTICLE, refinements, None, None, order, start, limit, bool(facets))
        result = self.engine.find(query)
        return {
            "results": self._results(result.hits, options, tree),
            "hits": result.total,
            "facets": _facet_lists(result, facets) if facets else {},
            "spelling_suggestion": None,
        }

    def more_like_this(
        self, model_instance: Any, additional_query_string: Condition | None = None, **options: Any
    ) -> dict[str, Any]:
        condition = _condition(additional_query_string)
        result = self.engine.similar(model_instance.pk, condition, *_limits(options))
        return {**_NOTHING, "results": self._results(result.hits, options, Every()), "hits": result.total}

    def _results(
        self, hits: Sequence[UnitHit], options: Mapping[str, Any], tree: Condition
    ) -> list[SearchResult]:
        result_class = options.get("result_class") or ArticleResult
        if result_class is SearchResult:
            result_class = ArticleResult
        batch = Batch([hit.article_id for hit in hits])
        is_highlighted = bool(options.get("highlight"))
        highlights = self.engine.passages(tree, Scope.ARTICLE, hits, _PASSAGES) if is_highlighted else []
        results = []
        for index, hit in enumerate(hits):
            fields = batch.fields_of(hit.article_id)
            if is_highlighted:
                fields["highlighted"] = {"text": [marked(passage) for passage in highlights[index].shown]}
            result = result_class("reports", "article", str(hit.article_id), hit.score, **fields)
            if isinstance(result, ArticleResult):
                result.batch = batch
            results.append(result)
        return results


class ArchiveEngine(BaseEngine):  # type: ignore[misc]
    backend = ArchiveBackend
    query = ArchiveSearchQuery


def _condition(query: Any) -> Condition:
    if query is None:
        return Every()
    if isinstance(query, str):
        raise SearchBackendError("this engine takes query objects, not strings")
    return query  # type: ignore[no-any-return]


def _refuse_unknown(options: Mapping[str, Any]) -> None:
    for name in ("date_facets", "query_facets", "within", "dwithin", "distance_point", "boost"):
        if options.get(name):
            raise SearchBackendError(f"this engine has no {name}")


def _narrowed(queries: Iterable[Any]) -> tuple[dict[str, tuple[str, ...]], list[Condition]]:
    """Narrow queries that select facet values become refinements (see ``EngineResult.facets``). All others
    restrict the search."""
    refinements: dict[str, tuple[str, ...]] = {}
    restrictions: list[Condition] = []
    for query in sorted(queries, key=str):
        condition = read_narrow(query, leaf) if isinstance(query, str) else query
        if isinstance(condition, FacetValues):
            refinements[condition.facet] = (*refinements.get(condition.facet, ()), *condition.values)
        else:
            restrictions.append(condition)
    return refinements, restrictions


def _limits(options: Mapping[str, Any]) -> tuple[int, int | None]:
    start = options.get("start_offset") or 0
    end = options.get("end_offset")
    return start, None if end is None else max(0, end - start)


def _order(names: Iterable[str]) -> tuple[SortKey, ...]:
    """The keys of haystack's ``order_by``. RELEVANCE comes last, so that every result has a score."""
    keys = []
    for name in names:
        field = name.lstrip("-")
        if field == DJANGO_CT:  # there is one model
            continue
        if field not in _SORT_KEYS:
            raise SearchBackendError(f"no order by {field}")
        ascending, descending = _SORT_KEYS[field]
        keys.append(descending if name.startswith("-") else ascending)
    return (*keys, SortKey.RELEVANCE)


def _facet_lists(result: EngineResult, names: Iterable[str]) -> dict[str, Any]:
    lists = {}
    counts = selectable(result.facets)
    for name in names:
        facet = name.removesuffix("_exact")
        if facet not in INDEXED_FACETS:
            raise SearchBackendError(f"no facet {name}")
        lists[name] = sorted(counts.get(facet, {}).items(), key=lambda item: (-item[1], item[0]))
    return {"fields": lists, "dates": {}, "queries": {}}

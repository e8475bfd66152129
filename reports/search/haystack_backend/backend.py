"""The haystack engine: takes conditions, gives exact hits, totals and counts.

``find`` and ``passages`` serve the archive's own search; ``search``, ``update`` and the rest make a
plain ``SearchQuerySet`` work. Nothing here writes in the background or hides a failure.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.core.exceptions import ImproperlyConfigured
from haystack.backends import BaseEngine, BaseSearchBackend, log_query
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.exceptions import SearchBackendError
from haystack.models import SearchResult
from whoosh.fields import Schema

from reports.language.segment import Segmenter, default_segmenter
from reports.models import Article
from reports.models.chunks import in_chunks
from reports.search.contract.conditions import Chosen, Condition, Identified
from reports.search.contract.errors import IndexDamaged
from reports.search.contract.values import CompiledSearch, EngineResult, Passage, UnitHit
from reports.search.engines.whoosh.index import ArchiveIndex, open_index
from reports.search.engines.whoosh.index_segment.schema import TEXT_FIELD, build_schema
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.engines.whoosh.query.facet_counts import count_facets
from reports.search.engines.whoosh.query.ordering import Keys, cut, newest_first, oldest_first
from reports.search.engines.whoosh.query.passages import find_passages, marked
from reports.search.engines.whoosh.query.ranking import relevance
from reports.search.engines.whoosh.query.searching import EMPTY_VERSION, Matches, find, match, unit_hits
from reports.search.engines.whoosh.query.similar import similar_documents
from reports.search.engines.whoosh.reader.snapshot import Snapshot
from reports.search.engines.whoosh.reader.vocabulary import Vocabulary, read_vocabulary
from reports.search.haystack_backend.narrowing import read_narrow
from reports.search.haystack_backend.query import ArchiveSearchQuery, article_id, leaf
from reports.search.haystack_backend.results import ArticleResult, Batch, result_fields
from reports.search.lexicon import wanted_segmenter
from reports.search.request import FACETS, Scope
from reports.search.syntax.tree import And, Every, Node, Not

log = logging.getLogger(__name__)

_NOTHING: dict[str, Any] = {"results": [], "hits": 0, "facets": {}, "spelling_suggestion": None}


class WhooshBackend(BaseSearchBackend):  # type: ignore[misc]
    def __init__(self, connection_alias: str, **connection_options: Any) -> None:
        super().__init__(connection_alias, **connection_options)
        if not connection_options.get("PATH"):
            raise ImproperlyConfigured(f"HAYSTACK_CONNECTIONS[{connection_alias!r}] has no PATH")
        self.index: ArchiveIndex = open_index(connection_options["PATH"])

    # The archive's own search

    def find(self, compiled: CompiledSearch) -> EngineResult:
        """Hits, total and counts. No index yet finds nothing; raises IndexDamaged."""
        return find(self.index.snapshot(), compiled)

    def passages(
        self, tree: Node, scope: Scope, hits: Sequence[UnitHit], per_hit: int = 3
    ) -> list[list[Passage]]:
        """The best blocks of each hit with the places of the query's strings, in the order of ``hits``."""
        snapshot = self.index.snapshot()
        if snapshot is None:
            return [[] for _ in hits]
        return find_passages(snapshot, tree, scope, hits, per_hit)

    def place_and_version(self) -> tuple[str, str]:
        snapshot = self.index.snapshot()
        return str(self.index.path), EMPTY_VERSION if snapshot is None else snapshot.version

    def segmenter(self) -> Segmenter:
        """What texts and queries are cut with; the packaged lexicon's where there is no index to read."""
        try:
            snapshot = self.index.snapshot()
        except (IndexDamaged, OSError):
            return default_segmenter()  # the search that follows says that there is no index to read
        return default_segmenter() if snapshot is None else snapshot.segmenter

    def vocabulary(self) -> Vocabulary:
        """What the index has words for. Slow the first time a segment is read; raises IndexDamaged."""
        snapshot = self.index.snapshot()
        place = str(self.index.path)
        return Vocabulary(place, EMPTY_VERSION) if snapshot is None else read_vocabulary(snapshot, place)

    # Writing

    def update(self, index: Any, iterable: Iterable[Article], commit: bool = True) -> None:
        """Index published articles anew and remove the others, in one commit."""
        from reports.search.indexes import indexed_article, published_articles

        articles = list(iterable)
        removed = [article.pk for article in articles if article.state != "published"]
        segmenter = self.index.segmenter() or wanted_segmenter()
        # Read again, with all that is indexed of them: haystack hands in whatever its caller had.
        documents = [
            prepare(indexed_article(article), segmenter)
            for chunk in in_chunks(article.pk for article in articles)
            for article in published_articles().filter(pk__in=chunk)
        ]
        self.index.apply(documents, removed, segmenter=segmenter)

    def remove(self, obj_or_string: Any, commit: bool = True) -> None:
        """Take one article out. A failure is raised: an article that was withdrawn must not be found."""
        self.index.apply([], [article_id(obj_or_string)], segmenter=wanted_segmenter())

    def clear(self, models: Sequence[type[Any]] | None = None, commit: bool = True) -> None:
        """Empty the index. Searches go on with the old one until the empty one is in place."""
        if models is None or Article in models:
            self.index.clear(wanted_segmenter())

    def build_schema(self, fields: Mapping[str, Any]) -> tuple[str, Schema]:
        """The engine's schema is its own: haystack's fields only say what may be asked for."""
        return TEXT_FIELD, build_schema()

    # haystack's search

    @log_query  # type: ignore[untyped-decorator]
    def search(self, query_string: Condition, **options: Any) -> dict[str, Any]:
        """``query_string`` is a condition; haystack's name for the argument is kept."""
        snapshot = self.index.snapshot()
        tree = _condition(query_string)
        models = options.get("models")
        if snapshot is None or (models and Article not in models):
            return dict(_NOTHING)
        _refuse_unknown(options)
        refinements, plain = _narrowed(options.get("narrow_queries") or ())
        tree = And((tree, *plain)) if plain else tree  # type: ignore[arg-type]
        matches = match(snapshot, Scope.ARTICLE, tree, refinements)
        hits = np.flatnonzero(matches.refined)
        start, limit = _limits(options)
        scores = relevance(matches.evaluation, tree, hits, None if limit is None else start + limit)
        keys = _sort_keys(snapshot, options.get("sort_by") or (), hits) or [-scores]
        shown = cut(snapshot, matches.units, hits, keys, start, limit)
        found = unit_hits(snapshot, matches.units, hits, scores, shown)
        results = self._results(snapshot, found, options, tree)
        return {
            "results": results,
            "hits": len(hits),
            "facets": _facet_lists(snapshot, matches, refinements, options.get("facets") or ()),
            "spelling_suggestion": None,
        }

    def more_like_this(
        self, model_instance: Any, additional_query_string: Condition | None = None, **options: Any
    ) -> dict[str, Any]:
        snapshot = self.index.snapshot()
        document = None if snapshot is None else snapshot.document_of(model_instance.pk)
        if snapshot is None or document is None:
            return dict(_NOTHING)
        condition = And((_condition(additional_query_string), Not(Identified((model_instance.pk,)))))  # type: ignore[arg-type]
        matches = match(snapshot, Scope.ARTICLE, condition, {})
        scores, alike = similar_documents(snapshot, document)
        hits = np.flatnonzero(matches.refined & alike)
        shown = cut(snapshot, matches.units, hits, [-scores[hits]], *_limits(options))
        found = unit_hits(snapshot, matches.units, hits, scores[hits], shown)
        return {**_NOTHING, "results": self._results(snapshot, found, options, Every()), "hits": len(hits)}

    def _results(
        self, snapshot: Snapshot, hits: Sequence[UnitHit], options: Mapping[str, Any], tree: Condition
    ) -> list[SearchResult]:
        kind = options.get("result_class") or ArticleResult
        kind = ArticleResult if kind is SearchResult else kind
        batch = Batch([hit.article_id for hit in hits])
        highlights = (
            find_passages(snapshot, tree, Scope.ARTICLE, hits, 3) if options.get("highlight") else None
        )
        results = []
        for place, hit in enumerate(hits):
            fields = result_fields(snapshot, hit.article_id)
            if highlights is not None:
                fields["highlighted"] = {TEXT_FIELD: [marked(passage) for passage in highlights[place]]}
            result = kind("reports", "article", str(hit.article_id), hit.score, **fields)
            if isinstance(result, ArticleResult):
                result.batch = batch
            results.append(result)
        return results


class WhooshEngine(BaseEngine):  # type: ignore[misc]
    backend = WhooshBackend
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
    """Narrow queries that choose facet values become refinements: alternatives inside a facet, and
    counted with the facet's own choice left out. Anything else restricts the search itself."""
    refinements: dict[str, tuple[str, ...]] = {}
    plain: list[Condition] = []
    for query in sorted(queries, key=str):
        condition = read_narrow(query, leaf) if isinstance(query, str) else query
        if isinstance(condition, Chosen):
            refinements[condition.facet] = (*refinements.get(condition.facet, ()), *condition.values)
        else:
            plain.append(condition)
    return refinements, plain


def _limits(options: Mapping[str, Any]) -> tuple[int, int | None]:
    start = options.get("start_offset") or 0
    end = options.get("end_offset")
    return start, None if end is None else max(0, end - start)


def _sort_keys(snapshot: Snapshot, names: Sequence[str], hits: npt.NDArray[np.int64]) -> list[Keys]:
    """haystack's ``order_by``, each field with a direction of its own."""
    return [_sort_key(snapshot, name, hits) for name in names]


def _sort_key(snapshot: Snapshot, name: str, hits: npt.NDArray[np.int64]) -> Keys:
    descending, field = name.startswith("-"), name.lstrip("-")
    if field in ("published_on", "date", "year"):
        return newest_first(snapshot, hits) if descending else oldest_first(snapshot, hits)
    if field == "district":
        ranks = snapshot.district_rank[hits].astype(np.int64)
        none = ranks == snapshot.district_rank.max(initial=0)
        return np.where(none, np.iinfo(np.int64).max, -ranks) if descending else ranks
    if field in (ID, DJANGO_ID, "pk"):
        return -snapshot.ids[hits] if descending else snapshot.ids[hits]
    if field == DJANGO_CT:
        return np.zeros(len(hits), np.int64)
    raise SearchBackendError(f"no order by {field}")


def _facet_lists(
    snapshot: Snapshot, matches: Matches, refinements: Mapping[str, tuple[str, ...]], wanted: Iterable[str]
) -> dict[str, Any]:
    names = list(wanted)
    if not names:
        return {}
    counts = count_facets(snapshot, matches.units, matches.open, matches.chosen, refinements)
    lists = {}
    for name in names:
        facet = name.removesuffix("_exact")
        if facet not in FACETS:
            raise SearchBackendError(f"no facet {name}")
        lists[name] = sorted(counts[facet].items(), key=lambda item: (-item[1], item[0]))
    return {"fields": lists, "dates": {}, "queries": {}}

"""The archive's own engine: bare words found by containment, or (``words_only``) as jieba cuts them."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bench.documents import Document, Prepared, facet_key
from bench.peers.answer import Answer
from bench.queries import Query
from reports.language.normalise import fold
from reports.language.segment import default_segmenter
from reports.search.contract.values import EngineQuery, IndexedArticle, IndexedBlock, SortKey
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.literal.caching import ArrayCache
from reports.search.engines.whoosh.query.searching import find
from reports.search.request import Scope
from reports.search.syntax.tree import And, Exact, Node, Phrase, Prefix, Word


def indexed(document: Document) -> IndexedArticle:
    blocks = tuple(IndexedBlock(block.kind, block.section, -1, block.text) for block in document.blocks)
    day = date.fromisoformat(document.published_on) if document.published_on else None
    return IndexedArticle(
        id=document.id,
        blocks=blocks,
        facets={
            facet: tuple(facet_key(facet, value) for value in values)
            for facet, values in document.facets.items()
        },
        published_on=day,
        year=day.year if day else None,
        district_order=" ".join(document.facets["district"]),
        stamp="1",
    )


class Ours:
    """Facets are answered by key (``facet_key``), as the archive files them."""

    NAME = "this archive"
    WORDS_ONLY = "this archive, words only"

    def __init__(self, *, words_only: bool = False) -> None:
        self.name = self.WORDS_ONLY if words_only else self.NAME
        self._words_only = words_only

    def build(self, prepared: Prepared, folder: Path) -> None:
        def none(_: object) -> Iterator[IndexedArticle]:
            return iter(())

        documents = map(indexed, prepared.documents())
        IndexDirectory(folder).rebuild(documents, none, default_segmenter(), prepared.count())

    def open(self, folder: Path) -> None:
        self._index = IndexDirectory(folder)
        self._index.snapshot()

    def search(self, query: Query) -> Answer:
        refinements: dict[str, tuple[str, ...]] = {}
        for facet, value in query.refinements:
            refinements[facet] = (*refinements.get(facet, ()), facet_key(facet, value))
        engine_query = EngineQuery(
            tree=self._tree(query),
            scope=Scope.ARTICLE,
            refinements=refinements,
            date_from=None,
            date_to=None,
            order=(SortKey.RELEVANCE,),
        )
        result = find(self._index.snapshot(), engine_query)
        hits = tuple((hit.article_id, hit.score) for hit in result.hits)
        return Answer(result.total, hits, result.facets)

    def _tree(self, query: Query) -> Node:
        words = tuple(self._leaf(query.kind, fold(word)) for word in query.words)
        return words[0] if len(words) == 1 else And(words)

    def _leaf(self, kind: str, word: str) -> Node:
        if kind == "prefix":
            return Prefix(word) if self._words_only else Word(word)
        if kind == "phrase":
            return Phrase(word)
        return Exact(word) if self._words_only else Word(word)


class OursForgetful(Ours):
    """Clears all caches after each query, so that the time is that of finding.

    Data of the opened index that does not depend on a query (columns, facet tables, lengths) stays.
    """

    def __init__(self) -> None:
        super().__init__()
        self.name = "this archive, nothing kept"

    def open(self, folder: Path) -> None:
        super().open(folder)
        self._caches = _caches_of(self._index)

    def search(self, query: Query) -> Answer:
        for cache in self._caches:
            cache.clear()
        started = time.perf_counter()
        answer = super().search(query)
        self.seconds = time.perf_counter() - started
        return answer


def _caches_of(index: IndexDirectory) -> list[ArrayCache[Any, Any]]:
    """Every cache that can be reached from the index, wherever the engine keeps them."""
    caches, seen, waiting = [], set(), [index.snapshot(), index]
    while waiting:
        thing: Any = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, ArrayCache):
            caches.append(thing)
        elif isinstance(thing, tuple | list):
            waiting += thing
        elif isinstance(thing, dict):
            waiting += thing.values()
        elif type(thing).__module__.startswith("reports.search."):
            waiting += gc.get_referents(thing)
    if not caches:
        raise LookupError("the engine keeps its caches elsewhere: nothing would be forgotten")
    return caches

"""The Whoosh engine: the contract (``contract/engine.py``) on one index folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import cast

import numpy as np

from reports.language.segment import Segmenter, default_segmenter
from reports.search.contract.conditions import Condition
from reports.search.contract.engine import Change, Changed
from reports.search.contract.errors import ArticleUnindexable, IndexDamaged, IndexMissing
from reports.search.contract.values import (
    EMPTY_VERSION,
    EngineQuery,
    EngineResult,
    EngineStatus,
    HitPassages,
    IndexedArticle,
    Stamps,
    UnitHit,
    Vocabulary,
)
from reports.search.request import Scope

from .index import open_index
from .index_segment.segment_documents import PreparedDocument, prepare
from .query.passages import find_passages
from .query.searching import find
from .query.similar import find_similar
from .reader.vocabulary import read_vocabulary


class WhooshEngine:
    """``folder`` holds the index; all engines of a process on the same folder share one reader."""

    def __init__(self, folder: str | Path) -> None:
        self.index = open_index(folder)

    # Reading

    @property
    def place(self) -> str:
        return str(self.index.path)

    def version(self) -> str:
        snapshot = self.index.snapshot()
        return EMPTY_VERSION if snapshot is None else snapshot.version

    def segmenter(self) -> Segmenter:
        try:
            return self.index.segmenter() or default_segmenter()
        except (IndexDamaged, OSError):
            return default_segmenter()  # the search that follows raises the error

    def find(self, search: EngineQuery) -> EngineResult:
        return find(self.index.snapshot(), search)

    def passages(
        self, tree: Condition, scope: Scope, hits: Sequence[UnitHit], per_hit: int
    ) -> list[HitPassages]:
        snapshot = self.index.snapshot()
        if snapshot is None:
            return [HitPassages() for _ in hits]
        return find_passages(snapshot, tree, scope, hits, per_hit)

    def similar(
        self, article_id: int, tree: Condition, start: int = 0, limit: int | None = 5
    ) -> EngineResult:
        return find_similar(self.index.snapshot(), article_id, tree, start, limit)

    def vocabulary(self) -> Vocabulary:
        snapshot = self.index.snapshot()
        if snapshot is None:
            return Vocabulary(self.place, EMPTY_VERSION)
        return read_vocabulary(snapshot, self.place)

    # Writing

    def prepare(self, article: IndexedArticle) -> PreparedDocument:
        segmenter = self.segmenter()
        try:
            return prepare(article, segmenter)
        except Exception as error:
            raise ArticleUnindexable(article.id) from error

    def apply(self, changes: Iterable[Change], patience: float) -> frozenset[int]:
        """No change is late: ``changes`` is iterated with the write lock, so it has the newest state."""
        with self.index.lock(patience):
            if self.index.generations.current() is None:
                raise IndexMissing
            newest = {change.article_id: change.document for change in changes}
            documents = [cast("PreparedDocument", document) for document in newest.values() if document]
            self.index.apply(documents, newest)
        return frozenset()

    def rebuild(
        self, articles: Iterable[IndexedArticle], changed: Changed, segmenter: Segmenter, count: int
    ) -> int:
        return self.index.rebuild(articles, changed, segmenter, count)

    def as_worker(self) -> AbstractContextManager[None]:
        return self.index.worker_lock()

    def maintain(self) -> None:
        self.index.maintain()

    def needs_maintenance(self) -> bool:
        return self.index.needs_maintenance()

    # State

    def stamps(self) -> Stamps:
        snapshot = self.index.snapshot()
        if snapshot is None:
            raise IndexMissing
        ids, counts = np.unique(snapshot.ids[snapshot.live], return_counts=True)
        return Stamps(snapshot.version, snapshot.stamps(), frozenset(ids[counts > 1].tolist()))

    def status(self, segmenter: Segmenter) -> EngineStatus:
        generation, snapshot = None, None
        differing: tuple[str, ...] = ()
        version, cause = "", ""
        try:
            generation = self.index.generations.current()
            snapshot = self.index.snapshot()
            if snapshot is not None:
                version, differing = self.index.version(segmenter)
        except (IndexDamaged, OSError) as error:
            cause = str(error)
        return EngineStatus(
            version=version,
            differing=differing,
            generation=generation,
            indexed=snapshot.live_count if snapshot else 0,
            segments=len(snapshot.segments) if snapshot else 0,
            deleted=snapshot.count - snapshot.live_count if snapshot else 0,
            size=_size(self.index.path),
            is_rebuilding=self.is_rebuilding(),
            is_writable=_is_writable(self.index.path),
            cause=cause,
        )

    def is_rebuilding(self) -> bool:
        try:
            return self.index.is_rebuilding()
        except OSError:
            return False

    def read_again(self) -> None:
        self.index.reader.read_again()


def _is_writable(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # a commit may remove files meanwhile
            total += path.stat().st_size if path.is_file() else 0
    return total

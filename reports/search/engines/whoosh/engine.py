"""The Whoosh engine as the contract has it: one index folder, read and written (``contract/engine.py``)."""

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
    CompiledSearch,
    EngineResult,
    EngineStatus,
    HitPassages,
    IndexedArticle,
    Stamps,
    UnitHit,
    Vocabulary,
)
from reports.search.engines.whoosh.index import open_index
from reports.search.engines.whoosh.index_segment.segment_documents import PreparedDocument, prepare
from reports.search.engines.whoosh.query.passages import find_passages
from reports.search.engines.whoosh.query.searching import find
from reports.search.engines.whoosh.query.similar import find_similar
from reports.search.engines.whoosh.reader.snapshot import Snapshot
from reports.search.engines.whoosh.reader.vocabulary import read_vocabulary
from reports.search.request import Scope


class WhooshEngine:
    """``folder`` holds the index; engines of one process at the same folder share what they have read."""

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
            return default_segmenter()  # the search that follows says that there is no index to read

    def find(self, search: CompiledSearch) -> EngineResult:
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
        return (
            Vocabulary(self.place, EMPTY_VERSION)
            if snapshot is None
            else read_vocabulary(snapshot, self.place)
        )

    # Writing

    def prepare(self, article: IndexedArticle) -> PreparedDocument:
        segmenter = self.segmenter()
        try:
            return prepare(article, segmenter)
        except Exception as error:
            raise ArticleUnindexable(article.id) from error

    def apply(self, changes: Iterable[Change], patience: float) -> frozenset[int]:
        """No change comes late: ``changes`` is iterated under the write lock, so it says what is newest."""
        with self.index.lock(patience):
            if self.index.generations.current() is None:
                raise IndexMissing
            newest = {change.article_id: change for change in changes}
            documents = (change.document for change in newest.values())
            self.index.apply(
                [cast("PreparedDocument", document) for document in documents if document is not None], newest
            )
        return frozenset()

    def rebuild(
        self, articles: Iterable[IndexedArticle], changed: Changed, segmenter: Segmenter, count: int
    ) -> int:
        return self.index.rebuild(articles, changed, segmenter=segmenter, count=count)

    def as_worker(self) -> AbstractContextManager[None]:
        return self.index.worker_lock()

    def maintain(self) -> None:
        self.index.tidy()

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
        generation: int | None = None
        snapshot: Snapshot | None = None
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
        self.index.read_again()


def _is_writable(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # a commit may be clearing up
            total += path.stat().st_size if path.is_file() else 0
    return total

"""The contract: what every search engine does. The rest of the archive uses an engine only through it.

Locks, merging, files and their repair are the business of the engine. Any thread may call all methods.
Reading methods raise IndexDamaged or OSError if the index cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from reports.language.segment import Segmenter
from reports.search.request import Scope

from .conditions import Condition
from .values import (
    EngineQuery,
    EngineResult,
    EngineStatus,
    HitPassages,
    IndexedArticle,
    Stamps,
    UnitHit,
    Vocabulary,
)


class PreparedArticle(Protocol):
    """An article whose words are cut, ready to be written. ``size``: characters of text."""

    @property
    def id(self) -> int: ...

    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Change:
    """An article to index, or, if ``document`` is None, to remove.

    ``number`` rises with every change of an article: of two changes, the one with the higher number is newer.
    """

    article_id: int
    document: PreparedArticle | None
    number: int


Changed = Callable[[Sequence[int]], Iterable[IndexedArticle]]
"""The published ones of these articles, as the database has them now."""


class Engine(Protocol):
    # Reading

    @property
    def place(self) -> str:
        """Identifies the index: two engines with the same place have the same index."""
        ...

    def version(self) -> str:
        """Identifies the newest commit: equal as long as the index is the same. EMPTY_VERSION without an
        index."""
        ...

    def segmenter(self) -> Segmenter:
        """The segmenter that cuts texts and queries. Never fails: without an index, the packaged
        lexicon's."""
        ...

    def find(self, search: EngineQuery) -> EngineResult:
        """Hits, total and facet counts, all of one commit. Without an index: no hits, at EMPTY_VERSION."""
        ...

    def passages(
        self, tree: Condition, scope: Scope, hits: Sequence[UnitHit], per_hit: int
    ) -> list[HitPassages]:
        """For each hit, in order, its blocks in which strings of ``tree`` occur; at most ``per_hit`` are
        shown.

        Strings of negated parts do not count. If the article was removed from the index since, its passages
        are empty.
        """
        ...

    def similar(
        self, article_id: int, tree: Condition, start: int = 0, limit: int | None = 5
    ) -> EngineResult:
        """The articles that match ``tree``, the most similar to ``article_id`` first, without the article
        itself.

        No hits if the article is not indexed. ``facets`` is empty.
        """
        ...

    def vocabulary(self) -> Vocabulary:
        """Names and words in use. The first call may be slow."""
        ...

    # Writing

    def prepare(self, article: IndexedArticle) -> PreparedArticle:
        """Cut the words of an article: most of the work of writing, without a lock.

        Raises ArticleUnindexable.
        """
        ...

    def apply(self, changes: Iterable[Change], patience: float) -> frozenset[int]:
        """Make ``changes`` in one commit. Returns the ids of late changes: a newer change was made before.

        The engine iterates ``changes`` only when no other process can write before this commit, so the caller
        can compare each change with the newest state of the database. Idempotent. Waits ``patience`` seconds
        for another writer, then raises IndexBusy. Raises ArticleUnindexable if one article cannot be written,
        IndexMissing, IndexDamaged, IndexOutdated or OSError; then nothing has changed.
        """
        ...

    def rebuild(
        self, articles: Iterable[IndexedArticle], changed: Changed, segmenter: Segmenter, count: int
    ) -> int:
        """Make a new index next to the live one, and swap. Returns the number of its articles.

        The engine notes changes first and then reads ``articles``, about ``count`` of them; it gets the
        articles that changed meanwhile from ``changed``. ``segmenter`` cuts the words. An article that cannot
        be written is left out, with the cause in the log. No file contains anything of the old index
        afterwards. Raises IndexBusy if another rebuild is under way. A failure leaves the live index
        unchanged.
        """
        ...

    def as_worker(self) -> AbstractContextManager[None]:
        """Elects the one process that does bulk work, maintenance and rebuilds. Raises IndexBusy."""
        ...

    def maintain(self) -> None:
        """Remove the files that killed processes have left. Raises OSError."""
        ...

    def needs_maintenance(self) -> bool:
        """Whether a rebuild is due, so that searches remain fast."""
        ...

    # State

    def stamps(self) -> Stamps:
        """Raises IndexMissing if there is no index."""
        ...

    def status(self, segmenter: Segmenter) -> EngineStatus:
        """``segmenter``: the one that would cut the words of an index made now. Never raises for a damaged
        index."""
        ...

    def is_rebuilding(self) -> bool:
        """Whether a rebuild is under way, in any process."""
        ...

    def read_again(self) -> None:
        """Compare every file with its checksum again, also those that this process has checked before."""
        ...

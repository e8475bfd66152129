"""The contract: what every search engine can do. ``search`` and ``workflow`` know an engine by this alone.

Locks, merging, files and their damage are the engine's own affair. All methods may be called from any thread.
Reading raises IndexDamaged or OSError where the index cannot be read.
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
    CompiledSearch,
    EngineResult,
    EngineStatus,
    HitPassages,
    IndexedArticle,
    Stamps,
    UnitHit,
    Vocabulary,
)


class PreparedArticle(Protocol):
    """An article ready to be written, its words cut. ``size``: characters of text."""

    @property
    def id(self) -> int: ...

    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Change:
    """One article to take in, or, where ``document`` is None, to take out.

    ``number`` rises with every change of an article: of two changes the one with the higher number is newer.
    """

    article_id: int
    document: PreparedArticle | None
    number: int


Changed = Callable[[Sequence[int]], Iterable[IndexedArticle]]
"""Articles by their ids, as the database has them now; those that are not published are left out."""


class Engine(Protocol):
    # Reading

    @property
    def place(self) -> str:
        """Where the index lies; two engines of the same place have the same index."""
        ...

    def version(self) -> str:
        """The newest commit: equal while the index holds the same. EMPTY_VERSION where there is no index."""
        ...

    def segmenter(self) -> Segmenter:
        """What texts and queries are cut with. Never fails: without an index, the packaged lexicon's."""
        ...

    def find(self, search: CompiledSearch) -> EngineResult:
        """Hits, total and counts at one commit. No index finds nothing, at EMPTY_VERSION."""
        ...

    def passages(
        self, tree: Condition, scope: Scope, hits: Sequence[UnitHit], per_hit: int
    ) -> list[HitPassages]:
        """The blocks of each hit with strings of ``tree``, in the order of ``hits``, ``per_hit`` of them
        shown.

        Strings of negated parts do not count. An article that has left the index since has empty passages.
        """
        ...

    def similar(
        self, article_id: int, tree: Condition, start: int = 0, limit: int | None = 5
    ) -> EngineResult:
        """Articles like one that is indexed, among those that match ``tree``, the most similar first.

        The article itself is no hit. ``facets`` stays empty.
        """
        ...

    def vocabulary(self) -> Vocabulary:
        """May be slow the first time."""
        ...

    # Writing

    def prepare(self, article: IndexedArticle) -> PreparedArticle:
        """Cut the words of an article: most of the work of writing, done without any lock.

        Raises ArticleUnindexable.
        """
        ...

    def apply(self, changes: Iterable[Change], patience: float) -> frozenset[int]:
        """Make ``changes`` in one commit; the ids of those that came late, that is after a newer change.

        ``changes`` is iterated only when nobody else can write before this commit: what is compared with the
        database in it is compared with the newest state. To apply the same changes twice does no harm. Waits
        ``patience`` seconds for another writer and then raises IndexBusy. Raises ArticleUnindexable where one
        article cannot be written, IndexMissing, IndexDamaged, IndexOutdated or OSError; then nothing has
        changed.
        """
        ...

    def rebuild(
        self, articles: Iterable[IndexedArticle], changed: Changed, segmenter: Segmenter, count: int
    ) -> int:
        """Make the index anew beside the live one, and swap; how many articles it holds.

        ``articles``, some ``count`` of them, are read after the engine has begun to note changes; ``changed``
        is asked for those that changed meanwhile. Words are cut by ``segmenter``. An article that cannot be
        written is left out, with the cause in the log. Nothing of the old index stays in any file. Raises
        IndexBusy where another rebuild is under way; a failure leaves the live index as it was.
        """
        ...

    def as_worker(self) -> AbstractContextManager[None]:
        """Elect the one process that does bulk work, maintenance and rebuilds; raises IndexBusy."""
        ...

    def maintain(self) -> None:
        """Remove what killed work has left. Raises OSError."""
        ...

    def needs_maintenance(self) -> bool:
        """Whether a rebuild is due, for searches to stay fast."""
        ...

    # State

    def stamps(self) -> Stamps:
        """Raises IndexMissing where there is no index."""
        ...

    def status(self, segmenter: Segmenter) -> EngineStatus:
        """``segmenter``: what an index made now would be cut with. Never raises for a bad index."""
        ...

    def is_rebuilding(self) -> bool:
        """Whether a rebuild is under way, in whichever process."""
        ...

    def read_again(self) -> None:
        """Compare every file with its checksum again, whatever this process has found before."""
        ...

"""Keeping the index in step with the database: changes and rebuilds (how things stand: status.py)."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db import DatabaseError
from haystack import connections

from reports.language.segment import Segmenter
from reports.models import Article, OutboxRow
from reports.models.chunks import in_chunks
from reports.search.contract.errors import (
    ArticleUnindexable,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
)
from reports.search.contract.values import IndexedArticle
from reports.search.engines.whoosh.index import ArchiveIndex
from reports.search.engines.whoosh.index_segment.segment_documents import PreparedDocument, prepare

from .indexes import indexed_article, published_articles
from .lexicon import wanted_segmenter

__all__ = [
    "ArticleUnindexable",
    "IndexBusy",
    "IndexDamaged",
    "IndexMissing",
    "IndexOutdated",
    "apply_changes",
    "index_lock",
    "is_rebuilding",
    "live_words",
    "needs_maintenance",
    "read_again",
    "read_changes",
    "rebuild",
    "tidy",
    "unindexed",
    "worker_lock",
    "write_changes",
]

log = logging.getLogger(__name__)

_CHUNK = 200
# With no index, so many articles that no row speaks of are taken in at once; more are left to a rebuild.
_FIRST_FILL = 500
# Seconds to wait for a writer in its middle.
_PATIENCE = 30.0

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Changes:
    """What the database says of the articles ``ids``: ``documents`` of the published ones; the others go."""

    ids: frozenset[int]
    documents: tuple[PreparedDocument, ...]

    def of(self, ids: Collection[int]) -> Changes:
        """Those of some of the articles only."""
        return Changes(self.ids.intersection(ids), tuple(each for each in self.documents if each.id in ids))

    def parts(self, characters: int) -> Iterator[Changes]:
        """The same in parts of about so many characters of text; what goes is in the first."""
        ids = set(self.ids - {document.id for document in self.documents})
        size, documents = 0, []
        for document in self.documents:
            documents.append(document)
            size += document.size
            if size >= characters:
                yield Changes(frozenset(ids | {each.id for each in documents}), tuple(documents))
                ids, size, documents = set(), 0, []
        if ids or documents:
            yield Changes(frozenset(ids | {each.id for each in documents}), tuple(documents))


def archive_index() -> ArchiveIndex:
    index: ArchiveIndex = connections["default"].get_backend().index
    return index


def index_lock(timeout: float = 0) -> contextlib.AbstractContextManager[None]:
    """Hold the write lock of the index; raises IndexBusy after ``timeout`` seconds.

    The thread that holds it may call ``apply_changes``. The kernel frees it when the process dies.
    """
    return archive_index().lock(timeout)


def apply_changes(article_ids: Sequence[int]) -> None:
    """Bring these articles up to date in one commit: published ones are indexed anew, all others removed.

    Doing it twice does no harm. Raises IndexBusy, IndexDamaged, IndexMissing, IndexOutdated or OSError,
    and then nothing has changed: the caller keeps its outbox rows.
    """
    write_changes(read_changes(article_ids))


def read_changes(article_ids: Iterable[int]) -> Changes:
    """What the index has to take in of these articles; most of the work, and done without any lock.

    Raises ArticleUnindexable.
    """
    ids = frozenset(article_ids)
    return Changes(ids, tuple(_published(sorted(ids), _segmenter())))


def write_changes(changes: Changes) -> None:
    """One commit. Raises what ``apply_changes`` does, and then nothing has changed."""
    index = archive_index()
    with index.lock(_PATIENCE):
        segmenter = _segmenter()
        documents, ids = list(changes.documents), set(changes.ids)
        if index.generations.current() is None:
            untold = [article_id for article_id in _untold() if article_id not in ids]
            documents += _published(untold, segmenter)
            ids.update(untold)
        index.apply(documents, ids, segmenter=segmenter)


def needs_maintenance() -> bool:
    """Whether a rebuild is due, for searches to stay fast. False where the index cannot be read."""
    try:
        return archive_index().needs_maintenance()
    except (IndexDamaged, OSError):
        return False


def tidy() -> None:
    """Remove what a killed rebuild has left, unless one is under way. Raises OSError."""
    archive_index().tidy()


def worker_lock() -> contextlib.AbstractContextManager[None]:
    """Held by the one process that does bulk work, maintenance and clearing; raises IndexBusy."""
    return archive_index().worker_lock()


def unindexed() -> list[int]:
    """The published articles that are not in the index, waiting ones among them."""
    snapshot = archive_index().snapshot()
    indexed = set(snapshot.ids[snapshot.live].tolist()) if snapshot is not None else set()
    published = Article.objects.published().order_by("pk").values_list("pk", flat=True)
    return [article_id for article_id in published if article_id not in indexed]


def _segmenter() -> Segmenter:
    """What changes are to be cut with: as the live generation is, or as the first one will be."""
    return archive_index().segmenter() or wanted_segmenter()


def _untold() -> list[int]:
    """The published articles that a new index would not be told of, few enough to be taken in at once."""
    told = OutboxRow.objects.values("article_id")
    untold = Article.objects.published().exclude(pk__in=told).order_by("pk")
    found = list(untold.values_list("pk", flat=True)[: _FIRST_FILL + 1])
    if len(found) > _FIRST_FILL:
        # An index of a few articles would pass for one of all.
        raise IndexMissing
    return found


def rebuild(progress: Progress | None = None) -> int:
    """Build a new generation from the database beside the live one and swap; how many articles it holds.

    ``progress(done, total)`` is called after each article. Searches and changes go on meanwhile, and
    the changes are in the new generation. It is cut with the curators' words as they are now. An article
    that cannot be indexed is left out, with the cause in the log (see ``unindexed``). Raises
    IndexBusy where a rebuild is under way.
    """
    segmenter = wanted_segmenter()

    total = Article.objects.published().count()

    def all_articles() -> Iterator[IndexedArticle]:
        # Read only when the index asks, which is after it has begun to note changes.
        # With a chunk size, iterator() prefetches chunk by chunk: memory stays flat.
        for done, article in enumerate(published_articles().iterator(chunk_size=_CHUNK), 1):
            if (found := _indexed_or_left_out(article)) is not None:
                yield found
            if progress is not None:
                progress(done, max(done, total))

    def catch_up(ids: Sequence[int]) -> Iterator[PreparedDocument]:
        for article in _found(ids):
            found = _indexed_or_left_out(article)
            if found is not None and (prepared := _prepared_or_left_out(found, segmenter)) is not None:
                yield prepared

    return archive_index().rebuild(
        all_articles(), catch_up, _prepared_or_left_out, segmenter=segmenter, count=total
    )


def _indexed_or_left_out(article: Article) -> IndexedArticle | None:
    try:
        return indexed_article(article)
    except Exception:
        # One article among thousands must not keep a damaged index from being built anew.
        log.exception("报道 %d 未能编入索引", article.pk)
        return None


def _prepared_or_left_out(article: IndexedArticle, segmenter: Segmenter) -> PreparedDocument | None:
    try:
        return prepare(article, segmenter)
    except Exception:
        log.exception("报道 %d 未能编入索引", article.id)
        return None


def read_again() -> None:
    """Have every file compared with its checksum again, whatever this process found before."""
    archive_index().read_again()


def live_words() -> tuple[str, ...] | None:
    """The curators' words that the live index was made with; None where there is no index to read."""
    try:
        segmenter = archive_index().segmenter()
    except (IndexDamaged, OSError):
        return None
    return None if segmenter is None else segmenter.words


def is_rebuilding() -> bool:
    """Whether a rebuild is under way, in whichever process."""
    try:
        return archive_index().is_rebuilding()
    except OSError:
        return False


def _published(ids: Sequence[int], segmenter: Segmenter) -> Iterator[PreparedDocument]:
    """Those of the articles that are published, ready for the index. Raises ArticleUnindexable."""
    for article in _found(ids):
        try:
            yield prepare(indexed_article(article), segmenter)
        except (DatabaseError, OSError):
            raise
        except Exception as error:
            raise ArticleUnindexable(article.pk) from error


def _found(ids: Sequence[int]) -> Iterator[Article]:
    return chain.from_iterable(published_articles().filter(pk__in=chunk) for chunk in in_chunks(ids, _CHUNK))

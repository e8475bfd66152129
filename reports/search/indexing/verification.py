"""Compares the index with the database, article by article.

It compares stamps: digests of everything that is indexed of an article (``index_documents.indexed_article``).
Whether the files have the content that was written is checked by the engine, with checksums, when it opens
them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from reports.models import Article, OutboxRow
from reports.models.chunks import in_chunks
from reports.search import connection

from .index_documents import indexed_article, published_articles

__all__ = ["Comparison", "compare"]

_CHUNK = 500
# How often articles that seem to differ are read again if another process committed meanwhile.
_MAX_ATTEMPTS = 6
_PAUSE_SECONDS = 0.2

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids of articles, ascending. An article that differs and has an outbox row is only in ``waiting``.

    ``missing``: published but not indexed; ``extra``: indexed but not published; ``stale``: an older state is
    indexed; ``duplicated``: indexed more than once.
    """

    published: int
    indexed: int
    missing: tuple[int, ...]
    extra: tuple[int, ...]
    stale: tuple[int, ...]
    duplicated: tuple[int, ...]
    waiting: tuple[int, ...]

    @property
    def differing(self) -> tuple[int, ...]:
        """The articles that the outbox will not correct."""
        return tuple(sorted({*self.missing, *self.extra, *self.stale, *self.duplicated}))

    @property
    def is_equal(self) -> bool:
        return not self.differing


def compare(progress: Progress | None = None) -> Comparison:
    """Compare the whole database with the newest commit, without a lock.

    ``progress(done, total)`` is called after each article. Raises IndexDamaged, and IndexMissing if there is
    no index.
    """
    engine = connection.engine()
    published: dict[int, str] = {}
    total = Article.objects.published().count()
    for attempt in range(_MAX_ATTEMPTS):
        stamps = engine.stamps()
        indexed = stamps.of_articles
        if attempt == 0:
            for done, (article_id, stamp) in enumerate(_stamps(), 1):
                published[article_id] = stamp
                if progress is not None:
                    progress(done, max(done, total))
        else:
            _read_again(published, _differing(published, indexed))
        waiting = set(OutboxRow.objects.values_list("article_id", flat=True))
        if engine.version() == stamps.version:
            # Rows are deleted after the commit of their articles. Since the stamps were read no process has
            # committed, so every article that is newer in the database still has its row.
            break
        time.sleep(_PAUSE_SECONDS)
    return _comparison(published, indexed, stamps.duplicated, waiting)


def _comparison(
    published: Mapping[int, str], indexed: Mapping[int, str], duplicated: Collection[int], waiting: set[int]
) -> Comparison:
    differing = _differing(published, indexed) | set(duplicated)
    settled = sorted(differing - waiting)
    return Comparison(
        published=len(published),
        indexed=len(indexed),
        missing=tuple(article_id for article_id in settled if article_id not in indexed),
        extra=tuple(article_id for article_id in settled if article_id not in published),
        stale=tuple(
            article_id
            for article_id in settled
            if article_id in indexed
            and article_id in published
            and indexed[article_id] != published[article_id]
        ),
        duplicated=tuple(article_id for article_id in settled if article_id in duplicated),
        waiting=tuple(sorted(differing & waiting)),
    )


def _differing(published: Mapping[int, str], indexed: Mapping[int, str]) -> set[int]:
    return {article_id for article_id, _ in published.items() ^ indexed.items()}


def _read_again(published: dict[int, str], ids: Collection[int]) -> None:
    for article_id in ids:
        published.pop(article_id, None)
    for chunk in in_chunks(sorted(ids), _CHUNK):
        published.update(_stamps(chunk))


def _stamps(ids: Collection[int] | None = None) -> Iterator[tuple[int, str]]:
    """The stamps of the published articles, as the database has them now."""
    articles = published_articles()
    if ids is not None:
        articles = articles.filter(pk__in=ids)
    # With a chunk size, iterator() prefetches chunk by chunk, in constant memory.
    for article in articles.iterator(chunk_size=_CHUNK):
        yield article.pk, indexed_article(article).stamp

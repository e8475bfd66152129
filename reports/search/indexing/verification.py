"""Whether the index holds what the database would have it hold, article by article.

Compared are stamps: digests of everything that is indexed of an article
(``index_documents.indexed_article``). That the files of the index say what was written into them is the
business of their checksums, which the engine compares when it opens them.
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
# How often articles that seem to differ are read again because somebody committed meanwhile.
_LOOKS = 6
_PAUSE = 0.2

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids of articles, ascending. What differs and has a row in the outbox is ``waiting`` and nothing else.

    ``missing``: published but not indexed; ``extra``: indexed but not published; ``stale``: indexed as it
    once was; ``repeated``: indexed more than once.
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
        """What would not come right by itself."""
        return tuple(sorted({*self.missing, *self.extra, *self.stale, *self.duplicated}))

    @property
    def is_equal(self) -> bool:
        return not self.differing


def compare(progress: Progress | None = None) -> Comparison:
    """Compare the whole database with the newest commit. Nothing is locked and nobody has to wait.

    ``progress(done, total)`` is called after each article read. Raises IndexDamaged, and IndexMissing where
    there is no index.
    """
    engine = connection.engine()
    published: dict[int, str] = {}
    total = Article.objects.published().count()
    for look in range(_LOOKS):
        stamps = engine.stamps()
        indexed = stamps.of_articles
        if look == 0:
            for done, (article_id, stamp) in enumerate(_stamps(), 1):
                published[article_id] = stamp
                if progress is not None:
                    progress(done, max(done, total))
        else:
            _read_again(published, _differing(published, indexed))
        waiting = set(OutboxRow.objects.values_list("article_id", flat=True))
        if engine.version() == stamps.version:
            # Rows leave the outbox after the commit that takes them in. Nobody committed since the
            # stamps were read, so whatever the database was ahead of them by still has its row.
            break
        time.sleep(_PAUSE)
    return _comparison(published, indexed, stamps.duplicated, waiting)


def _comparison(
    published: Mapping[int, str], indexed: Mapping[int, str], repeated: Collection[int], waiting: set[int]
) -> Comparison:
    differing = _differing(published, indexed) | set(repeated)
    certain = sorted(differing - waiting)
    return Comparison(
        published=len(published),
        indexed=len(indexed),
        missing=tuple(number for number in certain if number not in indexed),
        extra=tuple(number for number in certain if number not in published),
        stale=tuple(
            number
            for number in certain
            if number in indexed and number in published and indexed[number] != published[number]
        ),
        duplicated=tuple(number for number in certain if number in repeated),
        waiting=tuple(sorted(differing & waiting)),
    )


def _differing(published: Mapping[int, str], indexed: Mapping[int, str]) -> set[int]:
    return {number for number, _ in published.items() ^ indexed.items()}


def _read_again(published: dict[int, str], ids: Collection[int]) -> None:
    for number in ids:
        published.pop(number, None)
    for chunk in in_chunks(sorted(ids), _CHUNK):
        published.update(_stamps(chunk))


def _stamps(ids: Collection[int] | None = None) -> Iterator[tuple[int, str]]:
    """Stamps of the published articles as the database has them now."""
    articles = published_articles()
    if ids is not None:
        articles = articles.filter(pk__in=ids)
    # With a chunk size, iterator() prefetches chunk by chunk: memory stays flat.
    for article in articles.iterator(chunk_size=_CHUNK):
        yield article.pk, indexed_article(article).stamp

"""Keeping the index in step with the database: changes and rebuilds (its state: status.py).

What is read of the database is read here; the engine writes it (``contract/engine.py``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import chain

from django.db import DatabaseError

from reports.models import Article, OutboxRow
from reports.models.chunks import in_chunks

from . import connection
from .contract.engine import Change
from .contract.errors import ArticleUnindexable, IndexDamaged, IndexMissing
from .contract.values import EMPTY_VERSION, IndexedArticle
from .indexes import indexed_article, published_articles
from .lexicon import wanted_segmenter

log = logging.getLogger(__name__)

_CHUNK = 200
# Where there is no index, one is made at once of this many articles that no row speaks of; more are left to
# a rebuild by ``update_index``.
_FIRST_FILL = 500
# Seconds to wait for another writer.
_PATIENCE = 30.0

Progress = Callable[[int, int], None]


def apply_changes(article_ids: Iterable[int]) -> None:
    """Bring these articles up to date: published ones are indexed again, all others are removed.

    The articles are read when nobody else can write, so no newer change is undone. Raises what
    ``write_changes`` does.
    """
    ids = sorted(set(article_ids))
    _write(ids, _lazily(lambda: read_changes(dict.fromkeys(ids, 0))), _PATIENCE)


def read_changes(numbers: Mapping[int, int]) -> list[Change]:
    """What the index has to take in of these articles, ascending; most of the work, done without any lock.

    ``numbers``: article id -> number of its newest change, read before this call. Raises ArticleUnindexable.
    """
    engine = connection.engine()
    documents = {}
    for article in _articles(sorted(numbers)):
        try:
            documents[article.pk] = engine.prepare(indexed_article(article))
        except (DatabaseError, OSError, ArticleUnindexable):
            raise
        except Exception as error:
            raise ArticleUnindexable(article.pk) from error
    return [
        Change(article_id, documents.get(article_id), numbers[article_id]) for article_id in sorted(numbers)
    ]


def write_changes(
    changes: Sequence[Change],
    still_true: Callable[[Sequence[Change]], Iterable[Change]],
    patience: float = _PATIENCE,
) -> frozenset[int]:
    """One commit; the ids that came late. Raises what ``Engine.apply`` does, and then nothing has changed.

    ``still_true`` is asked, when nobody else can write, which of ``changes`` the database has not overtaken.
    """
    ids = [change.article_id for change in changes]
    return _write(ids, _lazily(lambda: still_true(changes)), patience)


def _write(ids: Sequence[int], changes: Iterable[Change], patience: float) -> frozenset[int]:
    engine = connection.engine()
    try:
        return engine.apply(changes, patience)
    except IndexMissing:
        ids = sorted({*ids, *_untold()})
        engine.rebuild(_indexable(_articles(ids)), _changed, wanted_segmenter(), len(ids))
        return frozenset()


def _lazily(read: Callable[[], Iterable[Change]]) -> Iterator[Change]:
    """What ``read`` gives, read when the first one is asked for."""
    yield from read()


def _untold() -> list[int]:
    """Published articles that no outbox row speaks of, few enough to be taken in at once."""
    told = OutboxRow.objects.values("article_id")
    untold = Article.objects.published().exclude(pk__in=told).order_by("pk")
    ids = list(untold.values_list("pk", flat=True)[: _FIRST_FILL + 1])
    if len(ids) > _FIRST_FILL:
        # An index of a few articles would pass for one of all.
        raise IndexMissing
    return ids


def unindexed() -> list[int]:
    """The published articles that are not in the index, waiting ones among them."""
    try:
        indexed = connection.engine().stamps().of_articles
    except IndexMissing:
        indexed = {}
    published = Article.objects.published().order_by("pk").values_list("pk", flat=True)
    return [number for number in published if number not in indexed]


def rebuild(progress: Progress | None = None) -> int:
    """Make the index again from the database beside the live one, and swap; how many articles it holds.

    ``progress(done, total)`` is called after each article. Searches and changes go on meanwhile, and
    the changes are in the new index. It is cut with the curators' words as they are now. An article
    that cannot be indexed is left out, with the cause in the log (see ``unindexed``). Raises
    IndexBusy where a rebuild is under way.
    """
    total = Article.objects.published().count()

    def all_articles() -> Iterator[Article]:
        # With a chunk size, iterator() prefetches chunk by chunk: memory stays flat.
        for done, article in enumerate(published_articles().iterator(chunk_size=_CHUNK), 1):
            yield article
            if progress is not None:
                progress(done, max(done, total))

    return connection.engine().rebuild(_indexable(all_articles()), _changed, wanted_segmenter(), total)


def as_worker() -> AbstractContextManager[None]:
    """Held by the one process that does bulk work, maintenance and clearing; raises IndexBusy."""
    return connection.engine().as_worker()


def maintain() -> None:
    """Remove what a killed rebuild has left, unless one is under way. Raises OSError."""
    connection.engine().maintain()


def needs_maintenance() -> bool:
    """Whether a rebuild is due, for searches to stay fast. False where the index cannot be read."""
    try:
        return connection.engine().needs_maintenance()
    except (IndexDamaged, OSError):
        return False


def read_again() -> None:
    """Have every file compared with its checksum again, whatever this process found before."""
    connection.engine().read_again()


def live_words() -> tuple[str, ...] | None:
    """The curators' words that the live index was made with; None where there is no index to read."""
    engine = connection.engine()
    try:
        has_index = engine.version() != EMPTY_VERSION
    except (IndexDamaged, OSError):
        return None
    return engine.segmenter().words if has_index else None


def is_rebuilding() -> bool:
    """Whether a rebuild is under way, in whichever process."""
    return connection.engine().is_rebuilding()


def _changed(ids: Sequence[int]) -> Iterator[IndexedArticle]:
    return _indexable(_articles(ids))


def _indexable(articles: Iterable[Article]) -> Iterator[IndexedArticle]:
    """The articles as the engine takes them; one that cannot be read so is left out, with the cause in the
    log."""
    for article in articles:
        try:
            indexed = indexed_article(article)
        except Exception:
            # One article among thousands must not keep a damaged index from being built again.
            log.exception("报道 %d 未能编入索引", article.pk)
        else:
            yield indexed


def _articles(ids: Sequence[int]) -> Iterator[Article]:
    """Those of the articles that are published."""
    return chain.from_iterable(published_articles().filter(pk__in=chunk) for chunk in in_chunks(ids, _CHUNK))

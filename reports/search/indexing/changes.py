"""Changes of articles, from the database to the engine."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from django.db import DatabaseError

from reports.models import Article, OutboxRow
from reports.models.chunks import in_chunks
from reports.search import connection
from reports.search.contract.engine import Change
from reports.search.contract.errors import ArticleUnindexable, IndexMissing
from reports.search.contract.values import IndexedArticle

from .index_documents import indexed_article, published_articles
from .lexicon import current_segmenter

log = logging.getLogger(__name__)

CHUNK = 200
# Where there is no index, one is made at once of this many articles that no row speaks of; more are left to
# a rebuild by ``update_index``.
_FIRST_FILL = 500
# Seconds to wait for another writer.
_PATIENCE = 30.0


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
        engine.rebuild(indexable(_articles(ids)), articles_with, current_segmenter(), len(ids))
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


def articles_with(ids: Sequence[int]) -> Iterator[IndexedArticle]:
    """Those of the articles that are published, as the engine takes them."""
    return indexable(_articles(ids))


def indexable(articles: Iterable[Article]) -> Iterator[IndexedArticle]:
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
    return chain.from_iterable(published_articles().filter(pk__in=chunk) for chunk in in_chunks(ids, CHUNK))

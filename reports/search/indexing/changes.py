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
# If there is no index, one is made at once of up to this number of articles without an outbox row. If there
# are more, ``update_index`` has to rebuild.
_MAX_FIRST_ARTICLES = 500
# Seconds for which to wait for another writer.
_PATIENCE = 30.0


def apply_changes(article_ids: Iterable[int]) -> None:
    """Bring these articles up to date in the index: published ones are indexed again, all others are removed.

    The articles are read with the write lock, so no newer change is undone. Raises the errors of
    ``write_changes``.
    """
    ids = sorted(set(article_ids))
    _write(ids, _lazily(lambda: read_changes(dict.fromkeys(ids, 0))), _PATIENCE)


def read_changes(numbers: Mapping[int, int]) -> list[Change]:
    """The changes of these articles, by ascending id, prepared: most of the work of indexing, without a lock.

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
    select_current: Callable[[Sequence[Change]], Iterable[Change]],
    patience: float = _PATIENCE,
) -> frozenset[int]:
    """Write one commit. Returns the ids of late changes. Raises the errors of ``Engine.apply``; then nothing
    has changed.

    ``select_current`` is called with the write lock. It returns those of ``changes`` that are still the
    newest state of the database.
    """
    ids = [change.article_id for change in changes]
    return _write(ids, _lazily(lambda: select_current(changes)), patience)


def _write(ids: Sequence[int], changes: Iterable[Change], patience: float) -> frozenset[int]:
    engine = connection.engine()
    try:
        return engine.apply(changes, patience)
    except IndexMissing:
        ids = sorted({*ids, *_articles_without_rows()})
        engine.rebuild(indexable(_articles(ids)), articles_with, current_segmenter(), len(ids))
        return frozenset()


def _lazily(read: Callable[[], Iterable[Change]]) -> Iterator[Change]:
    """Calls ``read`` when the first change is needed."""
    yield from read()


def _articles_without_rows() -> list[int]:
    """The published articles without an outbox row. Raises IndexMissing if there are too many to index at
    once: an index of a few articles would look like one of all."""
    rows = OutboxRow.objects.values("article_id")
    articles = Article.objects.published().exclude(pk__in=rows).order_by("pk")
    ids = list(articles.values_list("pk", flat=True)[: _MAX_FIRST_ARTICLES + 1])
    if len(ids) > _MAX_FIRST_ARTICLES:
        raise IndexMissing
    return ids


def articles_with(ids: Sequence[int]) -> Iterator[IndexedArticle]:
    """Those of the articles that are published, as the engine takes them."""
    return indexable(_articles(ids))


def indexable(articles: Iterable[Article]) -> Iterator[IndexedArticle]:
    """The articles as the engine takes them. Leaves out an article that cannot be read, with the cause in the
    log."""
    for article in articles:
        try:
            indexed = indexed_article(article)
        except Exception:
            # One article among thousands must not prevent the rebuild of a damaged index.
            log.exception("报道 %d 未能编入索引", article.pk)
        else:
            yield indexed


def _articles(ids: Sequence[int]) -> Iterator[Article]:
    """Those of the articles that are published."""
    return chain.from_iterable(published_articles().filter(pk__in=chunk) for chunk in in_chunks(ids, CHUNK))

"""Rebuilding the index from the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reports.models import Article
from reports.search import connection
from reports.search.contract.errors import IndexDamaged, IndexMissing

from .changes import CHUNK, articles_with, indexable
from .index_documents import published_articles
from .lexicon import current_segmenter

Progress = Callable[[int, int], object]


def rebuild(progress: Progress | None = None) -> int:
    """Make a new index from the database, with the curators' present words, and swap. Returns the number of
    its articles.

    ``progress(done, total)`` is called after each article. Searches and changes continue meanwhile, and the
    new index has the changes. An article that cannot be indexed is left out, with the cause in the log (see
    ``unindexed_articles``). Raises IndexBusy if a rebuild is under way.
    """
    total = Article.objects.published().count()

    def all_articles() -> Iterator[Article]:
        # With a chunk size, iterator() prefetches chunk by chunk, in constant memory.
        for done, article in enumerate(published_articles().iterator(chunk_size=CHUNK), 1):
            yield article
            if progress is not None:
                progress(done, max(done, total))

    return connection.engine().rebuild(indexable(all_articles()), articles_with, current_segmenter(), total)


def unindexed_articles() -> list[int]:
    """The ids of published articles that are not in the index, including waiting ones."""
    try:
        indexed = connection.engine().stamps().of_articles
    except IndexMissing:
        indexed = {}
    published = Article.objects.published().order_by("pk").values_list("pk", flat=True)
    return [article_id for article_id in published if article_id not in indexed]


def needs_maintenance() -> bool:
    """Whether a rebuild is due, so that searches remain fast. False if the index cannot be read."""
    try:
        return connection.engine().needs_maintenance()
    except (IndexDamaged, OSError):
        return False

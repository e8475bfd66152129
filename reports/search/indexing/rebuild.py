"""Making the index again from the database, and whether that is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from reports.models import Article
from reports.search import connection
from reports.search.contract.errors import IndexDamaged, IndexMissing

from .changes import CHUNK, articles_with, indexable
from .index_documents import published_articles
from .lexicon import current_segmenter

Progress = Callable[[int, int], None]


def rebuild(progress: Progress | None = None) -> int:
    """Make the index again from the database beside the live one, and swap; how many articles it holds.

    ``progress(done, total)`` is called after each article. Searches and changes go on meanwhile, and
    the changes are in the new index. It is cut with the curators' words as they are now. An article
    that cannot be indexed is left out, with the cause in the log (see ``unindexed_articles``). Raises
    IndexBusy where a rebuild is under way.
    """
    total = Article.objects.published().count()

    def all_articles() -> Iterator[Article]:
        # With a chunk size, iterator() prefetches chunk by chunk: memory stays flat.
        for done, article in enumerate(published_articles().iterator(chunk_size=CHUNK), 1):
            yield article
            if progress is not None:
                progress(done, max(done, total))

    return connection.engine().rebuild(indexable(all_articles()), articles_with, current_segmenter(), total)


def unindexed_articles() -> list[int]:
    """The published articles that are not in the index, waiting ones among them."""
    try:
        indexed = connection.engine().stamps().of_articles
    except IndexMissing:
        indexed = {}
    published = Article.objects.published().order_by("pk").values_list("pk", flat=True)
    return [number for number in published if number not in indexed]


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

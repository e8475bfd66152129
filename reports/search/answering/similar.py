"""Articles like the one being read."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from reports.models import Article
from reports.search import connection
from reports.search.contract.errors import IndexDamaged
from reports.search.syntax.tree import Every

from .hits import ArticleLabel, label_articles

log = logging.getLogger(__name__)

MAX_SIMILAR = 5


@dataclass(frozen=True, slots=True)
class SimilarArticle:
    id: int
    label: ArticleLabel
    is_of_same_district: bool


def similar_articles(article: Article) -> list[SimilarArticle]:
    """At most five published articles, the most similar first; none if there is no index.

    One query to the engine, two to the database. If the index cannot be read, this is logged, and the page
    of the article has no list.
    """
    try:
        similar = connection.engine().similar(article.pk, Every(), limit=MAX_SIMILAR)
    except (IndexDamaged, OSError):
        log.exception("Similar articles of %d cannot be found", article.pk)
        return []
    ids = [hit.article_id for hit in similar.hits]
    labels = label_articles(ids)
    own = article.district.key if article.district else None
    return [
        SimilarArticle(article_id, label, bool(own and label.district and label.district.key == own))
        for article_id in ids
        if (label := labels.get(article_id)) is not None
    ]

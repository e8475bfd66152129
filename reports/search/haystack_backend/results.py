"""haystack's results, whose database objects are loaded together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from haystack.models import SearchResult

from reports.models import Article
from reports.search.engines.whoosh.reader.snapshot import Snapshot


class Batch:
    """The articles of one page of results: one query for all, when the first is asked for."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids = list(ids)
        self._loaded: dict[int, Article] | None = None

    def get(self, article_id: int) -> Article | None:
        if self._loaded is None:
            self._loaded = Article.objects.in_bulk(self._ids)
        return self._loaded.get(article_id)


class ArticleResult(SearchResult):  # type: ignore[misc]
    """A hit. ``object`` is None where the article has gone from the database since it was indexed."""

    batch: Batch | None = None
    _object: Article | None

    def _load(self) -> Article | None:
        if self._object is None and self.batch is not None:
            self._object = self.batch.get(int(self.pk))
        return self._object

    def _keep(self, value: Article | None) -> None:
        self._object = value

    object = property(_load, _keep)


def result_fields(snapshot: Snapshot, article_id: int) -> dict[str, Any]:
    """What ``result.district`` and the like give: lists for facets of several values."""
    document = snapshot.document_of(article_id)
    if document is None:
        return {}
    article = snapshot.article(document)
    facets = {facet: list(values) for facet, values in article.facets.items()}
    return {
        "text": "\n".join(
            block.text for block in article.blocks if block.kind not in ("initiative", "district")
        ),
        "headline": next((block.text for block in article.blocks if block.kind == "headline"), ""),
        "district": facets.get("district", []),
        "city": facets.get("city", []),
        "initiative": facets.get("initiative", []),
        "source": next(iter(facets.get("source", [])), None),
        "year": article.year,
        "published_on": article.published_on,
    }

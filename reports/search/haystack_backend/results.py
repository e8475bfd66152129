"""haystack's results, whose database objects are loaded together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from html import escape
from typing import Any

from haystack.models import SearchResult

from reports.models import Article
from reports.models.chunks import in_chunks
from reports.search.contract.kinds import HIDDEN_KINDS
from reports.search.contract.values import Passage
from reports.search.indexing.index_documents import indexed_article, published_articles


class Batch:
    """The articles of one page of results, read from the database together."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids = list(ids)

    @cached_property
    def _articles(self) -> dict[int, Article]:
        chunks = in_chunks(self._ids)
        return {article.pk: article for ids in chunks for article in published_articles().filter(pk__in=ids)}

    def get(self, article_id: int) -> Article | None:
        """None if the article is no longer published."""
        return self._articles.get(article_id)

    def fields_of(self, article_id: int) -> dict[str, Any]:
        """The attributes of a result; facets of several values are lists."""
        article = self.get(article_id)
        if article is None:
            return {}
        indexed = indexed_article(article)
        facets = {facet: list(values) for facet, values in indexed.facets.items()}
        return {
            "text": "\n".join(block.text for block in indexed.blocks if block.kind not in HIDDEN_KINDS),
            "headline": article.headline,
            "district": facets["district"],
            "named": facets["named"],
            "initiative": facets["initiative"],
            "source": next(iter(facets["source"]), None),
            "year": indexed.year,
            "published_on": indexed.published_on,
        }


class ArticleResult(SearchResult):  # type: ignore[misc]
    """A hit. ``object`` is None if the article is no longer published."""

    batch: Batch | None = None
    _object: Article | None

    def _load(self) -> Article | None:
        if self._object is None and self.batch is not None:
            self._object = self.batch.get(int(self.pk))
        return self._object

    def _set(self, value: Article | None) -> None:
        self._object = value

    object = property(_load, _set)


def marked(passage: Passage) -> str:
    """The passage as HTML, with ``<em>`` around its marks."""
    parts, position = [], 0
    for start, end in passage.marks:
        parts += [escape(passage.text[position:start]), "<em>", escape(passage.text[start:end]), "</em>"]
        position = end
    return "".join([*parts, escape(passage.text[position:])])

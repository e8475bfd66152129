"""The door haystack looks behind."""

from .search.haystack_backend.article_index import ArticleIndex

__all__ = ["ArticleIndex"]

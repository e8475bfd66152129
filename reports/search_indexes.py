"""The door haystack looks behind."""

from .search.indexes import ArticleIndex

__all__ = ["ArticleIndex"]

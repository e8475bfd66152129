"""The door haystack looks behind."""

from .search.indexes import ReportIndex

__all__ = ["ReportIndex"]

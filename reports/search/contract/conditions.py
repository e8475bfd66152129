"""Conditions that programs may add to a tree: facet values, dates, article ids.

The query language has no words for them; they come from haystack's ``filter(year=2024)`` and ``narrow``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.search.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class FacetValues:
    """Articles with any of these values of a facet."""

    facet: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetPrefix:
    """Articles with a value of the facet that begins with ``prefix``."""

    facet: str
    prefix: str


@dataclass(frozen=True, slots=True)
class DateRange:
    """Articles that may be from ``first`` to ``last``, both included; None: no limit on this side."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class YearRange:
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ArticleIds:
    ids: tuple[int, ...]


Condition = Node | FacetValues | FacetPrefix | DateRange | YearRange | ArticleIds

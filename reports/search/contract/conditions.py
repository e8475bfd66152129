"""Leaves only an engine's own callers put into a tree: facet values, dates, article ids.

The query language has no words for them; haystack's ``filter(year=2024)`` and ``narrow`` do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.search.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Chosen:
    """Articles with any of these values of a facet."""

    facet: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValuePrefix:
    """Articles with a value of the facet that begins so."""

    facet: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Dated:
    """Articles that may lie between two days, both included; None leaves a side open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Years:
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Identified:
    ids: tuple[int, ...]


Condition = Node | Chosen | ValuePrefix | Dated | Years | Identified

"""Leaves only an engine's own callers put into a tree: facet values, dates, article ids.

The query language has no words for them; haystack's ``filter(year=2024)`` and ``narrow`` do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reports.search.syntax.tree import And, Every, Exact, Field, Near, Node, Not, Or, Phrase, Prefix, Word


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


def wanted_leaves(tree: Condition) -> Iterator[Word | Phrase | Exact | Prefix | Near]:
    """The leaves a hit may owe its place to: everything that is not negated."""
    match tree:
        case And(children) | Or(children):
            for child in children:
                yield from wanted_leaves(child)
        case Field(_, child):
            yield from wanted_leaves(child)
        case Word() | Phrase() | Exact() | Prefix() | Near():
            yield tree
        case Not() | Every():
            return


def leaf_texts(tree: Condition) -> list[str]:
    """Texts of the wanted leaves, each once, in order."""
    texts: dict[str, None] = {}
    for leaf in wanted_leaves(tree):
        for text in leaf.texts if isinstance(leaf, Near) else (leaf.text,):
            if text:
                texts[text] = None
    return list(texts)

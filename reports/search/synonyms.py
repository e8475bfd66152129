"""Synonyms at query time: a bare word becomes the word or any of its expansions.

They need no new index. Phrases, ``=word``, prefixes and proximity mean what they say and stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reports.language.normalise import fold
from reports.models import Synonym

from .syntax.tree import And, Field, Node, Not, Or, Word

Expansions = Mapping[str, tuple[str, ...]]
"""Normalised word -> what it also stands for, as printed."""

Row = tuple[str, str, bool]

_held: tuple[tuple[Row, ...], Expansions] = ((), {})


def current_expansions() -> Expansions:
    """What curators have set: one small query, and the same object as long as nothing has changed."""
    global _held
    active = Synonym.objects.filter(is_active=True).order_by("pk")
    rows = tuple(active.values_list("term", "expansions", "is_two_way"))
    held_rows, expansions = _held
    if rows != held_rows:
        expansions = _read(rows)
        _held = rows, expansions
    return expansions


def listed(expansions: str) -> tuple[str, ...]:
    """The lines of ``Synonym.expansions``."""
    lines = (line.strip() for line in expansions.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def _read(rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, str]] = {}
    for term, expansions, is_two_way in rows:
        group = (term, *listed(expansions))
        for word in group if is_two_way else group[:1]:
            others = found.setdefault(fold(word), {})
            for other in group:
                if fold(other) and fold(other) != fold(word):
                    others.setdefault(fold(other), other)
    return {word: tuple(others.values()) for word, others in found.items() if word and others}


def expand(tree: Node, expansions: Expansions) -> Node:
    """The tree with every bare word that has synonyms as an ``Or`` of them all; the word itself first."""
    if not expansions:
        return tree
    match tree:
        case Word(text) if text in expansions:
            return Or((tree, *(Word(fold(other)) for other in expansions[text])))
        case And(children):
            return And(tuple(expand(child, expansions) for child in children))
        case Or(children):
            return Or(tuple(expand(child, expansions) for child in children))
        case Not(child):
            return Not(expand(child, expansions))
        case Field(name, child):
            return Field(name, expand(child, expansions))
        case _:
            return tree

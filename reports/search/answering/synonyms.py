"""Synonyms at query time: a bare word becomes the word or any of its expansions.

They need no new index. Phrases, ``=word``, prefixes and proximity stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reports.language.normalise import fold
from reports.models import Synonym
from reports.search.syntax.tree import FieldName, Leaf, Node, Or, Word, rewrite

Expansions = Mapping[str, tuple[str, ...]]
"""Normalised word -> its synonyms, as printed."""

Row = tuple[str, str, bool]

_held: tuple[tuple[Row, ...], Expansions] = ((), {})


def current_expansions() -> Expansions:
    """The curators' synonyms: one small query, and the same object while nothing has changed."""
    global _held
    active = Synonym.objects.filter(is_active=True).order_by("pk")
    rows = tuple(active.values_list("term", "expansions", "is_two_way"))
    held_rows, expansions = _held
    if rows != held_rows:
        expansions = _by_word(rows)
        _held = rows, expansions
    return expansions


def listed(expansions: str) -> tuple[str, ...]:
    """The lines of ``Synonym.expansions``."""
    lines = (line.strip() for line in expansions.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def _by_word(rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    synonyms: dict[str, dict[str, str]] = {}
    for term, expansions, is_two_way in rows:
        group = (term, *listed(expansions))
        for word in group if is_two_way else group[:1]:
            others = synonyms.setdefault(fold(word), {})
            for other in group:
                if fold(other) and fold(other) != fold(word):
                    others.setdefault(fold(other), other)
    return {word: tuple(others.values()) for word, others in synonyms.items() if word and others}


def expand(tree: Node, expansions: Expansions) -> Node:
    """The tree with every bare word that has synonyms as an ``Or`` of them all; the word itself first."""
    if not expansions:
        return tree

    def with_synonyms(leaf: Leaf, _: FieldName | None) -> Node:
        if isinstance(leaf, Word) and leaf.text in expansions:
            return Or((leaf, *(Word(fold(other)) for other in expansions[leaf.text])))
        return leaf

    return rewrite(tree, with_synonyms)

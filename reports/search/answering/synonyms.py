"""Synonyms at query time: a bare word becomes the word or any of its expansions.

They need no rebuild of the index. Phrases, ``=word``, prefixes and proximity are not expanded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reports.language.normalise import fold
from reports.models import Synonym
from reports.search.syntax.tree import FieldName, Leaf, Node, Or, Word, rewrite

Expansions = Mapping[str, tuple[str, ...]]
"""Normalised word -> its synonyms, as printed."""

Row = tuple[str, str, bool]

_cached: tuple[tuple[Row, ...], Expansions] = ((), {})


def current_expansions() -> Expansions:
    """The curators' synonyms: one small query; the same object as long as nothing changes."""
    global _cached
    active = Synonym.objects.filter(is_active=True).order_by("pk")
    rows = tuple(active.values_list("term", "expansions", "is_two_way"))
    cached_rows, expansions = _cached
    if rows != cached_rows:
        expansions = _by_word(rows)
        _cached = rows, expansions
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
            of_word = synonyms.setdefault(fold(word), {})
            for synonym in group:
                if fold(synonym) and fold(synonym) != fold(word):
                    of_word.setdefault(fold(synonym), synonym)
    return {word: tuple(of_word.values()) for word, of_word in synonyms.items() if word and of_word}


def expand(tree: Node, expansions: Expansions) -> Node:
    """The tree with every bare word that has synonyms as an ``Or`` of them all; the word itself first."""
    if not expansions:
        return tree

    def with_synonyms(leaf: Leaf, _: FieldName | None) -> Node:
        if isinstance(leaf, Word) and leaf.text in expansions:
            return Or((leaf, *(Word(fold(synonym)) for synonym in expansions[leaf.text])))
        return leaf

    return rewrite(tree, with_synonyms)

"""“Did you mean”: words mistyped by sound or by shape, against what the archive holds.

A correction is an entry of the suggestion table (district, initiative, frequent word) of the same
length, each of whose characters is the typed one, sounds like it or looks like it. Words that stand
in the archive are left alone, unless they stand there by accident only (产业连 in 产业连片).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from reports.language.lookalikes import lookalikes
from reports.language.pinyin import characters_by_reading, readings
from reports.search.suggestions import cut_word
from reports.search.syntax.parser import all_of
from reports.search.syntax.tree import And, Exact, Field, Node, Or, Phrase, Word

from .table import SuggestionTable

Count = Callable[[Node], int]

_LONGEST = 10
_LONGEST_JOINED = 50
"""Beyond, what is pasted is a sentence, not words written as one; and each character costs as much again."""
_SHORTEST_WITH_HITS = 3
_TIMES_MORE = 20
"""A word that stands in articles is called mistyped only where the other stands in so many times more."""
_TRIED = 4
_SAME_INITIALS = (("z", "zh"), ("c", "ch"), ("s", "sh"), ("l", "n"))


@dataclass(frozen=True, slots=True)
class _Near:
    text: str
    differences: int
    weight: int


def correct(tree: Node, table: SuggestionTable, count: Count) -> Node | None:
    """The tree with its mistyped words put right; None where none is. ``count`` says how many hits of the
    search's scope a tree has; what a field asks for is counted in that field. Negated parts stay."""
    corrected = _corrected(tree, table, count)
    return None if corrected == tree else corrected


def _corrected(tree: Node, table: SuggestionTable, count: Count) -> Node:
    match tree:
        case Word(text):
            return _right_word(text, table, count) or tree
        case Phrase(text):
            right = _right_text(text, table, count)
            return Phrase(right) if right else tree
        case And(children):
            return all_of(_corrected(child, table, count) for child in children) or tree
        case Or(children):
            return Or(tuple(_corrected(child, table, count) for child in children))
        case Field(name, child):
            return Field(name, _corrected(child, table, lambda inner: count(Field(name, inner))))
        case _:
            return tree


def _right_word(text: str, table: SuggestionTable, count: Count) -> Node | None:
    right = _right_text(text, table, count)
    if right:
        return Word(right)
    if not _SHORTEST_WITH_HITS < len(text) <= _LONGEST_JOINED or count(Word(text)):
        return None
    # Several words written as one.
    joined = _put_right_inside(text, table)
    if joined == text:
        return None
    for tree in (Word(joined), all_of(map(Word, cut_word(joined, table.segmenter)))):
        if tree is not None and count(tree):
            return tree
    return None


def _right_text(text: str, table: SuggestionTable, count: Count) -> str | None:
    """What was meant by ``text`` as a whole."""
    if not 2 <= len(text) <= _LONGEST or table.has(text):
        return None
    # A word of the dictionary that is missing from the archive may well be another's slip.
    if table.segmenter.knows(text) and count(Word(text)):
        return None
    near = _near(text, table)
    if not near:
        return None
    standing = count(Word(text))
    for candidate in near[:_TRIED]:
        hits = count(Word(candidate.text))
        if standing == 0 and hits:
            return candidate.text
        if (
            len(text) >= _SHORTEST_WITH_HITS
            and candidate.differences == 1
            and hits >= _TIMES_MORE * standing
            and hits >= _TIMES_MORE * count(Exact(text)) * 2
        ):
            return candidate.text
    return None


def _put_right_inside(text: str, table: SuggestionTable) -> str:
    """The longest known or nearly known words from left to right; what is neither stays."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        for size in range(min(_LONGEST, len(text) - at), 1, -1):
            piece = text[at : at + size]
            if _is_known(piece, table):
                break
            if (near := _near(piece, table)) and near[0].differences * 2 <= size:
                piece = near[0].text
                break
        else:
            piece = text[at]
        pieces.append(piece)
        at += len(piece)
    return "".join(pieces)


def _is_known(text: str, table: SuggestionTable) -> bool:
    return table.has(text) or table.segmenter.knows(text)


def _near(text: str, table: SuggestionTable) -> list[_Near]:
    """Entries each of whose characters is that of ``text`` or may be taken for it, the nearest first."""
    if any(not readings(character) for character in text):
        return []
    units, entries = table.words(len(text))
    fits = np.ones(len(entries), bool)
    differences = np.zeros(len(entries), np.int64)
    for place, character in enumerate(text):
        column = units[:, place]
        fits &= _alike(character)[column]
        differences += column != ord(character)
    found = np.flatnonzero(fits & (differences > 0))
    near = [
        _Near(table.entries[entry].key, int(differences[number]), table.entries[entry].weight)
        for number, entry in zip(found.tolist(), entries[found].tolist(), strict=True)
    ]
    return sorted(near, key=lambda one: (one.differences, -one.weight, one.text))


def _similar_sounds(sound: str) -> Iterator[str]:
    """The syllable and those that many speakers do not tell from it: z and zh, n and l, in and ing."""
    initials = {sound}
    for one, other in _SAME_INITIALS:
        if sound.startswith(other):
            initials.add(one + sound[len(other) :])
        elif sound.startswith(one):
            initials.add(other + sound[len(one) :])
    for begun in initials:
        yield begun
        if begun.endswith(("an", "en", "in")):
            yield f"{begun}g"
        elif begun.endswith(("ang", "eng", "ing")):
            yield begun[:-1]


@lru_cache(maxsize=128)  # 8 MB at most
def _alike(character: str) -> npt.NDArray[np.bool_]:
    table = np.zeros(0x10000, bool)
    alike = {character, *lookalikes(character)}
    for sound in readings(character):
        for similar in _similar_sounds(sound):
            alike.update(characters_by_reading().get(similar, ""))
    table[[ord(one) for one in alike if ord(one) < 0x10000]] = True
    return table

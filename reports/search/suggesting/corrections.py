"""“Did you mean”: corrects words that were mistyped by sound or by shape.

A correction is an entry of the suggestion table (district, initiative, frequent word) of the same length that
differs in one character, which sounds or looks like the typed one. Not corrected are single characters,
numerals, words of the lexicon, and what occurs anywhere in the texts: a reader who typed these meant them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from reports.language.lookalikes import lookalikes
from reports.language.pinyin import characters_by_reading, readings
from reports.search.syntax.cutting import segment_word
from reports.search.syntax.tree import Field, FieldName, Leaf, Node, Phrase, Word, all_of, rewrite

from .table import SuggestionTable

Count = Callable[[Node], int]
Occurs = Callable[[str], bool]

_MAX_LENGTH = 10
_MAX_UNBROKEN = 50
"""A longer text is a sentence, not words written without a blank; and the time grows with its length."""
_MIN_UNBROKEN = 4
_MAX_TRIED = 4
_NUMERALS = frozenset("零一二三四五六七八九十百千万亿两")
_SAME_INITIALS = (("z", "zh"), ("c", "ch"), ("s", "sh"), ("l", "n"))


@dataclass(frozen=True, slots=True)
class _Archive:
    """``occurs``: whether a normalised text is anywhere in the texts of the archive."""

    table: SuggestionTable
    occurs: Occurs

    def is_right(self, text: str) -> bool:
        """Whether the text was meant as typed."""
        return self.table.has(text) or self.table.segmenter.knows(text) or self.occurs(text)


def correct(tree: Node, table: SuggestionTable, count: Count, occurs: Occurs) -> Node | None:
    """The tree with its mistyped words corrected; None if there are none. ``count``: the number of hits of a
    tree in the scope of the search; a word in a field is counted in that field. Negated parts are not
    corrected."""
    archive = _Archive(table, occurs)

    def corrected(leaf: Leaf, field: FieldName | None) -> Node:
        in_field = count if field is None else lambda node: count(Field(field, node))
        match leaf:
            case Word(text):
                return _corrected_word(text, archive, in_field) or leaf
            case Phrase(text):
                right = _corrected_text(text, archive, in_field)
                return Phrase(right) if right else leaf
            case _:
                return leaf

    right = rewrite(tree, corrected, negated=False)
    return None if right == tree else right


def _corrected_word(text: str, archive: _Archive, count: Count) -> Node | None:
    if right := _corrected_text(text, archive, count):
        return Word(right)
    if not _MIN_UNBROKEN <= len(text) <= _MAX_UNBROKEN or archive.is_right(text):
        return None
    # Several words without a blank.
    unbroken = _correct_inside(text, archive)
    if unbroken == text:
        return None
    for tree in (Word(unbroken), all_of(map(Word, segment_word(unbroken, archive.table.segmenter)))):
        if tree is not None and count(tree):
            return tree
    return None


def _corrected_text(text: str, archive: _Archive, count: Count) -> str | None:
    """The correction of ``text`` as a whole."""
    if not 2 <= len(text) <= _MAX_LENGTH or archive.is_right(text):
        return None
    candidates = _candidates(text, archive.table)[:_MAX_TRIED]
    return next((candidate for candidate in candidates if count(Word(candidate))), None)


def _correct_inside(text: str, archive: _Archive) -> str:
    """The longest words that are right, or nearly so, from left to right; other characters are not
    changed."""
    table = archive.table
    pieces: list[str] = []
    at = 0
    while at < len(text):
        for size in range(min(_MAX_LENGTH, len(text) - at), 1, -1):
            piece = text[at : at + size]
            if table.has(piece) or table.segmenter.knows(piece):
                break
            if (candidates := _candidates(piece, table)) and not archive.occurs(piece):
                piece = candidates[0]
                break
        else:
            piece = text[at]
        pieces.append(piece)
        at += len(piece)
    return "".join(pieces)


def _candidates(text: str, table: SuggestionTable) -> list[str]:
    """Entries that differ from ``text`` in one character that may be mistaken for the typed one; those of
    most articles first."""
    if any(not readings(character) for character in text):
        return []
    units, entries = table.words(len(text))
    fits = np.ones(len(entries), bool)
    differences = np.zeros(len(entries), np.int64)
    for index, character in enumerate(text):
        column = units[:, index]
        fits &= _confusable(character)[column]
        differences += column != ord(character)
    found = [table.entries[entry] for entry in entries[fits & (differences == 1)].tolist()]
    found.sort(key=lambda entry: (-entry.weight, entry.key))
    return [entry.key for entry in found]


def _similar_sounds(sound: str) -> Iterator[str]:
    """The syllable and those that many speakers pronounce alike: z and zh, n and l, in and ing."""
    initials = {sound}
    for short, long in _SAME_INITIALS:
        if sound.startswith(long):
            initials.add(short + sound[len(long) :])
        elif sound.startswith(short):
            initials.add(long + sound[len(short) :])
    for syllable in initials:
        yield syllable
        if syllable.endswith(("an", "en", "in")):
            yield f"{syllable}g"
        elif syllable.endswith(("ang", "eng", "ing")):
            yield syllable[:-1]


@lru_cache(maxsize=128)  # 8 MB at most
def _confusable(character: str) -> npt.NDArray[np.bool_]:
    table = np.zeros(0x10000, bool)
    if character in _NUMERALS:
        table[ord(character)] = True
        return table
    confusable = {character, *lookalikes(character)} - _NUMERALS
    for sound in readings(character):
        for similar in _similar_sounds(sound):
            confusable.update(set(characters_by_reading().get(similar, "")) - _NUMERALS)
    table[[ord(similar) for similar in confusable if ord(similar) < 0x10000]] = True
    return table

"""“Did you mean”: corrects words that were mistyped by sound or by shape.

A correction is an entry of the suggestion table (district, initiative, frequent word) of the same length.
Each of its characters is the typed one, sounds like it or looks like it. Words that occur in the archive are
not corrected, unless they occur only by chance (产业连 in 产业连片).
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
from reports.search.syntax.tree import Exact, Field, FieldName, Leaf, Node, Phrase, Word, all_of, rewrite

from .table import SuggestionTable

Count = Callable[[Node], int]

_MAX_LENGTH = 10
_MAX_UNBROKEN = 50
"""A longer text is a sentence, not words written without a blank; and the time grows with its length."""
_MIN_LENGTH_WITH_HITS = 3
_TIMES_MORE = 20
"""A word with hits counts as mistyped only if the correction has this number of times its hits."""
_MAX_TRIED = 4
_SAME_INITIALS = (("z", "zh"), ("c", "ch"), ("s", "sh"), ("l", "n"))


@dataclass(frozen=True, slots=True)
class CorrectionCandidate:
    text: str
    differences: int
    weight: int


def correct(tree: Node, table: SuggestionTable, count: Count) -> Node | None:
    """The tree with its mistyped words corrected; None if there are none. ``count``: the number of hits of a
    tree in the scope of the search; a word in a field is counted in that field. Negated parts are not
    corrected."""

    def corrected(leaf: Leaf, field: FieldName | None) -> Node:
        in_field = count if field is None else lambda node: count(Field(field, node))
        match leaf:
            case Word(text):
                return _corrected_word(text, table, in_field) or leaf
            case Phrase(text):
                right = _corrected_text(text, table, in_field)
                return Phrase(right) if right else leaf
            case _:
                return leaf

    right = rewrite(tree, corrected, negated=False)
    return None if right == tree else right


def _corrected_word(text: str, table: SuggestionTable, count: Count) -> Node | None:
    right = _corrected_text(text, table, count)
    if right:
        return Word(right)
    if not _MIN_LENGTH_WITH_HITS < len(text) <= _MAX_UNBROKEN or count(Word(text)):
        return None
    # Several words without a blank.
    unbroken = _correct_inside(text, table)
    if unbroken == text:
        return None
    for tree in (Word(unbroken), all_of(map(Word, segment_word(unbroken, table.segmenter)))):
        if tree is not None and count(tree):
            return tree
    return None


def _corrected_text(text: str, table: SuggestionTable, count: Count) -> str | None:
    """The correction of ``text`` as a whole."""
    if not 2 <= len(text) <= _MAX_LENGTH or table.has(text):
        return None
    # A word of the dictionary that no article contains may well be mistyped.
    if table.segmenter.knows(text) and count(Word(text)):
        return None
    candidates = _candidates(text, table)
    if not candidates:
        return None
    own_hits = count(Word(text))
    for candidate in candidates[:_MAX_TRIED]:
        hits = count(Word(candidate.text))
        if own_hits == 0 and hits:
            return candidate.text
        if (
            len(text) >= _MIN_LENGTH_WITH_HITS
            and candidate.differences == 1
            and hits >= _TIMES_MORE * own_hits
            and hits >= _TIMES_MORE * count(Exact(text)) * 2
        ):
            return candidate.text
    return None


def _correct_inside(text: str, table: SuggestionTable) -> str:
    """The longest words that are known, or nearly so, from left to right; other characters are not
    changed."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        for size in range(min(_MAX_LENGTH, len(text) - at), 1, -1):
            piece = text[at : at + size]
            if _is_known(piece, table):
                break
            if (candidates := _candidates(piece, table)) and candidates[0].differences * 2 <= size:
                piece = candidates[0].text
                break
        else:
            piece = text[at]
        pieces.append(piece)
        at += len(piece)
    return "".join(pieces)


def _is_known(text: str, table: SuggestionTable) -> bool:
    return table.has(text) or table.segmenter.knows(text)


def _candidates(text: str, table: SuggestionTable) -> list[CorrectionCandidate]:
    """Entries whose characters equal those of ``text`` or may be mistaken for them, the nearest first."""
    if any(not readings(character) for character in text):
        return []
    units, entries = table.words(len(text))
    fits = np.ones(len(entries), bool)
    differences = np.zeros(len(entries), np.int64)
    for index, character in enumerate(text):
        column = units[:, index]
        fits &= _confusable(character)[column]
        differences += column != ord(character)
    rows = np.flatnonzero(fits & (differences > 0))
    candidates = [
        CorrectionCandidate(table.entries[entry].key, int(differences[row]), table.entries[entry].weight)
        for row, entry in zip(rows.tolist(), entries[rows].tolist(), strict=True)
    ]
    return sorted(
        candidates, key=lambda candidate: (candidate.differences, -candidate.weight, candidate.text)
    )


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
    confusable = {character, *lookalikes(character)}
    for sound in readings(character):
        for similar in _similar_sounds(sound):
            confusable.update(characters_by_reading().get(similar, ""))
    table[[ord(similar) for similar in confusable if ord(similar) < 0x10000]] = True
    return table

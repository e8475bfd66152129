"""Finds keys by typed text: by their characters, by sound, by initials, or by any mixture.

All keys are in one array of UTF-16 units. The typed text drives an automaton whose states are positions in
this array, so a step is a few array operations for any number of keys. Readings are not listed in advance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from reports.language.normalise import fold
from reports.language.pinyin import as_typed, characters_by_reading

Units = npt.NDArray[np.uint16]
Positions = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MAX_TYPED = 40
_MAX_SYLLABLE = 6
_DOUBLE_INITIALS = ("zh", "ch", "sh")
_MAX_UNMERGED_STATES = 50_000
_END = 0  # after every key; no folded text contains it


def key_of(text: str) -> str:
    """The part of a text that is compared: its normalised letters and digits."""
    return "".join(character for character in fold(text) if character.isalnum())


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Keys that match, each once, with the rank of its best match: 0 at the beginning by characters, 1 there
    by sound, 2 inside by characters, 3 inside by sound."""

    keys: Positions
    rank: npt.NDArray[np.int64]


class Keys:
    """``keys`` as ``key_of`` gives them; a key is identified by its index in the sequence."""

    def __init__(self, keys: Sequence[str]) -> None:
        joined = "".join(f"{key}\0" for key in keys)
        self.units: Units = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), np.uint16)
        ends = np.flatnonzero(self.units == _END)
        self.starts: Positions = np.concatenate([[0], ends + 1])[:-1].astype(np.int64)
        # Positions by unit, for the first step, which would otherwise look at all of them.
        self._by_unit = np.argsort(self.units, kind="stable").astype(np.int32)
        self._distinct, first = np.unique(self.units[self._by_unit], return_index=True)
        self._bounds = np.append(first, len(self.units))

    def find(self, typed: str) -> Matches:
        """Every key that contains ``typed``, a text as ``key_of`` gives it. An empty text matches nothing."""
        typed = typed[:MAX_TYPED]
        if not typed:
            return Matches(np.zeros(0, np.int64), np.zeros(0, np.int64))
        best = np.full(len(self.starts), 4, np.int64)
        # Nearly every key contains any one letter.
        only_first = len(typed) == 1 and typed.isascii()
        literal = self._literal(typed, self._beginnings(only_first))
        self._record(best, literal, 0)
        if any("a" <= character <= "z" for character in typed):
            sounding = self._sounding(as_typed(typed), self._beginnings(only_first))
            self._record(best, sounding, 1)
        keys = np.flatnonzero(best < 4)
        return Matches(keys, best[keys])

    def _beginnings(self, only_first: bool) -> Positions | None:
        """Positions to begin at; None means every position."""
        return self.starts if only_first else None

    def _record(self, best: npt.NDArray[np.int64], positions: Positions, rank: int) -> None:
        key = self.starts.searchsorted(positions, side="right") - 1
        np.minimum.at(best, key, np.where(self.starts[key] == positions, rank, rank + 2))

    def _literal(self, typed: str, begin: Positions | None) -> Positions:
        for step, unit in enumerate(_units(typed).tolist()):
            if begin is None:
                begin = self._positions_of(np.array([unit], np.uint16))
            else:
                begin = begin[self.units[begin + step] == unit]
        assert begin is not None
        return begin

    def _sounding(self, typed: str, begin: Positions | None) -> Positions:
        """The positions where a match begins. A state is the text so far, with (beginning, position of the
        next character) of everything that fits; no position is beyond the end of its key, since nothing
        fits there."""
        states: dict[int, list[tuple[Positions, Positions]]] = {}
        matches: list[Positions] = [np.zeros(0, np.int64)]
        for at in range(len(typed)):
            if at == 0:
                first, position = begin, begin
            elif at in states:
                first, position = _merged(states.pop(at))
            else:
                continue
            for length, characters in _pieces(typed, at):
                if position is None or first is None:
                    beginning = fitting = self._positions_of(_units(characters))
                else:
                    fits = _table(characters)[self.units[position]]
                    fitting, beginning = position[fits], first[fits]
                if not len(fitting):
                    continue
                if at + length == len(typed):
                    matches.append(beginning)
                else:
                    states.setdefault(at + length, []).append((beginning, fitting + 1))
        return np.concatenate(matches)

    def _positions_of(self, units: Units) -> Positions:
        """The positions of any of the units."""
        distinct = np.flatnonzero(np.isin(self._distinct, units))
        low, high = self._bounds[distinct], self._bounds[distinct + 1]
        lengths = high - low
        steps = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        positions: Positions = self._by_unit[np.repeat(low, lengths) + steps].astype(np.int64)
        return positions


@lru_cache(maxsize=2048)
def _units(text: str) -> Units:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)


def _merged(parts: list[tuple[Positions, Positions]]) -> tuple[Positions, Positions]:
    first, position = (np.concatenate(side) for side in zip(*parts, strict=True))
    if len(parts) == 1 or len(first) <= _MAX_UNMERGED_STATES:
        return first, position
    # The same position reached by several readings counts once, or they would multiply at every letter.
    both = np.unique((first << 32) | position)
    return both >> 32, both & 0xFFFFFFFF


def _pieces(typed: str, at: int) -> Iterator[tuple[int, str]]:
    """Ways to read what is typed next: its length, and the characters it may stand for."""
    character = typed[at]
    if not "a" <= character <= "z":
        yield 1, character
        return
    rest = typed[at:]
    whole = len(rest)
    # What is typed last may be on its way to a syllable, and each syllable may be its initial alone.
    yield 1, character + _starting_with(character)
    if rest[:2] in _DOUBLE_INITIALS:
        yield 2, _starting_with(rest[:2])
    for length in range(2, min(_MAX_SYLLABLE, whole) + 1):
        piece = rest[:length]
        if length == whole:
            if piece not in _DOUBLE_INITIALS:
                yield length, _starting_with(piece)
        elif sounding := characters_by_reading().get(piece):
            yield length, sounding


@cache
def _starting_with(letters: str) -> str:
    """Characters with a reading that starts with ``letters``. There are some 1,300 beginnings of
    syllables."""
    if letters not in _beginnings_of_syllables():
        return ""
    return "".join(
        characters for sound, characters in characters_by_reading().items() if sound.startswith(letters)
    )


@cache
def _beginnings_of_syllables() -> frozenset[str]:
    return frozenset(_prefixes(characters_by_reading()))


def _prefixes(sounds: Iterable[str]) -> Iterator[str]:
    for sound in sounds:
        for length in range(1, len(sound) + 1):
            yield sound[:length]


def _table(characters: str) -> Mask:
    table = np.zeros(0x10000, bool)
    table[_units(characters)] = True
    return table

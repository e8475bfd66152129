"""Chinese words in Latin letters: for addresses, for typing in pinyin, for finding homophones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from .normalise import fold

_PLAIN_RUN = re.compile("[a-z0-9]+")
_RUN = re.compile("[a-z0-9]+|[^a-z0-9]+")
_LONGEST_SLUG = 100


def slug(text: str) -> str:
    """The text as a part of an address: lower-case ASCII letters and digits, hyphens between syllables.

    志愿服务 becomes ``zhi-yuan-fu-wu``, 5300计划 becomes ``5300-ji-hua``: an address does not depend on
    a segmenter's dictionary. At most 100 characters, cut at a hyphen if possible; empty if the text has
    no letter or digit. Different texts may have the same slug.
    """
    joined = "-".join(syllables(text))
    if len(joined) <= _LONGEST_SLUG:
        return joined
    return joined[: _LONGEST_SLUG + 1].rpartition("-")[0] or joined[:_LONGEST_SLUG]


def syllables(text: str) -> list[str]:
    """The syllables of the text, without tones and with ``v`` for ü; runs of letters and digits stay whole.

    For an ideograph that is in no pronunciation dictionary, its code point is used.
    """
    return [sound for run in _RUN.findall(_plain(text)) for sound in _spell(run)]


def initials(text: str) -> str:
    """First letters of the syllables, as people type them for short: 党建引领 is ``djyl``."""
    runs = _RUN.findall(_plain(text))
    return "".join(run if _PLAIN_RUN.match(run) else "".join(s[0] for s in _spell(run)) for run in runs)


def _plain(text: str) -> str:
    """Normalised, and letters without their accents."""
    decomposed = unicodedata.normalize("NFD", fold(text))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _spell(run: str) -> list[str]:
    """The syllables of a run, which has either ASCII letters and digits only, or none of them."""
    if _PLAIN_RUN.match(run):
        return [run]
    return [
        sound
        for item in lazy_pinyin(run)
        for sound in ([item] if item.isalpha() and item.isascii() else _name(item))
    ]


def _name(characters: str) -> list[str]:
    """The code points of ideographs that are in no pronunciation dictionary; other characters are dropped."""
    return [f"u{ord(c):x}" for c in characters if unicodedata.name(c, "").startswith("CJK UNIFIED")]


@cache
def characters_by_reading() -> Mapping[str, str]:
    """Toneless syllable -> the characters of the Basic Multilingual Plane that may be read so.

    Every reading in use counts, since single syllables have no context: 重 is listed under ``zhong`` and
    ``chong``. 略 and 虐 are listed under ``lue`` and ``nue``, as input methods spell them.
    """
    characters_of: dict[str, list[str]] = {}
    for point in PINYIN_DICT:
        if point < 0x10000:
            for sound in readings(chr(point)):
                characters_of.setdefault(sound, []).append(chr(point))
    return {sound: "".join(characters) for sound, characters in characters_of.items()}


@cache
def readings(character: str) -> tuple[str, ...]:
    """The toneless readings of one character, the usual one first; empty for other than Chinese characters.

    Of the further readings in the dictionary, only those count that its phrases use: it also lists
    ``jian`` for 前, but no word is pronounced so.
    """
    given = [_toneless(sound) for sound in PINYIN_DICT.get(ord(character), "").split(",") if sound]
    in_use = _readings_in_phrases().get(character, frozenset())
    return tuple(dict.fromkeys(sound for sound in given if sound == given[0] or sound in in_use))


def as_typed(sounds: str) -> str:
    """Letters as ``characters_by_reading`` spells them: typed lve and nve become lue and nue."""
    return sounds.replace("lve", "lue").replace("nve", "nue")


@cache
def _readings_in_phrases() -> Mapping[str, frozenset[str]]:
    readings_of: dict[str, set[str]] = {}
    for phrase, sounds in PHRASES_DICT.items():
        for character, sound in zip(phrase, sounds, strict=False):
            readings_of.setdefault(character, set()).add(sound[0])
    return {
        character: frozenset(map(_toneless, sounds))
        for character, sounds in readings_of.items()
        if len(sounds) > 1
    }


@cache
def _toneless(sound: str) -> str:
    decomposed = unicodedata.normalize("NFD", sound).replace("u\u0308", "v")
    return as_typed("".join(character for character in decomposed if not unicodedata.combining(character)))

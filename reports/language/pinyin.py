"""Chinese words in Latin letters: for addresses, for typing by sound, for finding homophones."""

from __future__ import annotations

import re
import unicodedata

from pypinyin import lazy_pinyin

from .normalise import fold

_PLAIN_RUN = re.compile("[a-z0-9]+")
_RUN = re.compile("[a-z0-9]+|[^a-z0-9]+")
_LONGEST_SLUG = 100


def slug(text: str) -> str:
    """The text as a part of an address: lower-case ASCII letters and digits, hyphens between words.

    A syllable is a word: 志愿服务 becomes ``zhi-yuan-fu-wu``, 5300计划 ``5300-ji-hua``. So an address
    does not depend on how a dictionary cuts. At most 100 characters, cut between words where it can
    be; empty if the text has no letter or digit. Different texts may share one.
    """
    joined = "-".join(syllables(text))
    if len(joined) <= _LONGEST_SLUG:
        return joined
    return joined[: _LONGEST_SLUG + 1].rpartition("-")[0] or joined[:_LONGEST_SLUG]


def syllables(text: str) -> list[str]:
    """The sounds of the text, without tones and with ``v`` for ü; runs of letters and digits stay whole.

    An ideograph that no dictionary can pronounce is named by its code point.
    """
    return [sound for run in _RUN.findall(_plain(text)) for sound in _spell(run)]


def initials(text: str) -> str:
    """What one types for short: 党建引领 is ``djyl``, 5300计划 ``5300jh``."""
    runs = _RUN.findall(_plain(text))
    return "".join(run if _PLAIN_RUN.match(run) else "".join(s[0] for s in _spell(run)) for run in runs)


def _plain(text: str) -> str:
    """Normalised, and letters without their accents."""
    decomposed = unicodedata.normalize("NFD", fold(text))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _spell(run: str) -> list[str]:
    """The syllables of a run, which is all letters and digits of ASCII, or all other characters."""
    if _PLAIN_RUN.match(run):
        return [run]
    return [
        sound
        for item in lazy_pinyin(run)
        for sound in ([item] if item.isalpha() and item.isascii() else _name(item))
    ]


def _name(characters: str) -> list[str]:
    """The code points of ideographs that no dictionary pronounces; signs and other scripts have none."""
    return [f"u{ord(c):x}" for c in characters if unicodedata.name(c, "").startswith("CJK UNIFIED")]

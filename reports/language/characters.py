"""Properties of characters that normalisation needs and ``unicodedata`` does not offer directly."""

from __future__ import annotations

import unicodedata
from functools import cache

# Default_Ignorable_Code_Point, from DerivedCoreProperties.txt of the Unicode Character Database. The
# ranges have been stable for years, since they hold reserved code points in advance.
_IGNORABLE_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)

# All composites of Unicode have smaller code points; from here on only single ideographs decompose.
_COMPOSITES_END = 0x20000

# Punctuation of Chinese text: the CJK blocks, the full-width, small and vertical forms, and the quotes,
# dashes, dots and ellipses that GB/T 15834 shares with Western text.
CHINESE_PUNCTUATION = (
    r"\u00b7\u2014\u2015\u2018\u2019\u201c\u201d\u2025-\u2027\u2e3a\u2e3b"
    r"\u3001-\u3004\u3008-\u3020\u3030\u303d\u30fb"
    r"\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
# Ideographs with their radicals, iteration marks and Suzhou numerals, in all planes.
IDEOGRAPHS = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""For regular expressions: put each of the two between the brackets of a character class."""


def is_ignorable(character: str) -> bool:
    """Whether the character shows nothing: default-ignorable or a noncharacter.

    Noncharacters (U+FDD0 to U+FDEF, and the last two of each plane) are not for interchange. No normalised
    text contains one, so an index may use them as separators.
    """
    code = ord(character)
    if 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
        return True
    return any(first <= code <= last for first, last in _IGNORABLE_RANGES)


def is_extending(character: str) -> bool:
    """Whether NFKC may combine the character with the one before it, or exchange the two.

    A text may be split before any other character without changing how its parts are normalised
    (Unicode Standard Annex 15, "Stable Code Points" and the NFC quick check).
    """
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.combining(first) != 0 or first in _composing_starters()


@cache
def _composing_starters() -> frozenset[str]:
    """Starters that combine with the character before them: Hangul vowels and finals, some Indic vowels."""
    hangul = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
    return frozenset(
        hangul.union(*(_second_of_composite(chr(code)) for code in range(0xC0, _COMPOSITES_END)))
    )


def _second_of_composite(character: str) -> set[str]:
    decomposition = unicodedata.decomposition(character)
    if not decomposition or decomposition[0] == "<" or " " not in decomposition:
        return set()
    second = chr(int(decomposition.split()[1], 16))
    is_starter = unicodedata.combining(second) == 0
    return {second} if is_starter and unicodedata.is_normalized("NFC", character) else set()

"""The simplified form of traditional and regional Chinese characters.

One character becomes one character, independent of its neighbours. Only then is the normalised form of a
part of a text contained in the normalised form of the whole. The price: words that keep a traditional form
in simplified Chinese are changed as well (乾坤 becomes 干坤), in text and query alike.
"""

from __future__ import annotations

from functools import cache

import opencc

# OpenCC's tables: the general one first, then the standards of Taiwan and Hong Kong.
_GENERAL = "t2s"
_REGIONAL = ("tw2s", "hk2s")

# Radicals that PDF fonts use in place of the whole character and that NFKC does not change.
# Source: EquivalentUnifiedIdeograph.txt of the Unicode Character Database.
_RADICALS = str.maketrans(
    "⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰",
    "民虎西见角贝车长长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙",
)


@cache
def _converter(table: str) -> opencc.OpenCC:
    return opencc.OpenCC(table)


def simplified_character(character: str) -> str:
    """The simplified form of one character; the character itself if it has none.

    The regional tables are used only for characters that GB 2312 lacks: 么 and 著 are variants in Taiwan,
    but simplified Chinese has them in common words (什么, 显著).
    """
    simple = _converter(_GENERAL).convert(character.translate(_RADICALS))
    if simple == character and not _is_standard(character):
        changed = (_converter(table).convert(character) for table in _REGIONAL)
        simple = next((form for form in changed if form != character), character)
    if len(simple) != 1 or simple == character:
        return character
    return simplified_character(simple)  # 薴 becomes 苧, which becomes 苎


class _SimplifiedTable(dict[int, str]):
    """For ``str.translate``: maps each character to one character. Entries are added on first use."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = simple = simplified_character(character) if code > 0x2E80 else character
        return simple


_simplified = _SimplifiedTable()


def simplify(text: str) -> str:
    """The text with every character simplified by itself; it keeps its length."""
    return text.translate(_simplified)


def _is_standard(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True

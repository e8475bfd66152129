"""Traditional and regional forms of a Chinese character, led to the simplified one.

One character becomes one character, whatever stands around it: only so does a part of a text, folded
by itself, stand in the folded whole. The price is paid where one traditional word keeps its form
(乾坤 becomes 干坤), in text and query alike.
"""

from __future__ import annotations

from functools import cache

import opencc

# OpenCC's tables: the general one first, then the standards of Taiwan and Hong Kong.
_GENERAL = "t2s"
_REGIONAL = ("tw2s", "hk2s")

# Radicals which PDF fonts print in place of the whole character and which NFKC leaves alone.
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

    The regional tables only speak of characters that GB 2312 lacks: 么 and 著 are variants in Taipei
    and plain words (什么, 显著) here.
    """
    simple = _converter(_GENERAL).convert(character.translate(_RADICALS))
    if simple == character and not _is_standard(character):
        changed = (_converter(table).convert(character) for table in _REGIONAL)
        simple = next((other for other in changed if other != character), character)
    if len(simple) != 1 or simple == character:
        return character
    return simplified_character(simple)  # 薴 becomes 苧, which becomes 苎


def _is_standard(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True

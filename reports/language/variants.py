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

# The radicals of the supplement block, U+2E81 to U+2EF3 without the unassigned U+2E9A: PDF fonts print them
# for the whole character. NFKC changes two of them and all of the Kangxi block.
# Source: EquivalentUnifiedIdeograph.txt of the Unicode Character Database.
_RADICALS = str.maketrans(
    "".join(chr(code) for code in range(0x2E81, 0x2EF4) if code != 0x2E9A),
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑𫜹忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王"
    "𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長"
    "镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
)

# Forms in names of places (濬縣, 澂江) that OpenCC writes but does not read.
_UNREAD = str.maketrans("濬澂", "浚澄")


@cache
def _converter(table: str) -> opencc.OpenCC:
    return opencc.OpenCC(table)


def simplified_character(character: str) -> str:
    """The simplified form of one character; the character itself if it has none.

    The regional tables are used only for characters that GB 2312 lacks: 么 and 著 are variants in Taiwan,
    but simplified Chinese has them in common words (什么, 显著).
    """
    simple = _converter(_GENERAL).convert(character.translate(_RADICALS).translate(_UNREAD))
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

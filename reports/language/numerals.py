"""Numbers in Chinese text, written in Arabic or Chinese figures or both (3.5万)."""

from __future__ import annotations

import re
from decimal import Decimal

from .normalise import fold

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_SIZES = {"亿": 100_000_000, "万": 10_000, "千": 1_000, "百": 100, "十": 10}
_GROUPS = "亿万"  # take any number as their count; the smaller sizes take one figure
_SPELLINGS = str.maketrans(
    dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千", strict=True))
    | {"廿": "二十", "卅": "三十", "卌": "四十", "○": "〇", "◯": "〇", "−": "-", "负": "-"}
)
_ARABIC = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")


def parse_numeral(text: str) -> Decimal | None:
    """The number that the whole of ``text`` states; none if it states no number or an approximate one.

    Full-width and traditional forms are read like the plain ones: ``１，２３４``, ``一萬二``, ``壹佰``.
    A sequence of Chinese figures is read figure by figure: 二〇二三 is 2023. A last figure without
    a size belongs to the next smaller one: 三万五 is 35000.
    """
    plain = fold(text).translate(_SPELLINGS)
    sign = -1 if plain[:1] == "-" else 1
    value = _parse_unsigned(plain[1:] if plain[:1] in {"-", "+"} else plain)
    if value is None:
        return None
    # 3.5万 is 35000, not 35000.0; a number without a size (11.70) keeps its decimals.
    return sign * (value.to_integral_value() if _SIZES.keys() & set(plain) and value % 1 == 0 else value)


def _parse_unsigned(text: str) -> Decimal | None:
    if len(text) > 1 and all(character in _DIGITS for character in text):
        return Decimal("".join(str(_DIGITS[character]) for character in text))
    return _parse_from(text, "亿万千百十")


def _parse_from(text: str, sizes: str) -> Decimal | None:
    """A number in which no size is greater than the first of ``sizes``."""
    for index, size in enumerate(sizes):
        if size not in _GROUPS and "点" in text:
            return _parse_decimal(text, sizes[index:])
        if size in text:
            count, _, remainder_text = text.rpartition(size)
            smaller = sizes[index + 1 :] if size in _GROUPS else ""
            return _add_up(_parse_count(count, smaller), size, remainder_text, sizes[index + 1 :])
    return _parse_decimal(text, "") if "点" in text else _parse_figures(text)


def _parse_count(text: str, sizes: str) -> Decimal | None:
    """The count before a size (二 in 二百). 十五 and 百万 omit the 一; before 万 and 亿 it is required."""
    if not text and not sizes:
        return Decimal(1)
    return _parse_from(text, sizes)


def _add_up(count: Decimal | None, size: str, remainder_text: str, sizes: str) -> Decimal | None:
    if count is None:
        return None
    value = count * _SIZES[size]
    if not remainder_text:
        return value
    if len(remainder_text) == 1 and remainder_text not in "零〇":
        figure = _parse_figures(remainder_text)
        remainder = None if figure is None else figure * _SIZES[size] / 10
    else:
        remainder = _parse_from(remainder_text.lstrip("零〇"), sizes)
    is_in_order = count % 1 == 0 and remainder is not None and remainder < _SIZES[size]
    return value + remainder if is_in_order and remainder is not None else None


def _parse_decimal(text: str, sizes: str) -> Decimal | None:
    """三点一四: the figures after the point are read one by one."""
    whole, _, decimals = text.partition("点")
    value = _parse_from(whole, sizes)
    if value is None or not decimals or any(character not in _DIGITS for character in decimals):
        return None
    return value + Decimal("0." + "".join(str(_DIGITS[character]) for character in decimals))


def _parse_figures(text: str) -> Decimal | None:
    if text in _DIGITS:
        return Decimal(_DIGITS[text])
    return Decimal(text.replace(",", "")) if _ARABIC.fullmatch(text) else None

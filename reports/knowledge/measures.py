"""Numbers with a unit: the printed value and the quantity in the base unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.language.numerals import parse_numeral

from .units import FACTORS, PER_PATTERN, UNIT_PATTERN, UNITS, UnitKind

_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_NUMERALS = "一二三四五六七八九十百千万亿两零〇"
_MORE = "余|多|来"
_FACTOR = "|".join(FACTORS)
_RANGE_MARK = "[-~—–至到]{1,2}"

# Not after a letter, a digit or a sign: then the number is part of a date, a code, a score or a time of day.
_NOT_WITHIN = r"(?<![0-9A-Za-z.+×*/#第])(?<![0-9]:)(?<![0-9A-Za-z年月日][-—~–])(?<![0-9] )"
_MEASURE = re.compile(
    f"{_NOT_WITHIN}(?P<number>{_DIGITS}(?:%?{_RANGE_MARK}{_DIGITS})?)"
    f"(?: ?(?P<more>{_MORE}))?(?: ?(?P<factor>{_FACTOR})(?P<after>{_MORE})?)?"
    f" ?(?P<unit>(?:{UNIT_PATTERN})(?:{PER_PATTERN})?)?"
    f"|(?<![{_NUMERALS}几数第点+分之·])(?P<numeral>[{_NUMERALS}]+)(?P<many>{_MORE})?(?P<counted>{UNIT_PATTERN})"
    f"|百分之(?P<percent>[{_NUMERALS}]+(?:点[{_NUMERALS}]+)?)"
)
_NO_NUMERAL = re.compile("[万亿千百十]|.|[一二三四五六七八九两]{2,}")
_ABOUT_BEFORE = re.compile("[近上逾超达约]$")
_STANDING_FACTORS = frozenset({"万亿", "千亿", "百亿", "亿", "千万", "百万", "十万", "万"})
_LONGEST_NUMBER = 24
_LONGEST_NAME = 12
_OPENED = re.compile('[“"‘《「][^“”"‘’《》「」,。;:]*$')
_CLOSED = re.compile('[^“”"‘’《》「」,。;:]*[”"’》」]')


@dataclass(frozen=True, slots=True)
class Measure:
    """A number from ``start`` to ``end`` with its unit, from ``value_start`` to ``value_end`` without.

    ``quantity`` is in the unit without 万 or 亿; None for a range.
    """

    unit: str
    quantity: Decimal | None
    start: int
    end: int
    value_start: int
    value_end: int

    @property
    def is_count(self) -> bool:
        """Whether the unit counts things (个, 家); otherwise it measures (元, 亩, %)."""
        return self._kind is UnitKind.COUNT

    @property
    def is_ratio(self) -> bool:
        return self.unit == "百分之" or self._kind is UnitKind.RATIO

    @property
    def _kind(self) -> UnitKind | None:
        unit = UNITS.get(self.unit) or UNITS.get(self.unit.lstrip("十百千万亿"))
        return unit.kind if unit else None


def find_measures(text: str) -> Iterator[Measure]:
    """All numbers with a unit in a plain text, without years, dates, ordinals and codes."""
    for match in _MEASURE.finditer(text):
        if match["number"] is not None:
            measure = _printed_in_digits(match)
        elif match["percent"] is not None:
            measure = Measure(
                "百分之", parse_numeral(match["percent"]), *match.span(), *match.span("percent")
            )
        else:
            measure = _printed_in_words(match)
        if measure is not None and not _is_name(text, measure) and not _is_age(text, measure):
            yield measure


def _printed_in_digits(match: re.Match[str]) -> Measure | None:
    """3283万元, 2000余名, 2万余件; a number without unit only if it has 万 or 亿."""
    factor, unit = match["factor"] or "", match["unit"] or ""
    if len(match["number"]) > _LONGEST_NUMBER or not (unit or factor in _STANDING_FACTORS):
        return None
    quantity = _amount(match["number"])
    if quantity is not None and factor:
        quantity *= FACTORS[factor]
    start, end = match.start(), len(match.string[: match.end()].rstrip())
    if match["after"]:
        return Measure(unit, quantity, start, end, start, match.end("after"))
    return Measure(factor + unit, quantity, start, end, start, max(match.end("number"), match.end("more")))


def _printed_in_words(match: re.Match[str]) -> Measure | None:
    """三千人, 十余项; not 一个, 千家万户 or 三五个, which state no exact number."""
    numeral = match["numeral"]
    about = _ABOUT_BEFORE.search(match.string, max(0, match.start() - 2), match.start()) is not None
    if not match["many"] and not about and _NO_NUMERAL.fullmatch(numeral):
        return None
    quantity = parse_numeral(numeral if numeral[0] not in "百千万亿" else "一" + numeral)
    if quantity is None or quantity < 10:
        return None
    return Measure(match["counted"], quantity, *match.span(), match.start(), match.start("counted"))


def _amount(number: str) -> Decimal | None:
    digits = number.replace(",", "")
    return Decimal(digits) if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", digits) else None


def _is_name(text: str, measure: Measure) -> bool:
    """Whether the number is part of a quoted name: “引才8条” (a document), “15分钟生活圈” (a plan)."""
    before = _OPENED.search(text, max(0, measure.start - _LONGEST_NAME), measure.start)
    after = _CLOSED.match(text, measure.end, measure.end + _LONGEST_NAME)
    return (
        before is not None
        and after is not None
        and (before.end() - before.start() > 1 or after.end() > measure.end + 1)
    )


def _is_age(text: str, measure: Measure) -> bool:
    """Whether it is the age of a person, which is not a statistic (六十二岁; but 平均年龄下降2.4岁 is
    one)."""
    return measure.unit == "岁" and "龄" not in text[max(0, measure.start - _LONGEST_NAME) : measure.start]

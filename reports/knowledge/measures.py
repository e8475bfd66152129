"""Numbers with a unit: how they are printed, and what they come to in the base unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.language.numerals import parse_numeral

# Unit -> what may not follow it, because the unit's character then begins another word (3部门 is no 3部).
_COUNTED = {
    "人次": "", "户次": "", "车次": "", "架次": "", "班次": "", "场次": "", "批次": "", "件次": "", "剂次": "", "人份": "",
    "个": "", "家": "长庭园乡政具属禽", "名": "单牌录称为", "人": "民才大类工力员均选间为", "位": "于置居列移次面", "户": "籍外型口均",
    "次": "序日品", "场": "所馆地景面", "条": "例件款码约", "处": "理级长置罚于分室", "项": "目", "件": "套", "宗": "旨教族",
    "套": "餐路", "台": "湾风账阶商", "辆": "", "架": "构", "艘": "", "座": "谈位", "栋": "", "幢": "", "间": "隔接",
    "所": "有在以属得需", "支": "持付出部撑援队行教", "批": "准发复评示", "期": "间限末待", "张": "", "份": "额",
    "册": "", "部": "门分署长委队件", "篇": "章", "种": "植子类业养", "类": "似型别", "株": "", "棵": "", "头": "雁部条脑",
    "只": "有要能是", "羽": "", "组": "织建成长合", "队": "伍员长", "班": "子级长组", "门": "类店户诊面", "笔": "者", "单": "位元独一项打",
    "起": "来步草诉点源到", "例": "如行会外子", "床": "", "片": "区段长", "块": "", "枚": "", "幅": "度", "桩": "", "盏": "", "根": "据本",
    "款": "项待", "艇": "", "剂": "", "桶": "", "票": "据房", "层": "次级面层", "粒": "", "颗": "", "尾": "", "列": "车为入出",
    "标准箱": "", "课时": "",
}  # fmt: skip
_MEASURED = {
    "个百分点": "", "百分点": "", "%": "", "‰": "", "倍": "增",
    "平方公里": "", "平方千米": "", "平方米": "", "平米": "", "公顷": "", "亩": "均", "立方米": "",
    "公里": "", "千米": "", "海里": "", "厘米": "", "毫米": "", "米": "饭粉",
    "万吨级": "", "吨": "", "公斤": "", "千克": "", "斤": "", "千瓦时": "", "千瓦": "", "兆瓦": "",
    "美元": "", "欧元": "", "英镑": "", "日元": "", "港元": "", "卢布": "", "元": "旦素宝首月宵宇级",
    "个工作日": "", "工作日": "", "个多月": "", "个月": "", "个多小时": "", "个小时": "", "小时": "候", "分钟": "", "天": "然桥下气津空文府河才", "岁": "月末",
}  # fmt: skip
_PER = "(?:/|每)(?:平方米|平方公里|立方米|公斤|千克|小时|公里|分钟|人|天|日|年|月|亩|吨|户|秒|米|斤)"
_FACTORS = {"万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3, "百": 10**2}  # fmt: skip

_UNITS = "|".join(
    unit + (f"(?![{barred}])" if barred else "")
    for unit, barred in sorted((_COUNTED | _MEASURED).items(), key=lambda item: -len(item[0]))
)
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_HAN_NUMERAL = "[一二三四五六七八九十百千万亿两零〇]+"
_MORE = "余|多|来"
_FACTOR = "|".join(_FACTORS)
_RANGE_MARK = "[-~—–至到]{1,2}"

# Not after a letter, a digit or a sign that makes the number part of a date, a code, a score or a clock time.
_NOT_WITHIN = r"(?<![0-9A-Za-z.+×*:/#第])(?<![0-9A-Za-z年月日][-—~–])(?<![0-9] )"
_MEASURE = re.compile(
    f"{_NOT_WITHIN}(?P<number>{_DIGITS}(?:%?{_RANGE_MARK}{_DIGITS})?)(?: ?(?P<more>{_MORE}))?(?: ?(?P<factor>{_FACTOR})(?P<after>{_MORE})?)?"
    f" ?(?P<unit>(?:{_UNITS})(?:{_PER})?)?"
    f"|(?<![一二三四五六七八九十百千万亿两零〇几数第点+分之·])(?P<numeral>{_HAN_NUMERAL})(?P<many>{_MORE})?(?P<counted>{_UNITS})"
    f"|百分之(?P<percent>{_HAN_NUMERAL}(?:点{_HAN_NUMERAL})?)"
)
_NO_NUMERAL = re.compile("[万亿千百十]|.|[一二三四五六七八九两]{2,}")
_ABOUT_BEFORE = re.compile("[近上逾超达约]$")
_AFTER_BARE_FACTOR = re.compile("[,。;:、)!?\n]|$|[一-鿿]")


@dataclass(frozen=True, slots=True)
class Measure:
    """``value`` and ``unit`` as in the text; ``quantity`` in the unit without its 万 or 亿, for a range none."""

    value: str
    unit: str
    quantity: Decimal | None
    start: int
    end: int

    @property
    def is_count(self) -> bool:
        """Whether it counts things (个, 家) rather than measures one (元, 亩, %)."""
        return self.unit.lstrip("十百千万亿").rstrip("余多") in _COUNTED

    @property
    def is_ratio(self) -> bool:
        return self.unit in {"%", "‰", "个百分点", "百分点", "倍", "百分之"}


def find_measures(text: str) -> Iterator[Measure]:
    """All numbers with a unit in a plain text. Years, dates, ordinals, codes and telephone numbers have none."""
    for match in _MEASURE.finditer(text):
        if match["number"] is not None:
            measure = _printed_in_digits(match)
        elif match["percent"] is not None:
            quantity = parse_numeral(match["percent"])
            measure = Measure(match["percent"], "百分之", quantity, match.start(), match.end()) if quantity else None
        else:
            measure = _printed_in_words(match)
        if measure is not None and not _is_name(text, measure):
            yield measure


def _printed_in_digits(match: re.Match[str]) -> Measure | None:
    number, factor, unit = match["number"], match["factor"] or "", match["unit"] or ""
    if not unit and (not factor or factor in {"百", "千"} or not _AFTER_BARE_FACTOR.match(match.string, match.end())):
        return None
    after = match["after"] or ""
    quantity = _amount(number)
    if quantity is not None and factor:
        quantity *= _FACTORS[factor]
    more = match["more"] or ""
    value, unit = (number + more + factor + after, unit) if after else (number + more, factor + unit)
    end = match.end()
    return Measure(value, unit, quantity, match.start(), len(match.string[:end].rstrip()))


def _printed_in_words(match: re.Match[str]) -> Measure | None:
    """三千人, 十余项; not 一个, 千家万户 or 三五个, which count nothing."""
    numeral, many = match["numeral"], match["many"] or ""
    about = _ABOUT_BEFORE.search(match.string, max(0, match.start() - 2), match.start()) is not None
    if not many and not about and _NO_NUMERAL.fullmatch(numeral):
        return None
    quantity = parse_numeral(numeral if numeral[0] not in "百千万亿" else "一" + numeral)
    if quantity is None or quantity < 10:
        return None
    return Measure(numeral + many, match["counted"], quantity, match.start(), match.end())


def _amount(number: str) -> Decimal | None:
    digits = number.replace(",", "")
    return Decimal(digits) if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", digits) else None


def _is_name(text: str, measure: Measure) -> bool:
    """“引才8条” is the name of a paper: quoted, with words before the number and nothing after the unit."""
    if text[measure.end : measure.end + 1] not in {"”", '"', "’", "》", "」"}:
        return False
    before = text[max(0, measure.start - 12) : measure.start]
    return re.search("[“\"‘《「][^“”\"‘’《》「」,。]{0,11}$", before) is not None

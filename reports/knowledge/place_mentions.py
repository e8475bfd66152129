"""Finds mentions of divisions in a text; namesakes are not resolved here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from .findings import DistrictLevel, Place
from .former_names import FormerName
from .gazetteer import Gazetteer, name_at
from .zones import KIND_BY_FORM, STANDING_FORMS, ZoneKind, zone_ending


class MentionForm(StrEnum):
    """The form in which a division is mentioned, from certain to doubtful."""

    FULL = "full"  # 历城区, 济南市, and unambiguous short names
    SHORT = "short"  # 历城
    COMMON = "common"  # 和平, 市中: a common word or a shared name, needs further evidence
    PASSING = "passing"  # 北京大学, 南京路, 济南6月5日讯: not the subject of the article


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """``candidates`` are the namesakes; a division directly before the name excludes those outside it.

    ``outer`` are the divisions directly before the name (济南市 in 济南市历城区). A zone without its city
    (高新区) has a ``kind`` and no candidates. ``unknown_part`` is a name directly after a city that looks
    like one of its districts but does not exist (厉城区 in 济南市厉城区). ``former`` is the row of the former
    names by which the name means its candidates.
    """

    name: str
    start: int
    end: int
    form: MentionForm
    candidates: tuple[Place, ...]
    outer: tuple[Place, ...] = ()
    kind: ZoneKind | None = None
    follows_preposition: bool = False  # 在济南, 赴济南: the place where something happened
    is_delimited: bool = False  # 义乌: or 【义乌】, with punctuation on both sides
    unknown_part: str = ""
    former: FormerName | None = None


# Full names that are also ordinary words. They count directly after their city, or if the city is mentioned.
GENERIC_NAMES = frozenset(
    {"城区", "郊区", "矿区", "东区", "西区", "新城区", "老城区", "新市区", "港口区", "海港区"}
    | {"城中区", "城东区", "城西区", "城北区", "山城区", "平房区", "友好区"}
)
_NO_COUNTY = re.compile("(?<=区)[域划间位块别段]|(?<=市)场|(?<=县)际")
# 开封县 is not 开封, because the name continues. But 青岛区域 and 重庆区县 are about 青岛 and 重庆.
_OTHER_ENDING = re.compile("[区县旗](?![域划间位块别段级内际县市委])")
_PART = re.compile("[一-鿿]{2,3}?[区县旗](?![域划间位块别段级内际县市])")
# Words for parts of a city that are not names: 社区, 示范区, 各区, 三区, 中心城区.
_NO_NAME = re.compile(
    "[社小园校景地郊山片辖街灾老特市全各本新林牧矿厂库湖湾战防片分两二三四五六七八九十几多数个每该此"
    "范验护发能业宅民活聚集行领心作税住游化流宜播染控管置洁生养殖区县外家大的了和与及在为是有等将把从向到"
    "内贫困强界邻近周下属围岸滩港疫重点商文教工农专省]$|[老新主古旧]城$"
)
_NO_BEGINNING = re.compile(
    "[的了和与及在为是有等将把从向到对以被让由所于各全多几每该此两一二三四五六七八九十等市区县委政]"
)
_PASSING_AFTER = re.compile(
    "大学|学院|医院|银行|日报|晚报|早报|晨报|时报|都市报|商报|电视台|广播|机场|铁路局?|高铁|大桥|路|街(?!道)|大道|大街|公园|广场|"
    r"战役|会议|会晤|峰会|条约|宣言|共识|声明|论坛|人民大会堂|(?:\d{1,2}月)?\d{1,2}日(?:电|讯|消息)|电\b"
)
_LOCATING_BEFORE = re.compile("(?:在|赴|抵|抵达|到达|飞抵|访问|前往|来到|到访|离开|经|从|由|至|于)$")
# 台北市 before 大安区: a city to which the district does not belong. 全市, 我市, 城市 are not names.
_OTHER_CITY_BEFORE = re.compile("[一-鿿][一-鿿](?<![全我本各该省地县副大城都超夜菜股入上门])市$")
_MARK = re.compile("[^0-9A-Za-z一-鿿]|$")
_KIND_BEFORE = re.compile(
    "(?:国家级?|省级|市级|县级|级|全国|全省|国内|各|个|类|些|家|等|批|型|座|大|所|其他|[0-9])$"
)


def find_place_mentions(text: str, gazetteer: Gazetteer, year: int | None = None) -> Iterator[PlaceMention]:
    """All mentions in a plain text without blanks, from left to right.

    ``year``: that of the text, if it is known. 大同市城区 was a district until 2018; since then it is a part
    of the city.
    """
    before: PlaceMention | None = None
    start = 0
    while found := gazetteer.matcher.next(text, start):
        start, name = found
        name = name_at(name, text, start)
        adjacent = before if before is not None and before.end == start else None
        mention = _mention(text, start, name, adjacent, gazetteer, year)
        if mention is None:
            start += len(name)
            continue
        if unknown := _unknown_part(text, mention, gazetteer):
            mention = replace(mention, unknown_part=unknown)
        yield mention
        start, before = mention.end, mention


def _mention(
    text: str,
    start: int,
    name: str,
    before: PlaceMention | None,
    gazetteer: Gazetteer,
    year: int | None,
) -> PlaceMention | None:
    end = start + len(name)
    if name in KIND_BY_FORM:
        return None if before is not None else _zone_mention(text, start, name)
    places = gazetteer.named(name)
    outer: tuple[Place, ...] = ()
    if before is not None and before.candidates and before.form is not MentionForm.PASSING:
        inner = {o: _inside(name, o, before, gazetteer, year) for o in before.candidates}
        outer = tuple(o for o, inner_places in inner.items() if inner_places)
        if outer:
            places = list(dict.fromkeys(place for o in outer for place in inner[o]))
    if not places or _goes_on(text, end, name, places, gazetteer):
        return None
    rows = [gazetteer.former_name(name, place, outer) for place in places]
    former = rows[0] if all(rows) else None
    ending = zone_ending(text, end)
    if ending is not None and any(place.level is DistrictLevel.CITY for place in places):
        zones = [zone for city in places if (zone := gazetteer.zone(city, ending[0])) is not None]
        if zones:
            return PlaceMention(
                text[start : ending[1]], start, ending[1], MentionForm.FULL, tuple(zones), tuple(places)
            )
    form = _form_of(text, start, end, name, places, outer, gazetteer)
    if not outer and former is not None and len(name) == 2:
        form = MentionForm.SHORT  # 开县 stands by chance in 公开县级预算
    if not outer and form is MentionForm.FULL and _OTHER_CITY_BEFORE.search(text, max(0, start - 3), start):
        form = MentionForm.COMMON
    follows_preposition = _LOCATING_BEFORE.search(text, max(0, start - 2), start) is not None
    apart = _MARK.match(text, end) is not None and (start == 0 or _MARK.match(text, start - 1) is not None)
    return PlaceMention(
        name,
        start,
        end,
        form,
        tuple(places),
        outer,
        follows_preposition=follows_preposition,
        is_delimited=apart,
        former=former,
    )


def _inside(
    name: str, outer: Place, before: PlaceMention, gazetteer: Gazetteer, year: int | None
) -> list[Place]:
    """Divisions with this name in ``outer``, which the mention ``before`` the name means."""
    places = []
    for place in gazetteer.inside(name, outer):
        former = gazetteer.former_name(name, place, (outer,))
        if former is not None and former.is_generic:
            is_past = year is not None and year > former.year
            if is_past or gazetteer.is_bare(before.name, outer):
                continue
        # 巢湖市居巢区 and 莱芜市钢城区: what was a part of a city is today the division itself.
        if place.key != outer.key or former is not None or before.former is not None:
            places.append(place)
    return places


def _form_of(
    text: str,
    start: int,
    end: int,
    name: str,
    places: list[Place],
    outer: tuple[Place, ...],
    gazetteer: Gazetteer,
) -> MentionForm:
    bare = _is_bare(name, places, gazetteer)
    if bare and _PASSING_AFTER.match(text, end):
        return MentionForm.PASSING
    common = bare and all(gazetteer.is_common_word(name, place) for place in places)
    if outer and not (common and all(place.level is DistrictLevel.PROVINCE for place in outer)):
        return MentionForm.FULL  # 沈阳和平 is a district, 辽宁振兴 is not
    if _NO_COUNTY.match(text, end) or name in GENERIC_NAMES:
        return MentionForm.COMMON
    if not bare:
        return MentionForm.FULL
    return MentionForm.COMMON if common else MentionForm.SHORT


def _is_bare(name: str, places: Iterable[Place], gazetteer: Gazetteer) -> bool:
    return all(gazetteer.is_bare(name, place) for place in places)


def _goes_on(text: str, end: int, name: str, places: Iterable[Place], gazetteer: Gazetteer) -> bool:
    """Whether a short name is only the beginning of another name (开封县, 庐山区).

    长阳县 is accepted as 长阳土家族自治县.
    """
    ending = _OTHER_ENDING.match(text, end)
    if ending is None or not _is_bare(name, places, gazetteer):
        return False
    return not any(place.name.endswith(ending[0]) for place in places)


def _unknown_part(text: str, mention: PlaceMention, gazetteer: Gazetteer) -> str:
    """The name directly after a city that looks like one of its districts but does not exist; else empty."""
    if mention.form is MentionForm.PASSING or not mention.candidates:
        return ""
    if any(place.level is not DistrictLevel.CITY for place in mention.candidates):
        return ""
    name = name_at(gazetteer.matcher.at(text, mention.end), text, mention.end)
    if name:
        places = gazetteer.named(name)
        end = mention.end + len(name)
        if places and _goes_on(text, end, name, places, gazetteer):
            return text[mention.end : end + 1]
        inside = any(gazetteer.inside(name, city) for city in mention.candidates)
        is_name = (
            bool(places) and name[-1] in "区县旗" and name not in GENERIC_NAMES and name not in KIND_BY_FORM
        )
        return name if is_name and not inside else ""
    part = _PART.match(text, mention.end)
    if part is None or _NO_NAME.search(part[0][:-1]) or _NO_BEGINNING.match(part[0]):
        return ""
    return part[0]


def _zone_mention(text: str, start: int, name: str) -> PlaceMention | None:
    """高新区 alone; not in 国家高新区 or 两个高新区, where it is a kind of zone and not a place."""
    if _KIND_BEFORE.search(text, max(0, start - 4), start):
        return None
    form = MentionForm.FULL if name in STANDING_FORMS else MentionForm.COMMON
    return PlaceMention(name, start, start + len(name), form, (), kind=KIND_BY_FORM[name])

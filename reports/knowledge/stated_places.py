"""What a person or a document states as a place: 市中区, 济南市市中区, 山东省/济南市, 历城区、崂山区.

A statement is understood whole or not at all. 济南市厉城区 is a slip for some district, and no district
called 济南市: a part that is not understood is named, and nothing is taken from the parts around it. Only
what lies below a county (a street, a village) or is an office of the place (区委, 管委会) is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .findings import DistrictLevel, Place
from .gazetteer import Gazetteer, is_below, lies_in, sensible_name
from .zones import zone_ending

_SEPARATOR = re.compile(r"[\s/·,，、;；|>＞\-—（）()]")
_LISTING = frozenset(",，、;；")
_ENDINGS = frozenset("区县旗")
_JOINING = frozenset("和与及暨")

# Rows of the official lists that stand between a city and its counties and name nothing.
_HEADING = re.compile("市辖区|(?:省|自治区)直辖县级行政(?:区划|单位)|县(?=.)")
_CORPS = re.compile("第[一二三四五六七八九十]+师(?=.)")  # 兵团第八师石河子市: counted, not located
_UNIT = "街道(?:办事处|办)?|镇|乡|苏木|嘎查|社区|村|居委会|村委会|路|街|大道|巷|弄|小区|号|楼|组|屯|农场|林场"
_BELOW = re.compile(f"[^区县市旗]{{1,40}}(?:{_UNIT})")
_BELOW_SHORT_NAME = re.compile(f"[^区县市旗]{{2,40}}(?:{_UNIT})")  # 长白山村: the 山 belongs to another name
_OFFICE = re.compile(
    "(?:(?:[省市区县旗州盟]|地)?委|(?:[省市区县旗州盟])?(?:人民)?政府|(?:[省市区县旗州盟])?(?:人大|政协|纪委)"
    "|管委会|管理委员会|党工委|工委|人民(?:法院|检察院)|机关)[^区县旗]*"
    "|[^区县市旗州]{2,14}(?:局|厅|委员会|办公室|法院|检察院|中心|融媒体|学校)"
)
_DIVISION = re.compile(".{1,10}?(?:自治[州县旗]|新区|开发区|地区|[区县市旗盟](?![委政]))")


@dataclass(frozen=True, slots=True)
class StatedPlaces:
    """``main`` is the place stated, several where the name has namesakes; ``further`` are those listed
    after it, each with its namesakes. Where ``unknown``, the part not understood, is not empty, both are
    empty and ``within`` is what the parts before it name.
    """

    main: tuple[Place, ...] = ()
    further: tuple[tuple[Place, ...], ...] = ()
    unknown: str = ""
    within: tuple[Place, ...] = ()


def read_stated_places(stated: str, gazetteer: Gazetteer) -> StatedPlaces:
    """Understand ``stated``, a key or names, whole or not at all. Nothing is stated by an empty text."""
    place = gazetteer.place(stated.strip())
    if place is not None:
        return StatedPlaces((place,))
    return _Reading(stated, gazetteer).read()


@dataclass(frozen=True, slots=True)
class _Step:
    """A name in the text and what it may mean inside the step before."""

    start: int
    places: tuple[Place, ...]
    is_full: bool


class _Reading:
    """One pass from left to right: each place is a chain of steps, 山东省 → 济南市 → 历城区."""

    def __init__(self, stated: str, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        letters: list[str] = []
        self._marks: dict[int, str] = {}  # where separators stood, in the text without them
        for character in stated:
            if _SEPARATOR.match(character):
                self._marks[len(letters)] = self._marks.get(len(letters), "") + character
            else:
                letters.append(character)
        self._text = "".join(letters)
        self._chains: list[list[_Step]] = [[]]

    def read(self) -> StatedPlaces:
        at = 0
        while at < len(self._text):
            following = self._next(at)
            if following is None:
                return self._not_understood(at)
            at = following
        found = [chain[-1].places for chain in self._chains if chain]
        return StatedPlaces(found[0], tuple(found[1:])) if found else StatedPlaces()

    def _next(self, at: int) -> int | None:
        """Take what stands at ``at`` in; return where it ends, or none where it is not understood."""
        chain = self._chains[-1]
        if not chain:
            return self._take(at, at, self._named(at))
        for way in (self._street, self._zone, self._inner, self._passed_over, self._listed):
            if (end := way(at)) is not None:
                return end
        return None

    def _take(self, start: int, at: int, named: tuple[str, list[Place]]) -> int | None:
        name, places = named
        if not places:
            return None
        end = at + len(name)
        is_full = any(place.name == name for place in places)
        # 长阳县 stands for 长阳土家族自治县, while 开封县 is not 开封市.
        following = self._text[end : end + 1]
        if not is_full and following in _ENDINGS:
            alike = [place for place in places if place.name.endswith(following)]
            if alike:
                places, is_full, end = alike, True, end + 1
        self._chains[-1].append(_Step(start, tuple(places), is_full))
        return end

    def _named(self, at: int) -> tuple[str, list[Place]]:
        name = sensible_name(self._gazetteer.matcher.at(self._text, at), self._text, at)
        return name, self._gazetteer.named(name) if name else []

    def _street(self, at: int) -> int | None:
        """A street, town or township that the lists have in the place, with or without its ending."""
        end = self._part_end(at)
        rest = self._text[at:end]
        keys = {place.key for place in self._chains[-1][-1].places}
        names = (rest, *(rest + ending for ending in ("街道", "镇", "乡")))
        return end if any(keys & set(self._gazetteer.streets_of(name)) for name in names) else None

    def _zone(self, at: int) -> int | None:
        """高新区 after a city is its zone; after a county, 福田保税区, it lies below."""
        ending = zone_ending(self._text, at)
        if ending is None:
            return None
        found = self._chains[-1][-1].places
        zones = [zone for city in found if (zone := self._gazetteer.zone(city, ending[0])) is not None]
        if zones:
            self._chains[-1].append(_Step(at, tuple(zones), is_full=True))
        elif not all(map(self._is_lowest, found)):
            return None
        return ending[1]

    def _inner(self, at: int) -> int | None:
        name, places = self._named(at)
        found = self._chains[-1][-1].places
        end = at + len(name)
        # 北京市/北京市/东城区 says the city twice; but 历城镇 lies in 历城区 and does not say it again.
        again = bool(name) and (self._ends_part(end) or any(place.name == name for place in places))
        inner = [
            place
            for place in places
            if any(lies_in(place, outer) and (again or place.key != outer.key) for outer in found)
        ]
        return self._take(at, at, (name, inner))

    def _passed_over(self, at: int) -> int | None:
        step = self._chains[-1][-1]
        end = self._part_end(at)
        rest = self._text[at:end]
        if all(map(self._is_lowest, step.places)):
            below = _BELOW if step.is_full else _BELOW_SHORT_NAME
            if below.fullmatch(rest):
                return end
        elif match := _HEADING.match(self._text, at) or _CORPS.match(self._text, at):
            return match.end()
        if office := _OFFICE.fullmatch(rest):
            return at + office.end()
        return None

    def _listed(self, at: int) -> int | None:
        """A further place after 、 or 和, on the same level or above: 历城区、市中区."""
        start = at
        if self._text[at] in _JOINING and at + 1 < len(self._text):
            at += 1
        elif not _LISTING & set(self._marks.get(at, "")):
            return None
        first = self._chains[0][-1].places[0]
        name, places = self._named(at)
        places = [place for place in places if not is_below(place, first)]
        beside = self._chains[-1][-1].places
        near = [
            place for place in places if place.city_key and any(place.city_key == b.city_key for b in beside)
        ]
        if not places:
            return None
        self._chains.append([])
        return self._take(start, at, (name, near or places))

    def _not_understood(self, at: int) -> StatedPlaces:
        chain = self._chains[-1]
        start = at
        # 开封 of 开封县 was taken for the city, 长白 of 长白山 for the county: the name goes on.
        if chain and not chain[-1].is_full and at not in self._marks:
            last = chain[-1]
            if len(self._text[at : self._part_end(at)]) == 1 or all(map(self._is_lowest, last.places)):
                chain = chain[:-1]
                start = last.start
        division = _DIVISION.match(self._text, start, self._part_end(at))
        unknown = division[0] if division else self._text[start : self._part_end(at)]
        return StatedPlaces(unknown=unknown, within=chain[-1].places if chain else ())

    def _is_lowest(self, place: Place) -> bool:
        return place.level in {DistrictLevel.COUNTY, DistrictLevel.ZONE} or not self._gazetteer.has_parts(
            place
        )

    def _part_end(self, at: int) -> int:
        return min((mark for mark in self._marks if mark > at), default=len(self._text))

    def _ends_part(self, at: int) -> bool:
        return at in self._marks or at == len(self._text)

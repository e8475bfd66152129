"""Reads a place stated by a person or a document: 市中区, 济南市市中区, 山东省/济南市, 历城区、崂山区.

The whole statement must be understood. 济南市厉城区 is a typing error for some district, and does not mean
济南市: the result then names the part that is not understood and no place. Parts below a county (streets,
villages) and offices of the place (区委, 管委会) are ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .findings import DistrictLevel, Place
from .gazetteer import Gazetteer, is_below, name_at
from .plain_text import plain
from .zones import zone_ending

_SEPARATOR = re.compile(r"[\s/·,，、;；|>＞\-—（）()]")
_LISTING = frozenset(",，、;；")
_ENDINGS = frozenset("区县旗")
_JOINING = frozenset("和与及暨")

# Rows between a city and its counties in the official lists; they do not name a place.
_HEADING = re.compile("市辖区|(?:省|自治区)直辖县级行政(?:区划|单位)|县(?=.)")
_CORPS = re.compile("(?:兵团)?第?[一二三四五六七八九十]+师(?=.)|兵团(?=.)")  # 兵团第八师石河子市: no place
_STATISTICAL_CODE = re.compile("[0-9]{12}")  # the last six digits count towns and villages
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
    """``main`` is the stated place, or its namesakes; ``further`` are the places listed after it, each with
    its namesakes. ``unknown`` is the part that is not understood; if it is not empty, ``main`` and
    ``further`` are empty, and ``within`` are the places named before it.
    """

    main: tuple[Place, ...] = ()
    further: tuple[tuple[Place, ...], ...] = ()
    unknown: str = ""
    within: tuple[Place, ...] = ()


def read_stated_places(stated: str, gazetteer: Gazetteer) -> StatedPlaces:
    """Read ``stated``, which is a key or names. An empty text gives an empty result."""
    key = stated.strip()
    place = gazetteer.place(key[:6] if _STATISTICAL_CODE.fullmatch(key) else key)
    if place is not None:
        return StatedPlaces((place,))
    return _PlaceParser(stated, gazetteer).read()


@dataclass(frozen=True, slots=True)
class _Step:
    """A name in the text and its possible places inside the places of the step before."""

    start: int
    places: tuple[Place, ...]
    is_full: bool


class _PlaceParser:
    """Reads from left to right: each place is a chain of steps, 山东省 → 济南市 → 历城区."""

    def __init__(self, stated: str, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        letters: list[str] = []
        self._marks: dict[int, str] = {}  # positions of separators in the text without them
        for character in stated:
            if _SEPARATOR.match(character):
                self._marks[len(letters)] = self._marks.get(len(letters), "") + character
            else:
                letters.append(character)
        self._printed_text = "".join(letters)
        self._text = plain(self._printed_text)
        self._chains: list[list[_Step]] = [[]]

    def read(self) -> StatedPlaces:
        at = 0
        while at < len(self._text):
            following = self._next(at)
            if following is None:
                return self._not_understood(at)
            at = following
        place_groups = [chain[-1].places for chain in self._chains if chain]
        return StatedPlaces(place_groups[0], tuple(place_groups[1:])) if place_groups else StatedPlaces()

    def _next(self, at: int) -> int | None:
        """Read the part at ``at``; return its end, or None if it is not understood."""
        chain = self._chains[-1]
        if not chain:
            corps = _CORPS.match(self._text, at)
            return corps.end() if corps else self._add_step(at, at, self._named(at))
        for step_reader in (self._street, self._zone, self._inner, self._ignored, self._further_place):
            if (end := step_reader(at)) is not None:
                return end
        return None

    def _add_step(self, start: int, at: int, named: tuple[str, list[Place]]) -> int | None:
        name, places = named
        if not places:
            return None
        end = at + len(name)
        is_full = any(self._gazetteer.is_full(name, place) for place in places)
        # 长阳县 is accepted as 长阳土家族自治县, but 开封县 is not 开封市.
        following = self._text[end : end + 1]
        if not is_full and following in _ENDINGS:
            with_ending = [place for place in places if place.name.endswith(following)]
            if with_ending:
                places, is_full, end = with_ending, True, end + 1
        self._chains[-1].append(_Step(start, tuple(places), is_full))
        return end

    def _named(self, at: int) -> tuple[str, list[Place]]:
        name = name_at(self._gazetteer.matcher.at(self._text, at), self._text, at)
        return name, self._gazetteer.named(name) if name else []

    def _street(self, at: int) -> int | None:
        """A street, town or township that is listed in the place, with or without its ending."""
        end = self._part_end(at)
        remaining_text = self._text[at:end]
        keys = {place.key for place in self._chains[-1][-1].places}
        names = (remaining_text, *(remaining_text + ending for ending in ("街道", "镇", "乡")))
        return end if any(keys & set(self._gazetteer.streets_of(name)) for name in names) else None

    def _zone(self, at: int) -> int | None:
        """高新区 after a city is a zone of the city; after a county (福田保税区) it is ignored."""
        ending = zone_ending(self._text, at)
        if ending is None:
            return None
        outer_places = self._chains[-1][-1].places
        zones = [zone for city in outer_places if (zone := self._gazetteer.zone(city, ending[0])) is not None]
        if zones:
            self._chains[-1].append(_Step(at, tuple(zones), is_full=True))
        elif not all(map(self._is_lowest, outer_places)):
            return None
        return ending[1]

    def _inner(self, at: int) -> int | None:
        name, _ = self._named(at)
        if not name:
            return None
        # 北京市/北京市/东城区 repeats the city; but 历城镇 is inside 历城区 and does not repeat it.
        inner = [
            place
            for outer in self._chains[-1][-1].places
            for place in self._gazetteer.inside(name, outer)
            if place.key != outer.key
            or self._ends_part(at + len(name))
            or self._gazetteer.is_full(name, place)
        ]
        return self._add_step(at, at, (name, list(dict.fromkeys(inner))))

    def _ignored(self, at: int) -> int | None:
        step = self._chains[-1][-1]
        end = self._part_end(at)
        remaining_text = self._text[at:end]
        if all(map(self._is_lowest, step.places)):
            below = _BELOW if step.is_full else _BELOW_SHORT_NAME
            if below.fullmatch(remaining_text):
                return end
        elif match := _HEADING.match(self._text, at) or _CORPS.match(self._text, at):
            return match.end()
        if office := _OFFICE.fullmatch(remaining_text):
            return at + office.end()
        return None

    def _further_place(self, at: int) -> int | None:
        """A further place after 、 or 和, on the same level or above: 历城区、市中区."""
        start = at
        if self._text[at] in _JOINING and at + 1 < len(self._text):
            at += 1
        elif not _LISTING & set(self._marks.get(at, "")):
            return None
        first = self._chains[0][-1].places[0]
        name, places = self._named(at)
        places = [place for place in places if not is_below(place, first)]
        previous_places = self._chains[-1][-1].places
        near = [
            place
            for place in places
            if place.city_key and any(place.city_key == b.city_key for b in previous_places)
        ]
        if not places:
            return None
        self._chains.append([])
        return self._add_step(start, at, (name, near or places))

    def _not_understood(self, at: int) -> StatedPlaces:
        chain = self._chains[-1]
        start = at
        # 开封 in 开封县 was read as the city, 长白 in 长白山 as the county: but the name continues.
        if chain and not chain[-1].is_full and at not in self._marks:
            last = chain[-1]
            if len(self._text[at : self._part_end(at)]) == 1 or all(map(self._is_lowest, last.places)):
                chain = chain[:-1]
                start = last.start
        division = _DIVISION.match(self._text, start, self._part_end(at))
        end = division.end() if division else self._part_end(at)
        unknown = self._printed_text[start:end]
        return StatedPlaces(unknown=unknown, within=chain[-1].places if chain else ())

    def _is_lowest(self, place: Place) -> bool:
        return place.level in {DistrictLevel.COUNTY, DistrictLevel.ZONE} or not self._gazetteer.has_parts(
            place
        )

    def _part_end(self, at: int) -> int:
        return min((mark for mark in self._marks if mark > at), default=len(self._text))

    def _ends_part(self, at: int) -> bool:
        return at in self._marks or at == len(self._text)

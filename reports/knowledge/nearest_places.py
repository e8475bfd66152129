"""Which divisions somebody may have meant who wrote a name that there is not: 厉城区 for 历城区."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reports.language.pinyin import syllables

from .findings import Place
from .gazetteer import Gazetteer, lies_in
from .stated_places import StatedPlaces

_ENDING = re.compile("(?:新区|地区|自治[州县旗]|[区县市旗盟州])$")
_MOST = 3
_LONGEST_SHOWN = 40


def nearest_places(read: StatedPlaces, gazetteer: Gazetteer) -> list[Place]:
    """The nearest first: those of this very name elsewhere, then those inside what was understood, by stem,
    by sound and by one wrong character; the whole country only by stem and by sound.
    """
    street_of = (gazetteer.place(key) for key in gazetteer.streets_of(read.unknown))
    owners = [place for place in street_of if place is not None and _inside(place, read.within)]
    inner = [place for place in gazetteer.places if _inside(place, read.within)]
    found = [*owners, *gazetteer.named(read.unknown), *(_near(read.unknown, inner) if read.within else ())]
    if not found:
        found = _near(read.unknown, gazetteer.places, by_character=False)
    return list({place.key: place for place in found}.values())[:_MOST]


def say_not_understood(stated: str, read: StatedPlaces, gazetteer: Gazetteer) -> str:
    """One sentence for whoever stated it: which part is not understood, and what may be meant."""
    shown = stated if len(stated) <= _LONGEST_SHOWN else f"{stated[:_LONGEST_SHOWN]}…"
    part = ""
    if read.unknown != stated:
        names = "、".join(dict.fromkeys(place.name for place in read.within))
        elsewhere = bool(names) and bool(gazetteer.named(read.unknown))
        part = f"：“{read.unknown}”" + (f"不属于{names}" if elsewhere else "不认识")
    nearest = "、".join(f"{_full_name(place)}（{place.key}）" for place in nearest_places(read, gazetteer))
    return f"没有找到区划“{shown}”{part}。" + (f"最接近的是{nearest}。" if nearest else "")


def _inside(place: Place, outer: Iterable[Place]) -> bool:
    outer = tuple(outer)
    return not outer or any(place.key != o.key and lies_in(place, o) for o in outer)


def _near(unknown: str, places: Iterable[Place], *, by_character: bool = True) -> list[Place]:
    stem = _stem(unknown)
    sound = syllables(stem)
    ranked: list[tuple[int, bool, str, Place]] = []
    for place in places:
        own = place.short_name or _stem(place.name)
        if own == stem:
            rank = 0
        elif len(own) == len(stem) and syllables(own) == sound:
            rank = 1
        elif by_character and len(stem) > 1 and _is_one_edit(unknown, place.name):
            rank = 2
        else:
            continue
        ranked.append((rank, place.name[-1] != unknown[-1], place.key, place))
    ranked.sort(key=lambda entry: entry[:3])
    return [place for *_, place in ranked]


def _stem(name: str) -> str:
    stem = _ENDING.sub("", name)
    return stem if len(stem) > 1 else name


def _is_one_edit(one: str, other: str) -> bool:
    """Whether the names differ by one character, replaced or added, or by two exchanged."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or (
        short[at + 2 :] == long[at + 2 :] and short[at : at + 2] == long[at : at + 2][::-1]
    )


def _full_name(place: Place) -> str:
    outer = place.city_name or place.province_name
    return place.name if outer == place.name else f"{outer}{place.name}"

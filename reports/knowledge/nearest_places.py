"""Suggests existing divisions for a name that does not exist: 历城区 for 厉城区."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reports.language.pinyin import syllables

from .findings import Place
from .gazetteer import Gazetteer, lies_in
from .plain_text import plain
from .stated_places import StatedPlaces

_ENDING = re.compile("(?:新区|地区|自治[州县旗]|[区县市旗盟州])$")
_MAX_NAMED = 3
_MAX_SHOWN_CHARACTERS = 40


def nearest_places(read: StatedPlaces, gazetteer: Gazetteer) -> list[Place]:
    """Divisions for the part that is not understood, nearest first.

    First those with this name in other places, then those inside the understood part: with the same stem, the
    same sound, or one wrong character. If there are none, divisions of the whole country with the same stem
    or sound.
    """
    unknown = plain(read.unknown)
    street_of = (gazetteer.place(key) for key in gazetteer.streets_of(unknown))
    owners = [place for place in street_of if place is not None and _inside(place, read.within)]
    inner = [place for place in gazetteer.places if _inside(place, read.within)]
    candidates = [
        *owners,
        *gazetteer.named(unknown),
        *(_near(unknown, inner) if read.within else ()),
    ]
    if not candidates:
        candidates = _near(unknown, gazetteer.places, by_character=False)
    return list({place.key: place for place in candidates}.values())[:_MAX_NAMED]


def say_not_understood(stated: str, read: StatedPlaces, gazetteer: Gazetteer) -> str:
    """A sentence for the person who stated the place: the part that is not understood, and suggestions."""
    shown = stated if len(stated) <= _MAX_SHOWN_CHARACTERS else f"{stated[:_MAX_SHOWN_CHARACTERS]}…"
    part = ""
    if read.unknown != stated:
        names = "、".join(dict.fromkeys(place.name for place in read.within))
        is_elsewhere = bool(names) and bool(gazetteer.named(read.unknown))
        part = f"：“{read.unknown}”" + (f"不属于{names}" if is_elsewhere else "不认识")
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


def _is_one_edit(written: str, existing: str) -> bool:
    """Whether the names differ by one replaced or added character, or by two exchanged ones."""
    if abs(len(written) - len(existing)) > 1 or written == existing:
        return written == existing
    short, long = sorted((written, existing), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or (
        short[at + 2 :] == long[at + 2 :] and short[at : at + 2] == long[at : at + 2][::-1]
    )


def _full_name(place: Place) -> str:
    outer = place.city_name or place.province_name
    return place.name if outer == place.name else f"{outer}{place.name}"

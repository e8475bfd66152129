"""区划: the divisions of China by key and by name, and the streets that help to resolve namesakes.

``gazetteer_build`` makes the packaged data (``data/*.tsv``); docs/knowledge.md names its sources. A gazetteer
is a value: ``with_places`` returns a new one with the entries of curators.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from importlib.resources import files

from .findings import DistrictLevel, Place
from .former_names import FormerName, packaged_former_names
from .name_matching import NameMatcher
from .plain_text import plain
from .zones import KIND_BY_FORM, KIND_BY_SLUG, ZoneKind, zone_ending

_UPWARD = {DistrictLevel.PROVINCE: 0, DistrictLevel.CITY: 1, DistrictLevel.COUNTY: 2, DistrictLevel.ZONE: 2}

Names = Mapping[str, tuple[str, ...]]


class Gazetteer:
    """Divisions by key and by name. Names are compared in plain form, as the text is: 乾安县 is 干安县.

    ``names``: further names by key (abbreviations, the name before a curator changed it). ``former``: names
    of earlier years with their successors today. ``bare``: the name without its ending if
    another division or a common word has the same name (市中 for 市中区). ``slugs``: slugs of cities, from
    which the keys of their zones are made. ``streets``: names of streets, towns and townships by key.
    """

    def __init__(
        self,
        places: Iterable[Place],
        *,
        names: Names | None = None,
        bare: Mapping[str, str] | None = None,
        slugs: Mapping[str, str] | None = None,
        streets: Names | None = None,
        former: Iterable[FormerName] = (),
    ) -> None:
        self._by_key = {place.key: place for place in places}
        self._further = dict(names or {})
        self._bare = dict(bare or {})
        self._slugs = dict(slugs or {})
        self._streets = streets
        self._former = tuple(former)
        self._former_by_outer = {(plain(row.name), row.outer): row for row in self._former}
        self._city_by_slug = {slug: key for key, slug in self._slugs.items()}

    @property
    def places(self) -> tuple[Place, ...]:
        """All listed divisions, sorted by key; without the zones that any city may have."""
        return tuple(self._by_key.values())

    def place(self, key: str) -> Place | None:
        """The division with this key, or None. Zones that any city may have are not listed but have keys."""
        place = self._by_key.get(key)
        if place is None:
            slug, _, kind = key.rpartition("-")
            city = self._by_key.get(self._city_by_slug.get(slug, ""))
            if city is not None and kind in KIND_BY_SLUG:
                return self.zone(city, KIND_BY_SLUG[kind])
        return place

    def zone(self, city: Place, kind: ZoneKind) -> Place | None:
        """The zone of this kind in a city; None if ``city`` is not a city."""
        slug = self._slugs.get(city.key)
        if slug is None:
            return None
        key = f"{slug}-{kind.slug}"
        name = f"{city.short_name or city.name}新区" if kind.slug == "xinqu" else kind.name
        return self._by_key.get(key) or Place(
            key, None, name, DistrictLevel.ZONE, city.key, city.name, city.province_name
        )

    def named(self, name: str) -> list[Place]:
        """All divisions with this full, short or former name; 济南高新区 and 高新区 are accepted too."""
        name = plain(name)
        named = [self._by_key[key] for key in self._keys_by_name.get(name, ())]
        if not named:
            city_name = self.matcher.at(name, 0)
            ending = zone_ending(name, len(city_name)) if city_name else None
            if ending and ending[1] == len(name):
                zones = (self.zone(city, ending[0]) for city in self.named(city_name))
                named = [zone for zone in zones if zone is not None]
        return named

    def inside(self, name: str, outer: Place) -> list[Place]:
        """Divisions with this name that lie in ``outer``, or that succeed one which lay there.

        A division lies in itself.
        """
        former = self._former_by_outer.get((plain(name), outer.key))
        successors = [self._by_key[key] for key in former.successors] if former else []
        inner = [place for place in self.named(name) if lies_in(place, outer)]
        return list(dict.fromkeys([*inner, *successors]))

    def former_name(self, name: str, place: Place, outer: Iterable[Place] = ()) -> FormerName | None:
        """The row by which ``name`` means this division; None if it is its name today.

        ``outer``: the divisions printed before the name, which tell the rows of one name apart.
        """
        rows = [row for row in self._former_by_name.get(plain(name), ()) if place.key in row.successors]
        if not rows or plain(name) == plain(place.name):
            return None
        printed = {division.key for division in outer}
        return next((row for row in rows if row.outer in printed), rows[0] if rows else None)

    def is_full(self, name: str, place: Place) -> bool:
        """Whether ``name`` is the full name of this division, today or formerly."""
        return plain(name) == plain(place.name) or self.former_name(name, place) is not None

    def has_parts(self, place: Place) -> bool:
        """Whether divisions are listed below this one; counties and 东莞市 have none."""
        return place.key in self._outer_keys

    def streets_of(self, name: str) -> tuple[str, ...]:
        """Keys of the divisions that have a street or town of this name."""
        return self._keys_by_street.get(plain(name), ())

    def is_bare(self, name: str, place: Place) -> bool:
        """Whether ``name`` is this division's name without its ending."""
        return plain(name) in (plain(place.short_name), plain(self._bare.get(place.key, "")))

    def is_common_word(self, name: str, place: Place) -> bool:
        """Whether ``name`` alone does not identify this division: it is shared, or a common word."""
        return plain(self._bare.get(place.key, "")) == plain(name)

    def with_places(self, places: Iterable[Place], names: Names | None = None) -> Gazetteer:
        """A new gazetteer with these divisions added; they replace those with the same key."""
        return Gazetteer(
            (*self._by_key.values(), *places),
            names={**self._further, **(names or {})},
            bare=self._bare,
            slugs=self._slugs,
            streets=self._streets,
            former=self._former,
        )

    @cached_property
    def _former_by_name(self) -> dict[str, tuple[FormerName, ...]]:
        rows: dict[str, tuple[FormerName, ...]] = {}
        for row in self._former:
            rows[plain(row.name)] = (*rows.get(plain(row.name), ()), row)
        return rows

    @cached_property
    def matcher(self) -> NameMatcher:
        return NameMatcher((*self._keys_by_name, *_misleading_words()))

    @cached_property
    def _keys_by_name(self) -> dict[str, tuple[str, ...]]:
        keys: dict[str, list[str]] = {}
        for place in self._by_key.values():
            further = self._further.get(place.key, ())
            for name in dict.fromkeys(
                (place.name, place.short_name, self._bare.get(place.key, ""), *further)
            ):
                if len(name) > 1:
                    keys.setdefault(plain(name), []).append(place.key)
        for row in self._former:
            keys.setdefault(plain(row.name), []).extend(() if row.is_generic else row.successors)
        for form, kind in KIND_BY_FORM.items():
            zones = [place.key for place in self._by_key.values() if place.key.endswith(f"-{kind.slug}")]
            if kind.name != "新区":
                keys[form] = list(dict.fromkeys(zones))
        return {name: tuple(dict.fromkeys(keys_of_name)) for name, keys_of_name in keys.items()}

    def province(self, name: str) -> Place | None:
        """The province with this full name; municipalities are cities."""
        return self._provinces.get(name)

    @cached_property
    def _provinces(self) -> dict[str, Place]:
        return {p.name: p for p in self._by_key.values() if p.level is DistrictLevel.PROVINCE}

    @cached_property
    def _outer_keys(self) -> frozenset[str]:
        """Keys of provinces and cities with divisions below them, not counting zones."""
        keys: set[str] = set()
        for place in self._by_key.values():
            if place.level is not DistrictLevel.ZONE:
                province = self.province(place.province_name)
                keys |= {place.city_key, province.key if province else ""} - {place.key}
        return frozenset(keys)

    @cached_property
    def _keys_by_street(self) -> dict[str, tuple[str, ...]]:
        keys: dict[str, tuple[str, ...]] = {}
        for key, names in (_packaged_streets() if self._streets is None else self._streets).items():
            for name in map(plain, names):
                keys[name] = (*keys.get(name, ()), key)
        return keys


def lies_in(place: Place, outer: Place) -> bool:
    """Whether a division is ``outer`` or is inside it."""
    if place.key == outer.key:
        return True
    if outer.level is DistrictLevel.PROVINCE:
        return place.province_name == outer.name
    return outer.level is DistrictLevel.CITY and place.city_key == outer.key


def is_below(place: Place, other: Place) -> bool:
    """Whether a division has a lower level than the other."""
    return _UPWARD[place.level] > _UPWARD[other.level]


def name_at(name: str, text: str, start: int) -> str:
    """The name matched at ``start``, without its last character if that begins the next name.

    济南市中区 is 市中区 of 济南, not 中区 of 济南市.
    """
    end = start + len(name)
    if len(name) > 2 and name.endswith("市") and text.startswith("中区", end):
        return name[:-1]
    return name


@lru_cache(maxsize=1)
def default_gazetteer() -> Gazetteer:
    """The packaged divisions, read once per process."""
    places: list[Place] = []
    names: dict[str, tuple[str, ...]] = {}
    bare: dict[str, str] = {}
    slugs: dict[str, str] = {}
    full_names: dict[str, str] = {}
    for line in _lines("divisions.tsv"):
        code, level, name, short, slug, other_names = line.split("\t")
        full_names[code] = name
        city = code if level == "city" else _city_of(code, full_names)
        if short.startswith("~"):
            bare[code] = short[1:]
            short = ""
        places.append(
            Place(
                code,
                code,
                name,
                DistrictLevel(level),
                city,
                full_names.get(city, ""),
                full_names[code[:2] + "0000"],
                short,
            )
        )
        if slug:
            slugs[code] = slug
        if other_names:
            names[code] = tuple(other_names.split("、"))
    for line in _lines("zones.tsv"):
        key, city, name, other_names, _ = line.split("\t")
        province = full_names[city[:2] + "0000"]
        in_city = city in slugs
        places.append(
            Place(
                key,
                None,
                name,
                DistrictLevel.ZONE,
                city if in_city else "",
                full_names[city] if in_city else "",
                province,
            )
        )
        if other_names:
            names[key] = tuple(other_names.split("、"))
    return Gazetteer(places, names=names, bare=bare, slugs=slugs, former=packaged_former_names())


def _city_of(code: str, names: Mapping[str, str]) -> str:
    """The city of a county by its code: 370112 -> 370100, 110105 -> 110000; empty if it has none."""
    if code.endswith("0000"):
        return ""
    municipality = code[:2] + "0000"
    if code[:2] in {"11", "12", "31", "50"}:
        return municipality
    city = code[:4] + "00"
    return city if city in names and city != code else ""


@lru_cache(maxsize=1)
def _packaged_streets() -> dict[str, tuple[str, ...]]:
    rows = (line.split("\t") for line in _lines("streets.tsv"))
    return {key: tuple(names.split("、")) for key, names in rows}


@lru_cache(maxsize=1)
def _misleading_words() -> tuple[str, ...]:
    """Words that contain the name of a place by chance. They match as longer names and mean no place."""
    lines = (line for line in _lines("misleading_words.txt") if not line.startswith("#"))
    return tuple(plain(word) for line in lines for word in line.split())


def _lines(name: str) -> list[str]:
    return (files(__package__) / "data" / name).read_text("utf-8").splitlines()

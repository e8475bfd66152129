"""What in an article speaks for a division, and which of several namesakes is meant."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.ingest.parsed import ParsedArticle

from .findings import DistrictLevel, Place
from .gazetteer import Gazetteer
from .place_mentions import GENERIC_NAMES, Naming, PlaceMention, find_place_mentions
from .plain_text import plain

_FIELD_WEIGHTS = {
    "headline": 6.0,
    "kicker": 5.0,
    "deck": 5.0,
    "lead": 3.0,
    "heading": 2.0,
    "caption": 1.5,
    "pull_quote": 2.0,
    "body": 1.0,
}
_DISPLAYED = frozenset({"headline", "kicker", "deck"})
_OPENING_WEIGHT = 2.0  # the first sentences of an article without a lead
_OPENING_LENGTH = 120
_NAMING_WEIGHTS = {Naming.FULL: 1.0, Naming.SHORT: 0.8, Naming.COMMON: 0.6, Naming.PASSING: 0.0}
_FULL_COUNT = 5  # further mentions of one division in one field add less
_FURTHER_WEIGHT = 0.3
_LOCATED_WEIGHT = 0.3
_PASSING_WEIGHT = 0.3
_GENERIC_SUPPORT = 3.0
_CLEARLY_NEARER = 0.6  # the next nearest namesake may have this much of the nearest one's evidence

_STREET_ENDING = re.compile("街道(?:办事处)?|镇|乡")
_LONGEST_STREET = 8
_BLANK = re.compile("[ \t]+")


@dataclass(slots=True)
class Evidence:
    """``standing`` is what speaks for each division as the article's subject, by key, and ``counts`` how
    often it is named; ``displayed`` are those that a headline names. ``cities`` and ``provinces`` (by name)
    tell where things happen, ``streets`` whose streets and towns are named. ``unsettled`` are names with
    namesakes that nothing tells apart, ``unknown_parts`` what is printed as a part of a city
    and is none.
    """

    standing: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    counts: Counter[str] = field(default_factory=Counter)
    displayed: dict[str, None] = field(default_factory=dict)  # in the order of their naming
    cities: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    provinces: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    streets: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    unsettled: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    unknown_parts: dict[tuple[Place, str], float] = field(default_factory=lambda: defaultdict(float))

    def place_in(self, place: Place, weight: float) -> None:
        """Count something for the city and the province of ``place``."""
        if place.city_key:
            self.cities[place.city_key] += weight
        share = 1.0 if place.level is DistrictLevel.PROVINCE else 0.5
        self.provinces[place.province_name] += weight * share

    def nearest(self, candidates: Iterable[Place]) -> Place | None:
        """The candidate in the surroundings that the article speaks of, if one stands out."""
        ranked = sorted(((self._nearness(place), place.key, place) for place in candidates), reverse=True)
        if not ranked or ranked[0][0] <= 0:
            return None
        if len(ranked) > 1 and ranked[1][0] > _CLEARLY_NEARER * ranked[0][0]:
            return None
        return ranked[0][2]

    def _nearness(self, place: Place) -> float:
        city = self.cities.get(place.city_key, 0.0) if place.level is not DistrictLevel.CITY else 0.0
        province = self.provinces.get(place.province_name, 0.0)
        return city + 0.2 * province + 2.0 * self.streets.get(place.key, 0.0)


@dataclass(slots=True)
class _Sighting:
    """A mention and where on the page it stands.

    ``qualifying``: 济南市 in 济南市历城区, which only says where the other one is.
    """

    mention: PlaceMention
    field: str
    weight: float
    qualifying: bool
    settled: Place | None = None


def gather_evidence(article: ParsedArticle, gazetteer: Gazetteer) -> Evidence:
    """Everything in an article that speaks for a division."""
    sightings = _sightings(article, gazetteer)
    evidence = Evidence()
    _gather_surroundings(article, sightings, evidence, gazetteer)
    _settle(sightings, evidence, gazetteer)
    _weigh(sightings, evidence)
    return evidence


def _sightings(article: ParsedArticle, gazetteer: Gazetteer) -> list[_Sighting]:
    found = []
    for part in article.parts():
        offset = 0
        for line in plain(part.text).split("\n"):
            text = _BLANK.sub("", line)
            opening = part.field == "body" and part.number == 1 and not article.lead
            mentions = list(find_place_mentions(text, gazetteer))
            for mention, following in zip(mentions, (*mentions[1:], None), strict=False):
                weight = _FIELD_WEIGHTS[part.field]
                if opening and offset + mention.start < _OPENING_LENGTH:
                    weight = _OPENING_WEIGHT
                found.append(_Sighting(mention, part.field, weight, _qualifies(mention, following)))
            offset += len(text)
    return found


def _qualifies(mention: PlaceMention, following: PlaceMention | None) -> bool:
    if following is None or following.start != mention.end:
        return False
    return any(place in mention.candidates for place in following.outer)


def _gather_surroundings(
    article: ParsedArticle, sightings: Iterable[_Sighting], evidence: Evidence, gazetteer: Gazetteer
) -> None:
    """First pass: what tells namesakes apart. Only what is certain by itself counts."""
    for sighting in sightings:
        mention = sighting.mention
        if len(mention.candidates) == 1 and _is_certain(mention):
            passing = mention.naming is Naming.PASSING
            evidence.place_in(mention.candidates[0], sighting.weight * (_PASSING_WEIGHT if passing else 1.0))
    for name in (article.source, *article.furniture):
        for mention in find_place_mentions(_BLANK.sub("", plain(name)), gazetteer):
            if len(mention.candidates) == 1 and _is_certain(mention):
                evidence.place_in(mention.candidates[0], 1.0)
    for part in article.parts():
        for name in _street_names(plain(part.text), gazetteer):
            owners = gazetteer.streets_of(name)
            for key in owners:
                place = gazetteer.place(key)
                if place is not None:
                    evidence.place_in(place, 1.0 / len(owners) ** 2)
                    evidence.streets[key] += 1.0 / len(owners)


def _is_certain(mention: PlaceMention) -> bool:
    """Short names of counties arise by chance where two words meet; full ones and cities hardly do."""
    if mention.naming is Naming.SHORT:
        return mention.candidates[0].level in {DistrictLevel.PROVINCE, DistrictLevel.CITY}
    return mention.naming is not Naming.COMMON


def _street_names(text: str, gazetteer: Gazetteer) -> list[str]:
    names = []
    for ending in _STREET_ENDING.finditer(text):
        end = ending.start() + (2 if ending[0].startswith("街道") else 1)
        for start in range(max(0, end - _LONGEST_STREET), end - 2):
            if gazetteer.streets_of(text[start:end]):
                names.append(text[start:end])
                break
    return names


def _settle(sightings: list[_Sighting], evidence: Evidence, gazetteer: Gazetteer) -> None:
    """Second pass: which namesake each mention means. One name means the same throughout an article."""
    pending: dict[str, list[_Sighting]] = defaultdict(list)
    said: dict[str, dict[str, Place]] = defaultdict(dict)  # name -> what it means where the city is printed
    present: set[str] = set()
    for sighting in sightings:
        mention = sighting.mention
        if len(mention.candidates) != 1:
            pending[mention.name].append(sighting)
            continue
        sighting.settled = place = mention.candidates[0]
        if mention.outer:
            # 高新区 after 济南高新区
            said[place.name if place.level is DistrictLevel.ZONE else mention.name][place.key] = place
        if mention.naming is Naming.FULL:
            present.add(place.key)
    for name, group in pending.items():
        meant = _meant(group[0].mention, said, evidence, gazetteer)
        for sighting in group:
            sighting.settled = meant
            if sighting.mention.naming is Naming.FULL:
                if meant is not None:
                    present.add(meant.key)
                else:
                    evidence.unsettled[name] += sighting.weight
    for sighting in sightings:
        if not _counts(sighting, present, evidence):
            sighting.settled = None


def _meant(
    mention: PlaceMention, said: dict[str, dict[str, Place]], evidence: Evidence, gazetteer: Gazetteer
) -> Place | None:
    places = said.get(mention.kind.name if mention.kind else mention.name, {})
    if len(places) == 1:
        return next(iter(places.values()))
    if mention.kind is None:
        return evidence.nearest(mention.candidates)
    if mention.naming is Naming.COMMON:
        return None
    cities = (gazetteer.place(key) for key in evidence.cities)
    zones = (gazetteer.zone(city, mention.kind) for city in cities if city is not None)
    return evidence.nearest(zone for zone in zones if zone is not None)


def _counts(sighting: _Sighting, present: set[str], evidence: Evidence) -> bool:
    """Whether a mention may speak for its division: a short name or a common word needs support."""
    mention, place = sighting.mention, sighting.settled
    if place is None or mention.naming is Naming.PASSING:
        return False
    if mention.naming is Naming.FULL or (place.key in present and mention.name not in GENERIC_NAMES):
        return True
    if mention.naming is Naming.SHORT:
        named = evidence.cities.get(place.city_key, 0.0) + evidence.provinces.get(place.province_name, 0.0)
        return _is_certain(mention) or named > 0.0 or mention.set_apart
    if mention.name in GENERIC_NAMES:
        return place.city_key in present and evidence.cities.get(place.city_key, 0.0) >= _GENERIC_SUPPORT
    return False


def _weigh(sightings: Iterable[_Sighting], evidence: Evidence) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for sighting in sightings:
        place, mention = sighting.settled, sighting.mention
        if mention.unknown_part:
            evidence.unknown_parts[mention.candidates[0], mention.unknown_part] += sighting.weight
        if place is None or sighting.qualifying:
            continue
        counts[(place.key, sighting.field)] += 1
        evidence.counts[place.key] += 1
        weight = sighting.weight * _NAMING_WEIGHTS[mention.naming]
        if counts[(place.key, sighting.field)] > _FULL_COUNT:
            weight *= _FURTHER_WEIGHT
        if place.level in {DistrictLevel.CITY, DistrictLevel.PROVINCE} and mention.located:
            weight *= _LOCATED_WEIGHT
        elif sighting.field in _DISPLAYED:
            evidence.displayed[place.key] = None
        evidence.standing[place.key] += weight

"""Which division a report is about, and which others.

Each mention speaks for what it names, the more the more prominent its place on the page. Namesakes
(four cities have a 市中区) are settled by the cities that the report names, by its other districts, streets
and towns, and by the newspaper. What cannot be settled is said to be doubtful rather than guessed in silence.
docs/knowledge.md tells the rules at length and how well they do.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.ingest.parsed import ParsedReport

from .findings import DistrictLevel, FoundDistricts, Place
from .gazetteer import Gazetteer, is_below, lies_in
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
_OPENING_WEIGHT = 2.0  # the first sentences of a report without a lead
_OPENING_LENGTH = 120
_NAMING_WEIGHTS = {Naming.FULL: 1.0, Naming.SHORT: 0.8, Naming.COMMON: 0.6, Naming.PASSING: 0.0}
_FULL_COUNT = 5  # further mentions of one division in one field add less
_FURTHER_WEIGHT = 0.3
_LOCATED_WEIGHT = 0.3
_ENOUGH = 4.0  # what a district must gather where no headline names it
_ENOUGH_FOR_CITY = 7.0
_LEAST_SHARE = 0.5
_CLEAR_SHARE = 0.65
_ENOUGH_STREETS = 2.5
_MOST_OTHERS = 12

_STREET_ENDING = re.compile("街道(?:办事处)?|镇|乡")
_LONGEST_STREET = 8
_BLANK = re.compile("[ \t]+")


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


@dataclass(slots=True)
class _Evidence:
    """``near`` tells by city and province how much speaks for things happening there; ``standing`` what for whom."""

    near: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    standing: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    displayed: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    unsettled: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    streets: dict[str, float] = field(default_factory=lambda: defaultdict(float))


def recognise_districts(report: ParsedReport, gazetteer: Gazetteer, hint: str = "") -> FoundDistricts:
    """The main division of a report and the others it is about.

    ``hint`` is a place that a person chose; it wins where it resolves. The place that the document itself
    states (``report.place``) wins too, but the text may say more exactly which part of it is meant.
    Without a division that stands out (a national piece) the main one is none. ``why`` is in Chinese, for
    the reviewer.
    """
    sightings = _sightings(report, gazetteer)
    evidence = _Evidence()
    _gather_surroundings(report, sightings, evidence, gazetteer)
    _settle(sightings, evidence, gazetteer)
    _weigh(sightings, evidence)
    found = _decide(evidence, gazetteer)
    for stated, exact in ((hint, True), (report.place, False)):
        places = gazetteer.resolve(stated) if stated else []
        if places:
            return _stated(places, stated, found, evidence, exact)
    return found


def _sightings(report: ParsedReport, gazetteer: Gazetteer) -> list[_Sighting]:
    found = []
    for part in report.parts():
        offset = 0
        for line in plain(part.text).split("\n"):
            text = _BLANK.sub("", line)
            opening = part.field == "body" and part.number == 1 and not report.lead
            mentions = list(find_place_mentions(text, gazetteer))
            for mention, following in zip(mentions, (*mentions[1:], None), strict=False):
                weight = _FIELD_WEIGHTS[part.field]
                if opening and offset + mention.start < _OPENING_LENGTH:
                    weight = _OPENING_WEIGHT
                qualifying = (
                    following is not None and following.start == mention.end and bool(following.outer)
                )
                found.append(_Sighting(mention, part.field, weight, qualifying))
            offset += len(text)
    return found


def _gather_surroundings(
    report: ParsedReport, sightings: Iterable[_Sighting], evidence: _Evidence, gazetteer: Gazetteer
) -> None:
    """First pass: what tells namesakes apart. Only what is certain by itself counts."""
    near = evidence.near
    for sighting in sightings:
        mention, weight = sighting.mention, sighting.weight
        if len(mention.candidates) == 1 and _is_certain(mention):
            _add_near(
                near, mention.candidates[0], weight * (0.3 if mention.naming is Naming.PASSING else 1.0)
            )
    for name in (report.source, *report.furniture):
        for mention in find_place_mentions(_BLANK.sub("", plain(name)), gazetteer):
            if len(mention.candidates) == 1 and _is_certain(mention):
                _add_near(near, mention.candidates[0], 1.0)
    for part in report.parts():
        for name in _street_names(plain(part.text), gazetteer):
            owners = gazetteer.streets_of(name)
            for key in owners:
                place = gazetteer.place(key)
                if place is not None:
                    _add_near(near, place, 1.0 / len(owners) ** 2)
                    evidence.streets[key] += 1.0 / len(owners)


def _is_certain(mention: PlaceMention) -> bool:
    """Short names of counties arise by chance where two words meet; full names and those of cities hardly do."""
    if mention.naming is Naming.SHORT:
        return mention.candidates[0].level in {DistrictLevel.PROVINCE, DistrictLevel.CITY}
    return mention.naming is not Naming.COMMON


def _add_near(near: dict[str, float], place: Place, weight: float) -> None:
    if place.city_key:
        near[place.city_key] += weight
    if place.level is DistrictLevel.PROVINCE:
        near[place.name] += weight
    else:
        near[place.province_name] += weight * 0.5


def _street_names(text: str, gazetteer: Gazetteer) -> list[str]:
    names = []
    for ending in _STREET_ENDING.finditer(text):
        end = ending.start() + (2 if ending[0].startswith("街道") else 1)
        for start in range(max(0, end - _LONGEST_STREET), end - 2):
            if gazetteer.streets_of(text[start:end]):
                names.append(text[start:end])
                break
    return names


def _settle(sightings: list[_Sighting], evidence: _Evidence, gazetteer: Gazetteer) -> None:
    """Second pass: which namesake each mention means. One name means the same throughout a report."""
    pending: dict[str, list[_Sighting]] = defaultdict(list)
    for sighting in sightings:
        mention = sighting.mention
        if len(mention.candidates) == 1:
            sighting.settled = mention.candidates[0]
        else:
            pending[mention.name].append(sighting)
    explicit = {
        (_namesake(s.mention, s.settled), s.settled.key): s.settled
        for s in sightings
        if s.settled and s.mention.outer
    }
    present = {s.settled.key for s in sightings if s.settled and s.mention.naming is Naming.FULL}
    for name, group in pending.items():
        kind = group[0].mention.kind
        candidates = _candidates(group[0].mention, evidence, gazetteer)
        said = [
            place for (said_name, _), place in explicit.items() if said_name == (kind.name if kind else name)
        ]
        best = said[0] if len(said) == 1 else None
        if best is None and not (kind and group[0].mention.naming is Naming.COMMON):
            best = _nearest(candidates, evidence)
        for sighting in group:
            sighting.settled = best
            if best is None and sighting.mention.naming is Naming.FULL:
                evidence.unsettled[name] += sighting.weight
        if best is not None and group[0].mention.naming is Naming.FULL:
            present.add(best.key)
    for sighting in sightings:
        if sighting.settled and not _counts(sighting, present, evidence):
            sighting.settled = None


def _namesake(mention: PlaceMention, place: Place) -> str:
    """What later mentions of the place may be called: 高新区 after 济南高新区."""
    return place.name if place.level is DistrictLevel.ZONE else mention.name


def _candidates(mention: PlaceMention, evidence: _Evidence, gazetteer: Gazetteer) -> tuple[Place, ...]:
    if mention.kind is None:
        return mention.candidates
    cities = (gazetteer.place(key) for key in evidence.near)
    zones = (gazetteer.zone(city, mention.kind) for city in cities if city is not None)
    return tuple(zone for zone in zones if zone is not None)


def _nearest(candidates: Iterable[Place], evidence: _Evidence) -> Place | None:
    """The candidate in the surroundings that the report speaks of, if one stands out."""

    def nearness(place: Place) -> float:
        own = evidence.near.get(place.city_key, 0.0) if place.level is not DistrictLevel.CITY else 0.0
        return (
            own
            + 0.2 * evidence.near.get(place.province_name, 0.0)
            + 2.0 * evidence.streets.get(place.key, 0.0)
        )

    ranked = sorted(((nearness(place), place) for place in candidates), key=lambda pair: -pair[0])
    if not ranked or ranked[0][0] <= 0:
        return None
    if len(ranked) > 1 and ranked[1][0] > 0.6 * ranked[0][0]:
        return None
    return ranked[0][1]


def _counts(sighting: _Sighting, present: set[str], evidence: _Evidence) -> bool:
    """Whether a mention may speak for its division: a common word needs support."""
    mention, place = sighting.mention, sighting.settled
    if place is None or mention.naming is Naming.PASSING:
        return False
    if mention.naming is Naming.FULL:
        return True
    if mention.naming is Naming.SHORT:
        return _is_certain(mention) or place.key in present or _is_placed(sighting, evidence)
    if mention.name in GENERIC_NAMES:
        return evidence.near.get(place.city_key, 0.0) >= 3.0 and place.city_key in present
    return place.key in present


def _is_placed(sighting: _Sighting, evidence: _Evidence) -> bool:
    """Whether the surroundings bear out a short name by itself: its city or province is named, or it stands apart (义乌:)."""
    place = sighting.settled
    if place is None:
        return False
    named = evidence.near.get(place.city_key, 0.0) + evidence.near.get(place.province_name, 0.0)
    return named > 0.0 or sighting.mention.set_apart


def _weigh(sightings: Iterable[_Sighting], evidence: _Evidence) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for sighting in sightings:
        place, mention = sighting.settled, sighting.mention
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
            evidence.displayed.add(place.key)
        evidence.standing[place.key] += weight


def _decide(evidence: _Evidence, gazetteer: Gazetteer) -> FoundDistricts:
    places = {key: place for key in evidence.standing if (place := gazetteer.place(key)) is not None}
    scores = {key: evidence.standing[key] + min(3.0, 0.5 * evidence.streets.get(key, 0.0)) for key in places}
    ranked = sorted(places.values(), key=lambda place: (-scores[place.key], place.key))
    districts = [place for place in ranked if place.level in {DistrictLevel.COUNTY, DistrictLevel.ZONE}]
    cities = [place for place in ranked if place.level is DistrictLevel.CITY]
    total = sum(scores.values())
    unsettled = max(evidence.unsettled.items(), key=lambda pair: pair[1], default=("", 0.0))
    main: Place | None = None
    if districts and _is_main_district(districts, scores, total, evidence):
        main = districts[0]
    city = cities[0] if cities else None
    if city is not None and _is_main_city(city, main, places, scores, total, evidence):
        main = city
    if unsettled[1] >= _ENOUGH and (main is None or unsettled[1] > scores[main.key]):
        return FoundDistricts(main, (), f"“{unsettled[0]}”有多处同名，文中没有可以断定的线索", doubtful=True)
    if main is None:
        return _told_by_streets(evidence, gazetteer)
    others = _others(main, ranked, scores, evidence)
    rivals = [
        place
        for place in ranked
        if place.key != main.key and not lies_in(main, place) and not lies_in(place, main)
    ]
    share = scores[main.key] / (scores[main.key] + sum(scores[place.key] for place in rivals))
    return FoundDistricts(main, others, _why(main, evidence), doubtful=share < _CLEAR_SHARE)


def _is_main_district(
    districts: list[Place], scores: dict[str, float], total: float, evidence: _Evidence
) -> bool:
    first = districts[0]
    second = scores[districts[1].key] if len(districts) > 1 else 0.0
    if scores[first.key] < 1.5 * second:
        return False
    if first.key in evidence.displayed:
        return scores[first.key] >= 0.4 * total or second < 0.3 * scores[first.key]
    own_cities = sum(score for key, score in scores.items() if key == first.city_key)
    return scores[first.key] >= _ENOUGH and scores[first.key] >= _LEAST_SHARE * (total - own_cities)


def _is_main_city(
    city: Place,
    district: Place | None,
    places: dict[str, Place],
    scores: dict[str, float],
    total: float,
    evidence: _Evidence,
) -> bool:
    """A city is the main division where its districts are, if anything, only parts of the story."""
    own = sum(score for key, score in scores.items() if lies_in(places[key], city))
    province = sum(score for key, score in scores.items() if lies_in(city, places[key]) and key != city.key)
    share = own / max(total - province, 1e-9)
    displayed = city.key in evidence.displayed
    if share < (_LEAST_SHARE if displayed else _CLEAR_SHARE):
        return False
    if district is not None:
        if district.key in evidence.displayed:
            return displayed and scores[city.key] > scores[district.key]
        return scores[city.key] > scores[district.key] * (0.5 if displayed else 2.0)
    return displayed or (own >= _ENOUGH_FOR_CITY and evidence.counts[city.key] >= 3)


def _told_by_streets(evidence: _Evidence, gazetteer: Gazetteer) -> FoundDistricts:
    """A report that names only streets: a guess, if they lie in one district."""
    ranked = sorted(evidence.streets.items(), key=lambda pair: -pair[1])
    if (
        ranked
        and ranked[0][1] >= _ENOUGH_STREETS
        and ranked[0][1] >= _CLEAR_SHARE * sum(evidence.streets.values())
    ):
        district = gazetteer.place(ranked[0][0])
        if district is not None:
            return FoundDistricts(
                district, (), f"没有点名区县，文中的街道、乡镇属{district.name}", doubtful=True
            )
    return FoundDistricts(None, (), "没有突出的区县或城市")


def _others(
    main: Place, ranked: list[Place], scores: dict[str, float], evidence: _Evidence
) -> tuple[Place, ...]:
    """Further divisions with a part of their own: displayed, or named again and again."""
    chosen = []
    for place in ranked:
        if place.key == main.key or lies_in(main, place) or place.level is DistrictLevel.PROVINCE:
            continue
        part_of_main = main.level is DistrictLevel.CITY and lies_in(place, main)
        least = 2 if part_of_main else 3
        often = evidence.counts[place.key] >= least and scores[place.key] >= 0.2 * scores[main.key]
        if place.key in evidence.displayed or often or (part_of_main and evidence.counts[place.key] >= least):
            chosen.append(place)
    return tuple(chosen[:_MOST_OTHERS])


def _why(main: Place, evidence: _Evidence) -> str:
    where = "标题点名，" if main.key in evidence.displayed else ""
    named = f"文中提到{evidence.counts[main.key]}次"
    city = f"，属{main.city_name}" if main.city_name and main.city_name != main.name else ""
    return where + named + city


def _stated(
    places: list[Place], stated: str, found: FoundDistricts, evidence: _Evidence, exact: bool
) -> FoundDistricts:
    """What was stated, made exact by the text: which of several namesakes, or which part of a city."""
    told = found.main
    if (
        told is not None
        and not exact
        and any(lies_in(told, place) and is_below(told, place) for place in places)
    ):
        return found
    chosen = places[0] if len(places) == 1 else None
    if chosen is None and told is not None:
        chosen = next((place for place in places if place.key == told.key), None)
    if chosen is None:
        chosen = _nearest(places, evidence)
    why = f"给定区划“{stated}”"
    if chosen is None:
        return FoundDistricts(None, (), f"{why}有{len(places)}处同名", doubtful=True)
    contrary = (
        told is not None and not found.doubtful and not lies_in(told, chosen) and not lies_in(chosen, told)
    )
    others = tuple(place for place in found.others if place.key != chosen.key and not lies_in(chosen, place))
    return FoundDistricts(chosen, others, why + ("，与正文所述不一" if contrary else ""), doubtful=contrary)

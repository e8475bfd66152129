"""Which division an article is about, and which others.

Each mention speaks for what it names, the more the more prominent its place on the page. Namesakes
(four cities have a 市中区) are settled by the cities that the article names, by its other districts, streets
and towns, and by the newspaper. What cannot be settled is said to be doubtful rather than guessed in silence.
docs/knowledge.md tells the rules at length and how well they do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reports.ingest.parsed import ParsedArticle

from .district_evidence import Evidence, gather_evidence
from .findings import DistrictLevel, FoundDistricts, Place
from .gazetteer import Gazetteer, is_below, lies_in
from .nearest_places import say_not_understood
from .stated_places import StatedPlaces, read_stated_places

_ENOUGH = 4.0  # what a district must gather where no headline names it
_ENOUGH_FOR_CITY = 7.0
_ENOUGH_STREETS = 2.5
_LEAST_SHARE = 0.5
_CLEAR_SHARE = 0.65
_CLEARLY_FIRST = 1.5
_MOST_OTHERS = 12
_NOTHING_STANDS_OUT = "没有突出的区县或城市"


def recognise_districts(article: ParsedArticle, gazetteer: Gazetteer, hint: str = "") -> FoundDistricts:
    """The main division of an article and the others it is about.

    ``hint`` is a place that a person chose, by name or key; it wins where it is understood. The place that
    the document itself states (``article.place``) wins too, but the text may say more exactly which part of
    it is meant; where it is not understood there is no main division, however clear the text. Without a
    division that stands out (a national piece) the main one is none. ``why`` is in Chinese, for the reviewer.
    """
    evidence = gather_evidence(article, gazetteer)
    ranking = _rank(evidence, gazetteer)
    found = _decide(ranking, evidence, gazetteer)
    for stated, exact in ((hint, True), (article.place, False)):
        read = read_stated_places(stated, gazetteer)
        if read.main:
            chosen = _stated(read, stated, found, evidence, exact)
            return _with_further(chosen, read, stated, evidence)
        if read.unknown and not exact:
            why = say_not_understood(stated, read, gazetteer)
            return FoundDistricts(None, (), why, doubtful=True, unread=why)
    return found


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The divisions that the article names, highest score first."""

    places: tuple[Place, ...]
    scores: dict[str, float]

    def score(self, place: Place | None) -> float:
        return self.scores[place.key] if place else 0.0

    def of_level(self, *levels: DistrictLevel) -> list[Place]:
        return [place for place in self.places if place.level in levels]

    def share(self, main: Place) -> float:
        """Its part of all that speaks for any division; what lies within or around it is no rival."""
        rivals = (place for place in self.places if not lies_in(main, place) and not lies_in(place, main))
        return self.score(main) / max(self.score(main) + sum(map(self.score, rivals)), 1e-9)


def _rank(evidence: Evidence, gazetteer: Gazetteer) -> _Ranking:
    places = [place for key in evidence.standing if (place := gazetteer.place(key)) is not None]
    scores = {
        place.key: evidence.standing[place.key] + min(3.0, 0.5 * evidence.streets.get(place.key, 0.0))
        for place in places
    }
    places.sort(key=lambda place: (-scores[place.key], place.key))
    return _Ranking(tuple(places), scores)


def _decide(ranking: _Ranking, evidence: Evidence, gazetteer: Gazetteer) -> FoundDistricts:
    main: Place | None = None
    districts = ranking.of_level(DistrictLevel.COUNTY, DistrictLevel.ZONE)
    if districts:
        first = _first_of_two(districts, ranking, evidence)
        if first is not None or _is_main_district(districts, ranking, evidence):
            main = first or districts[0]
    cities = ranking.of_level(DistrictLevel.CITY)
    if cities and _is_main_city(cities[0], main, ranking, evidence):
        main = cities[0]
    name, weight = max(evidence.unsettled.items(), key=lambda pair: pair[1], default=("", 0.0))
    if weight >= _ENOUGH and weight > ranking.score(main):
        return FoundDistricts(main, (), f"“{name}”有多处同名，文中没有可以断定的线索", doubtful=True)
    if main is None:
        return _told_by_streets(evidence, gazetteer)
    others = _others(main, ranking, evidence)
    if unknown := _unknown_part(main, ranking, evidence):
        return FoundDistricts(main, others, f"文中写有“{unknown}”，没有这个区划", doubtful=True)
    doubtful = ranking.share(main) < _CLEAR_SHARE
    return FoundDistricts(main, others, _why(main, evidence), doubtful)


def _unknown_part(main: Place, ranking: _Ranking, evidence: Evidence) -> str:
    """A district that the text puts where there is none of that name, if it may be the one meant.

    上海市闸北区 must not make an article one about 上海市 in silence.
    """
    for (city, name), weight in evidence.unknown_parts.items():
        if main.key == city.key or main.name == name or weight >= ranking.score(main):
            return f"{city.name}{name}"
    return ""


def _first_of_two(districts: list[Place], ranking: _Ranking, evidence: Evidence) -> Place | None:
    """Where a headline names two districts (历城区与武都区结对), the first is the one that acts."""
    displayed = [place for place in districts if place.key in evidence.displayed]
    if len(displayed) != 2 or displayed != districts[:2]:
        return None
    if ranking.score(displayed[0]) >= _CLEARLY_FIRST * ranking.score(displayed[1]):
        return None
    order = list(evidence.displayed)
    return min(displayed, key=lambda place: order.index(place.key))


def _is_main_district(districts: list[Place], ranking: _Ranking, evidence: Evidence) -> bool:
    first = districts[0]
    score = ranking.score(first)
    second = ranking.score(districts[1]) if len(districts) > 1 else 0.0
    if score < _CLEARLY_FIRST * second:
        return False
    total = sum(ranking.scores.values())
    if first.key in evidence.displayed:
        return score >= 0.4 * total or second < 0.3 * score
    return score >= _ENOUGH and score >= _LEAST_SHARE * (total - ranking.scores.get(first.city_key, 0.0))


def _is_main_city(city: Place, district: Place | None, ranking: _Ranking, evidence: Evidence) -> bool:
    """A city is the main division where its districts are, if anything, only parts of the story."""
    own = sum(ranking.score(place) for place in ranking.places if lies_in(place, city))
    around = sum(
        ranking.score(place) for place in ranking.of_level(DistrictLevel.PROVINCE) if lies_in(city, place)
    )
    displayed = city.key in evidence.displayed
    least = _LEAST_SHARE if displayed else _CLEAR_SHARE
    if own < least * (sum(ranking.scores.values()) - around):
        return False
    if district is None:
        return displayed or (own >= _ENOUGH_FOR_CITY and evidence.counts[city.key] >= 3)
    if district.key in evidence.displayed:
        parts = [
            place for place in ranking.places if place.key in evidence.displayed and lies_in(place, city)
        ]
        return displayed and (ranking.score(city) > ranking.score(district) or len(parts) > 2)
    return ranking.score(city) > ranking.score(district) * (0.5 if displayed else 2.0)


def _told_by_streets(evidence: Evidence, gazetteer: Gazetteer) -> FoundDistricts:
    """An article that names only streets: a guess, if they lie in one district."""
    key, weight = max(evidence.streets.items(), key=lambda pair: pair[1], default=("", 0.0))
    district = gazetteer.place(key)
    if district is None or weight < max(_ENOUGH_STREETS, _CLEAR_SHARE * sum(evidence.streets.values())):
        return FoundDistricts(None, (), _NOTHING_STANDS_OUT)
    why = f"没有点名区县，文中的街道、乡镇属{district.name}"
    return FoundDistricts(district, (), why, doubtful=True)


def _others(main: Place, ranking: _Ranking, evidence: Evidence) -> tuple[Place, ...]:
    """Further divisions with a part of their own: displayed, or named again and again."""
    chosen = []
    for place in ranking.places:
        if lies_in(main, place) or place.level is DistrictLevel.PROVINCE:
            continue
        part_of_main = main.level is DistrictLevel.CITY and lies_in(place, main)
        often = evidence.counts[place.key] >= (2 if part_of_main else 3)
        weighty = part_of_main or ranking.score(place) >= 0.2 * ranking.score(main)
        if place.key in evidence.displayed or (often and weighty):
            chosen.append(place)
    return tuple(chosen[:_MOST_OTHERS])


def _why(main: Place, evidence: Evidence) -> str:
    where = "标题点名，" if main.key in evidence.displayed else ""
    city = f"，属{main.city_name}" if main.city_name and main.city_name != main.name else ""
    return f"{where}文中提到{evidence.counts[main.key]}次{city}"


def _stated(
    read: StatedPlaces, stated: str, found: FoundDistricts, evidence: Evidence, exact: bool
) -> FoundDistricts:
    """What was stated, made exact by the text: which of several namesakes, or which part of a city."""
    told = found.main
    places = read.main
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
        chosen = evidence.nearest(places)
    why = f"给定区划“{stated}”"
    if chosen is None:
        return FoundDistricts(None, (), f"{why}有{len(places)}处同名", doubtful=True)
    stated_places = (chosen, *(place for names in read.further for place in names))
    contrary = (
        told is not None
        and not found.doubtful
        and not any(lies_in(told, place) or lies_in(place, told) for place in stated_places)
    )
    others = tuple(place for place in found.others if not lies_in(chosen, place))
    return FoundDistricts(chosen, others, why + ("，与正文所述不一" if contrary else ""), doubtful=contrary)


def _with_further(
    found: FoundDistricts, read: StatedPlaces, stated: str, evidence: Evidence
) -> FoundDistricts:
    """What is stated after the main division, 历城区、崂山区, is further; which one, the text may tell."""
    others = list(found.others)
    unread = found.unread
    for namesakes in read.further:
        place = namesakes[0] if len(namesakes) == 1 else evidence.nearest(namesakes)
        if place is None:
            unread = (
                f"给定区划“{stated}”里的“{namesakes[0].name}”有{len(namesakes)}处同名，没有收入涉及区划。"
            )
        elif found.main is None or place.key != found.main.key:
            others.append(place)
    return replace(found, others=tuple(dict.fromkeys(others)), unread=unread)

"""Recognises the main division of an article and the further ones.

Each mention is evidence for its division; a headline weighs more than the body. Namesakes (four cities have a
市中区) are resolved by the cities, other districts, streets and towns in the article, and by the newspaper. A
result that cannot be resolved is marked as doubtful. docs/knowledge.md has the rules and their precision.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reports.ingest.parsed import ParsedArticle

from .district_evidence import Evidence, gather_evidence
from .findings import DistrictLevel, Place, RecognisedDistricts
from .former_names import FormerName
from .gazetteer import Gazetteer, is_below, lies_in
from .nearest_places import say_not_understood
from .stated_places import StatedPlaces, read_stated_places

_ENOUGH = 4.0  # least score of a district that no headline names
_ENOUGH_FOR_CITY = 7.0
_ENOUGH_STREETS = 2.5
_LEAST_SHARE = 0.5
_CLEAR_SHARE = 0.65
_CLEARLY_FIRST = 1.5
_MAX_FURTHER = 12
_MAX_SHOWN = 8
_NO_MAIN_DISTRICT = "没有突出的区县或城市"


def recognise_districts(article: ParsedArticle, gazetteer: Gazetteer, hint: str = "") -> RecognisedDistricts:
    """The main division of an article and the further ones.

    ``hint`` is a place selected by a person, as name or key; it wins if it is understood. The place that the
    document states (``article.place``) wins too, but the text may name a part of it. If that place is not
    understood, there is no main division, even if the text is clear. An article without a clear division,
    such as national news, has none. ``why`` is in Chinese, for the reviewer.
    """
    evidence = gather_evidence(article, gazetteer)
    ranking = _rank(evidence, gazetteer)
    recognised = _decide(ranking, evidence, gazetteer)
    for stated, exact in ((hint, True), (article.place, False)):
        read = read_stated_places(stated, gazetteer)
        if read.main:
            stated_districts = _stated(read, stated, recognised, evidence, exact)
            return _with_further(stated_districts, read, stated, evidence)
        if read.unknown and not exact:
            why = say_not_understood(stated, read, gazetteer)
            return RecognisedDistricts(None, (), why, doubtful=True, not_understood=why)
    return recognised


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
        """Its share of all scores, without divisions inside it and around it."""
        rivals = (place for place in self.places if not lies_in(main, place) and not lies_in(place, main))
        return self.score(main) / max(self.score(main) + sum(map(self.score, rivals)), 1e-9)


def _rank(evidence: Evidence, gazetteer: Gazetteer) -> _Ranking:
    places = [place for key in evidence.scores if (place := gazetteer.place(key)) is not None]
    scores = {
        place.key: evidence.scores[place.key] + min(3.0, 0.5 * evidence.streets.get(place.key, 0.0))
        for place in places
    }
    places.sort(key=lambda place: (-scores[place.key], place.key))
    return _Ranking(tuple(places), scores)


def _decide(ranking: _Ranking, evidence: Evidence, gazetteer: Gazetteer) -> RecognisedDistricts:
    main: Place | None = None
    districts = ranking.of_level(DistrictLevel.COUNTY, DistrictLevel.ZONE)
    if districts:
        first = _first_of_two(districts, ranking, evidence)
        if first is not None or _is_main_district(districts, ranking, evidence):
            main = first or districts[0]
    cities = ranking.of_level(DistrictLevel.CITY)
    if cities and _is_main_city(cities[0], main, ranking, evidence):
        main = cities[0]
    name, weight = max(evidence.unresolved.items(), key=lambda pair: pair[1], default=("", 0.0))
    if weight >= _ENOUGH and weight > ranking.score(main):
        return RecognisedDistricts(main, (), _why_unresolved(name, evidence, gazetteer), doubtful=True)
    if main is None:
        return _guess_by_streets(evidence, gazetteer)
    further = _further_districts(main, ranking, evidence)
    if unknown := _unknown_part(main, ranking, evidence):
        return RecognisedDistricts(main, further, f"文中写有“{unknown}”，没有这个区划", doubtful=True)
    former = evidence.former.get(main.key)
    doubtful = ranking.share(main) < _CLEAR_SHARE or (
        former is not None and (former.is_split or former.is_generic)
    )
    return RecognisedDistricts(main, further, _why(main, evidence, gazetteer), doubtful)


def _unknown_part(main: Place, ranking: _Ranking, evidence: Evidence) -> str:
    """A name printed like a district that does not exist, if the article may be about it; else empty.

    An article about 上海市闸北区 must not count as one about 上海市 without a doubt.
    """
    for (city, part), weight in evidence.unknown_parts.items():
        if main.key == city.key or main.name == part or weight >= ranking.score(main):
            return f"{city.name}{part}"
    return ""


def _first_of_two(districts: list[Place], ranking: _Ranking, evidence: Evidence) -> Place | None:
    """The first of two districts in a headline (历城区与武都区结对): it is the one that acts."""
    in_headline = [place for place in districts if place.key in evidence.in_headline]
    if len(in_headline) != 2 or in_headline != districts[:2]:
        return None
    if ranking.score(in_headline[0]) >= _CLEARLY_FIRST * ranking.score(in_headline[1]):
        return None
    order = list(evidence.in_headline)
    return min(in_headline, key=lambda place: order.index(place.key))


def _is_main_district(districts: list[Place], ranking: _Ranking, evidence: Evidence) -> bool:
    first = districts[0]
    score = ranking.score(first)
    second = ranking.score(districts[1]) if len(districts) > 1 else 0.0
    if score < _CLEARLY_FIRST * second:
        return False
    total = sum(ranking.scores.values())
    if first.key in evidence.in_headline:
        return score >= 0.4 * total or second < 0.3 * score
    return score >= _ENOUGH and score >= _LEAST_SHARE * (total - ranking.scores.get(first.city_key, 0.0))


def _is_main_city(city: Place, district: Place | None, ranking: _Ranking, evidence: Evidence) -> bool:
    """Whether the city is the main division rather than one of its districts."""
    own = sum(ranking.score(place) for place in ranking.places if lies_in(place, city))
    around = sum(
        ranking.score(place) for place in ranking.of_level(DistrictLevel.PROVINCE) if lies_in(city, place)
    )
    in_headline = city.key in evidence.in_headline
    least = _LEAST_SHARE if in_headline else _CLEAR_SHARE
    if own < least * (sum(ranking.scores.values()) - around):
        return False
    if district is None:
        return in_headline or (own >= _ENOUGH_FOR_CITY and evidence.counts[city.key] >= 3)
    if district.key in evidence.in_headline:
        parts = [
            place for place in ranking.places if place.key in evidence.in_headline and lies_in(place, city)
        ]
        return in_headline and (ranking.score(city) > ranking.score(district) or len(parts) > 2)
    return ranking.score(city) > ranking.score(district) * (0.5 if in_headline else 2.0)


def _guess_by_streets(evidence: Evidence, gazetteer: Gazetteer) -> RecognisedDistricts:
    """For an article that names only streets: a doubtful guess if most are in one district."""
    key, weight = max(evidence.streets.items(), key=lambda pair: pair[1], default=("", 0.0))
    district = gazetteer.place(key)
    if district is None or weight < max(_ENOUGH_STREETS, _CLEAR_SHARE * sum(evidence.streets.values())):
        return RecognisedDistricts(None, (), _NO_MAIN_DISTRICT)
    why = f"没有点名区县，文中的街道、乡镇属{district.name}"
    return RecognisedDistricts(district, (), why, doubtful=True)


def _further_districts(main: Place, ranking: _Ranking, evidence: Evidence) -> tuple[Place, ...]:
    """Further divisions: those in a headline, and those mentioned often with enough weight."""
    further = []
    for place in ranking.places:
        if lies_in(main, place) or place.level is DistrictLevel.PROVINCE:
            continue
        part_of_main = main.level is DistrictLevel.CITY and lies_in(place, main)
        is_frequent = evidence.counts[place.key] >= (2 if part_of_main else 3)
        has_weight = part_of_main or ranking.score(place) >= 0.2 * ranking.score(main)
        if place.key in evidence.in_headline or (is_frequent and has_weight):
            further.append(place)
    return tuple(further[:_MAX_FURTHER])


def _why(main: Place, evidence: Evidence, gazetteer: Gazetteer) -> str:
    where = "标题点名，" if main.key in evidence.in_headline else ""
    city = f"，属{main.city_name}" if main.city_name and main.city_name != main.name else ""
    former = evidence.former.get(main.key)
    renamed = f"；{_became(former, gazetteer)}" if former else ""
    return f"{where}文中提到{evidence.counts[main.key]}次{city}{renamed}"


def _why_unresolved(name: str, evidence: Evidence, gazetteer: Gazetteer) -> str:
    former = evidence.former_unresolved.get(name)
    what = _became(former, gazetteer) if former else f"“{name}”有多处同名"
    return f"{what}，文中没有可以断定的线索"


def _became(former: FormerName, gazetteer: Gazetteer) -> str:
    successors = (gazetteer.place(key) for key in former.successors)
    return former.became(place.name for place in successors if place is not None)


def _stated(
    read: StatedPlaces, stated: str, recognised: RecognisedDistricts, evidence: Evidence, exact: bool
) -> RecognisedDistricts:
    """The stated place; the text resolves namesakes, and may name a part of a stated city."""
    from_text = recognised.main
    places = read.main
    if (
        from_text is not None
        and not exact
        and any(lies_in(from_text, place) and is_below(from_text, place) for place in places)
    ):
        return recognised
    stated_place = places[0] if len(places) == 1 else None
    if stated_place is None and from_text is not None:
        stated_place = next((place for place in places if place.key == from_text.key), None)
    if stated_place is None:
        stated_place = evidence.nearest(places)
    why = f"给定区划“{stated}”"
    if stated_place is None:
        shown = "、".join(f"{place.city_name}{place.name}" for place in places[:_MAX_SHOWN])
        return RecognisedDistricts(None, (), f"{why}可能是{shown}", doubtful=True)
    stated_places = (stated_place, *(place for names in read.further for place in names))
    contrary = (
        from_text is not None
        and not recognised.doubtful
        and not any(lies_in(from_text, place) or lies_in(place, from_text) for place in stated_places)
    )
    further = tuple(place for place in recognised.further if not lies_in(stated_place, place))
    return RecognisedDistricts(
        stated_place, further, why + ("，与正文所述不一" if contrary else ""), doubtful=contrary
    )


def _with_further(
    recognised: RecognisedDistricts, read: StatedPlaces, stated: str, evidence: Evidence
) -> RecognisedDistricts:
    """Add the places stated after the main division (历城区、崂山区); the text resolves namesakes."""
    further = list(recognised.further)
    not_understood = recognised.not_understood
    for namesakes in read.further:
        place = namesakes[0] if len(namesakes) == 1 else evidence.nearest(namesakes)
        if place is None:
            not_understood = (
                f"给定区划“{stated}”里的“{namesakes[0].name}”有{len(namesakes)}处同名，没有收入涉及区划。"
            )
        elif recognised.main is None or place.key != recognised.main.key:
            further.append(place)
    return replace(recognised, further=tuple(dict.fromkeys(further)), not_understood=not_understood)

"""Evidence in an article for each division, and the resolution of namesakes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.ingest.parsed import ParsedArticle

from .findings import DistrictLevel, Place
from .former_names import FormerName
from .gazetteer import Gazetteer
from .place_mentions import GENERIC_NAMES, MentionForm, PlaceMention, find_place_mentions
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
_HEADLINE_FIELDS = frozenset({"headline", "kicker", "deck"})
_OPENING_WEIGHT = 2.0  # the first sentences of an article without a lead
_OPENING_LENGTH = 120
_FORM_WEIGHTS = {
    MentionForm.FULL: 1.0,
    MentionForm.SHORT: 0.8,
    MentionForm.COMMON: 0.6,
    MentionForm.PASSING: 0.0,
}
_FULL_COUNT = 5  # further mentions of one division in one field add less
_FURTHER_WEIGHT = 0.3
_AFTER_PREPOSITION_WEIGHT = 0.3
_PASSING_WEIGHT = 0.3
_GENERIC_SUPPORT = 3.0
_CLEARLY_NEARER = 0.6  # the next nearest namesake may have this much of the nearest one's evidence

_STREET_ENDING = re.compile("街道(?:办事处)?|镇|乡")
_MAX_STREET_CHARACTERS = 8
_BLANK = re.compile("[ \t]+")


@dataclass(slots=True)
class Evidence:
    """Evidence for divisions, by key.

    ``scores``: evidence that the article is about the division; ``counts``: number of its mentions;
    ``in_headline``: divisions named in headline, kicker or deck. ``cities``, ``provinces`` (by name) and
    ``streets``: evidence of the surroundings, which resolves namesakes. ``unresolved``: names whose namesakes
    cannot be resolved. ``unknown_parts``: (city, name) printed like a district of the city that does not
    exist. ``former``: former names that mean the division; ``former_unresolved``: those of divisions that
    became several.
    """

    scores: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    counts: Counter[str] = field(default_factory=Counter)
    in_headline: dict[str, None] = field(default_factory=dict)  # in the order of mention
    cities: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    provinces: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    streets: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    unresolved: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    unknown_parts: dict[tuple[Place, str], float] = field(default_factory=lambda: defaultdict(float))
    former: dict[str, FormerName] = field(default_factory=dict)
    former_unresolved: dict[str, FormerName] = field(default_factory=dict)

    def place_in(self, place: Place, weight: float) -> None:
        """Add evidence for the city and the province of ``place``."""
        if place.city_key:
            self.cities[place.city_key] += weight
        share = 1.0 if place.level is DistrictLevel.PROVINCE else 0.5
        self.provinces[place.province_name] += weight * share

    def nearest(self, candidates: Iterable[Place]) -> Place | None:
        """The candidate that shares most surroundings with the article; None if it does not lead clearly."""
        places = tuple(candidates)
        # Parts of one former district share the city: only streets can tell them apart.
        cities = {place.city_key for place in places}
        in_one_city = len(places) > 1 and len(cities) == 1 and "" not in cities
        score = self._streets_of if in_one_city else self._shared_surroundings
        ranked = sorted(((score(place), place.key, place) for place in places), reverse=True)
        if not ranked or ranked[0][0] <= 0:
            return None
        if len(ranked) > 1 and ranked[1][0] > _CLEARLY_NEARER * ranked[0][0]:
            return None
        return ranked[0][2]

    def _shared_surroundings(self, place: Place) -> float:
        city = self.cities.get(place.city_key, 0.0) if place.level is not DistrictLevel.CITY else 0.0
        province = self.provinces.get(place.province_name, 0.0)
        return city + 0.2 * province + 2.0 * self._streets_of(place)

    def _streets_of(self, place: Place) -> float:
        return self.streets.get(place.key, 0.0)


@dataclass(slots=True)
class _LocatedMention:
    """A mention with its field and weight.

    ``qualifying``: 济南市 in 济南市历城区, which only says where 历城区 is.
    """

    mention: PlaceMention
    field: str
    weight: float
    qualifying: bool
    resolved: Place | None = None


def gather_evidence(article: ParsedArticle, gazetteer: Gazetteer) -> Evidence:
    """All evidence for divisions in an article."""
    mentions = _located_mentions(article, gazetteer)
    evidence = Evidence()
    _gather_surroundings(article, mentions, evidence, gazetteer)
    _resolve(mentions, evidence, gazetteer)
    _weigh(mentions, evidence)
    return evidence


def _located_mentions(article: ParsedArticle, gazetteer: Gazetteer) -> list[_LocatedMention]:
    located_mentions = []
    year = article.published_on.year if article.published_on else article.year
    for part in article.parts():
        offset = 0
        for line in plain(part.text).split("\n"):
            text = _BLANK.sub("", line)
            opening = part.field == "body" and part.number == 1 and not article.lead
            mentions_of_line = list(find_place_mentions(text, gazetteer, year))
            for mention, following in zip(mentions_of_line, (*mentions_of_line[1:], None), strict=False):
                weight = _FIELD_WEIGHTS[part.field]
                if opening and offset + mention.start < _OPENING_LENGTH:
                    weight = _OPENING_WEIGHT
                located_mentions.append(
                    _LocatedMention(mention, part.field, weight, _qualifies(mention, following))
                )
            offset += len(text)
    return located_mentions


def _qualifies(mention: PlaceMention, following: PlaceMention | None) -> bool:
    if following is None or following.start != mention.end:
        return False
    return any(place in mention.candidates for place in following.outer)


def _gather_surroundings(
    article: ParsedArticle, mentions: Iterable[_LocatedMention], evidence: Evidence, gazetteer: Gazetteer
) -> None:
    """First pass: collect the surroundings that resolve namesakes, from unambiguous mentions only."""
    for located in mentions:
        mention = located.mention
        if len(mention.candidates) == 1 and _is_certain(mention):
            passing = mention.form is MentionForm.PASSING
            evidence.place_in(mention.candidates[0], located.weight * (_PASSING_WEIGHT if passing else 1.0))
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
    """Whether the mention is unambiguous. Short names of counties also occur by chance across two words."""
    if mention.form is MentionForm.SHORT:
        return mention.candidates[0].level in {DistrictLevel.PROVINCE, DistrictLevel.CITY}
    return mention.form is not MentionForm.COMMON


def _street_names(text: str, gazetteer: Gazetteer) -> list[str]:
    names = []
    for ending in _STREET_ENDING.finditer(text):
        end = ending.start() + (2 if ending[0].startswith("街道") else 1)
        for start in range(max(0, end - _MAX_STREET_CHARACTERS), end - 2):
            if gazetteer.streets_of(text[start:end]):
                names.append(text[start:end])
                break
    return names


def _resolve(mentions: list[_LocatedMention], evidence: Evidence, gazetteer: Gazetteer) -> None:
    """Second pass: resolve each mention. One name has the same meaning in the whole article."""
    pending: dict[str, list[_LocatedMention]] = defaultdict(list)
    stated: dict[str, dict[str, Place]] = defaultdict(dict)  # name -> its meaning next to a city
    present: set[str] = set()
    for located in mentions:
        mention = located.mention
        if len(mention.candidates) != 1:
            pending[mention.name].append(located)
            continue
        located.resolved = place = mention.candidates[0]
        if mention.outer:
            # 高新区 after 济南高新区
            stated[place.name if place.level is DistrictLevel.ZONE else mention.name][place.key] = place
        if mention.form is MentionForm.FULL:
            present.add(place.key)
    for name, group in pending.items():
        meaning = _meaning_of(group[0].mention, stated, evidence, gazetteer)
        full = [located for located in group if located.mention.form is MentionForm.FULL]
        for located in group:
            located.resolved = meaning
        if meaning is None:
            _note_unresolved(name, full, evidence)
        elif full:
            present.add(meaning.key)
    for located in mentions:
        if not _counts(located, present, evidence):
            located.resolved = None


def _note_unresolved(name: str, mentions: Iterable[_LocatedMention], evidence: Evidence) -> None:
    for located in mentions:
        if not located.qualifying:
            evidence.unresolved[name] += located.weight
            if located.mention.former is not None:
                evidence.former_unresolved[name] = located.mention.former


def _meaning_of(
    mention: PlaceMention, stated: dict[str, dict[str, Place]], evidence: Evidence, gazetteer: Gazetteer
) -> Place | None:
    places = stated.get(mention.kind.name if mention.kind else mention.name, {})
    if len(places) == 1:
        return next(iter(places.values()))
    if mention.kind is None:
        return evidence.nearest(mention.candidates)
    if mention.form is MentionForm.COMMON:
        return None
    cities = (gazetteer.place(key) for key in evidence.cities)
    zones = (gazetteer.zone(city, mention.kind) for city in cities if city is not None)
    return evidence.nearest(zone for zone in zones if zone is not None)


def _counts(located: _LocatedMention, present: set[str], evidence: Evidence) -> bool:
    """Whether the mention counts for its division: a short name or a common word needs further evidence."""
    mention, place = located.mention, located.resolved
    if place is None or mention.form is MentionForm.PASSING:
        return False
    if mention.form is MentionForm.FULL or (place.key in present and mention.name not in GENERIC_NAMES):
        return True
    if mention.form is MentionForm.SHORT:
        named = evidence.cities.get(place.city_key, 0.0) + evidence.provinces.get(place.province_name, 0.0)
        return _is_certain(mention) or named > 0.0 or mention.is_delimited
    if mention.name in GENERIC_NAMES:
        return place.city_key in present and evidence.cities.get(place.city_key, 0.0) >= _GENERIC_SUPPORT
    return False


def _weigh(mentions: Iterable[_LocatedMention], evidence: Evidence) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for located in mentions:
        place, mention = located.resolved, located.mention
        if mention.unknown_part:
            evidence.unknown_parts[mention.candidates[0], mention.unknown_part] += located.weight
        if place is None or located.qualifying:
            continue
        if mention.former is not None:
            evidence.former.setdefault(place.key, mention.former)
        counts[(place.key, located.field)] += 1
        evidence.counts[place.key] += 1
        weight = located.weight * _FORM_WEIGHTS[mention.form]
        if counts[(place.key, located.field)] > _FULL_COUNT:
            weight *= _FURTHER_WEIGHT
        if place.level in {DistrictLevel.CITY, DistrictLevel.PROVINCE} and mention.follows_preposition:
            weight *= _AFTER_PREPOSITION_WEIGHT
        elif located.field in _HEADLINE_FIELDS:
            evidence.in_headline[place.key] = None
        evidence.scores[place.key] += weight

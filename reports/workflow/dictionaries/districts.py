"""Districts in the database: created from the gazetteer when first needed, renamed, and found by name."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Q

from reports.knowledge import Gazetteer, default_gazetteer, read_stated_places, say_not_understood
from reports.knowledge.findings import DistrictLevel, Place
from reports.models import Article, District, User
from reports.models.event import Act, Subject
from reports.workflow.account_roles import require_administrator
from reports.workflow.events import changed_fields, event, record, record_failure_of
from reports.workflow.outbox import enqueue
from reports.workflow.refusals import DictionaryRefused

_BATCH = 500
_FROM_THE_LARGEST = (
    (DistrictLevel.PROVINCE,),
    (DistrictLevel.CITY,),
    (DistrictLevel.COUNTY, DistrictLevel.ZONE),
)
_HOW_TO_WRITE = "请写六位区划代码，或“济南市历城区”这样的全名。"


def get_or_create_district(place: Place, gazetteer: Gazetteer | None = None) -> District:
    """The district with the key of ``place``; created with its city and province if it does not exist.

    A district that a curator has renamed keeps its name.
    """
    if district := District.objects.with_path().filter(key=place.key).first():
        return district
    gazetteer = gazetteer or default_gazetteer()
    city, province = _city_of(place, gazetteer), _province_of(place, gazetteer)
    created, _new = District.objects.get_or_create(
        key=place.key,
        defaults=_columns(place)
        | {
            "province": get_or_create_district(province, gazetteer) if province else None,
            "city": get_or_create_district(city, gazetteer) if city else None,
        },
    )
    return created


def _columns(place: Place) -> dict[str, Any]:
    return {
        "code": place.code,
        "name": place.name,
        "level": place.level.value,
    }


def district_with_key(key: str) -> District | None:
    """The district with ``key``, from the database, or created from the gazetteer; None if neither has it."""
    if district := District.objects.with_path().filter(key=key).first():
        return district
    place = default_gazetteer().place(key)
    return get_or_create_district(place) if place else None


def archive_gazetteer() -> Gazetteer:
    """The packaged gazetteer with the districts that curators have added or renamed."""
    packaged = default_gazetteer()
    curated = []
    for district in District.objects.with_path().order_by("key"):
        place = packaged.place(district.key)
        if place is None or place.name != district.name:
            former = place.name if place else ""
            curated.append((place_of(district), former))
    return _gazetteer_with(tuple(curated))


@lru_cache(maxsize=2)
def _gazetteer_with(curated: tuple[tuple[Place, str], ...]) -> Gazetteer:
    # Cached, because a new gazetteer takes half a second to build its matcher.
    if not curated:
        return default_gazetteer()
    former = {place.key: (name,) for place, name in curated if name}
    return default_gazetteer().with_places([place for place, _ in curated], former)


def find_place(text: str, gazetteer: Gazetteer | None = None) -> Place:
    """The division that a person means by a key, a code, or a name with or without its city.

    Raises DictionaryRefused if it is not understood (the message has the part and the nearest names), or if
    it is ambiguous (the message has the candidates).
    """
    gazetteer = gazetteer or archive_gazetteer()
    text = text.strip()
    read = read_stated_places(text, gazetteer)
    if not read.main:
        raise DictionaryRefused(f"{say_not_understood(text, read, gazetteer)}{_HOW_TO_WRITE}")
    if read.further:
        raise DictionaryRefused(f"“{text}”写了几个区划，这里只能写一个。")
    if len(read.main) == 1:
        return read.main[0]
    names = "、".join(f"{place.city_name}{place.name}（{place.key}）" for place in read.main[:8])
    raise DictionaryRefused(f"“{text}”可能是{names}，请写全名或区划代码。")


def place_of(district: District) -> Place:
    return Place(
        key=district.key,
        code=district.code,
        name=district.name,
        level=DistrictLevel(district.level),
        city_key=district.city_key,
        city_name=district.city_name,
        province_name=district.province_name,
    )


def load_gazetteer() -> tuple[int, int]:
    """Add every place of the packaged gazetteer; return the numbers of new and of existing rows."""
    gazetteer = default_gazetteer()
    places = list(gazetteer.places)
    with transaction.atomic():
        ids = dict(District.objects.values_list("key", "pk"))
        existing = len(ids.keys() & {place.key for place in places})
        # Provinces come first, then cities, because the others refer to them.
        for levels in _FROM_THE_LARGEST:
            rows = []
            for place in places:
                if place.level not in levels or place.key in ids:
                    continue
                city, province = _city_of(place, gazetteer), _province_of(place, gazetteer)
                rows.append(
                    District(
                        key=place.key,
                        city_id=ids[city.key] if city else None,
                        province_id=ids[province.key] if province else None,
                        **_columns(place),
                    )
                )
            created = District.objects.bulk_create(rows, batch_size=_BATCH)
            ids.update((district.key, district.pk) for district in created)
        if new := len(places) - existing:
            record(event(Act.DICTIONARY, on=Subject.DISTRICT, after=f"载入{new}个区划"))
    return len(places) - existing, existing


def save_district(district: District, by: User | None = None) -> None:
    """Save a new or changed district; every article that shows its name is indexed again."""
    with record_failure_of(Act.DICTIONARY, by, district), transaction.atomic():
        require_administrator(by)
        check_district(district)
        if district.city:
            district.province = district.city.province
        is_new, changed = district.pk is None, changed_fields(district)
        district.save()
        record(event(Act.DICTIONARY, by, district, after=changed))
        if not is_new:
            enqueue(articles_about(district), urgent=False)


def delete_district(district: District, by: User | None = None) -> None:
    """Delete a district. Raises ProtectedError if anything refers to it, RoleRefused."""
    with record_failure_of(Act.DICTIONARY, by, district), transaction.atomic():
        require_administrator(by)
        record(event(Act.DICTIONARY, by, district, after="删除"))
        district.delete()


def check_district(district: District) -> None:
    """Raise DictionaryRefused if the division would have both a city above it and districts below it."""
    if district.pk and district.city_id and District.objects.filter(city=district.pk).exists():
        raise DictionaryRefused("这个区划下面还有区县，不能再属于另一个城市。")


def articles_about(district: District) -> list[int]:
    """Ids of published articles that show the district: as main, as further, or as one around these."""
    where = Q(pk=district.pk) | Q(city=district) | Q(province=district)
    shown = District.objects.filter(where).values("pk")
    return list(
        Article.objects.published()
        .filter(Q(district__in=shown) | Q(further_districts__district__in=shown))
        .order_by("id")
        .values_list("id", flat=True)
        .distinct()
    )


def _city_of(place: Place, gazetteer: Gazetteer) -> Place | None:
    """The place's city; None for a city itself, whose city key is its own key."""
    return gazetteer.place(place.city_key) if place.city_key and place.city_key != place.key else None


def _province_of(place: Place, gazetteer: Gazetteer) -> Place | None:
    """The place's province; None for a province itself, and inside a municipality, which has none."""
    province = gazetteer.province(place.province_name)
    return province if province and province.key != place.key else None

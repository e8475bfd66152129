"""Divisions by key and by name."""

from __future__ import annotations

import re

import opencc
import pytest

from reports.knowledge import DistrictLevel, Place, default_gazetteer, read_stated_places
from reports.knowledge.gazetteer import lies_in
from reports.knowledge.name_matching import NameMatcher
from reports.knowledge.plain_text import plain

GAZETTEER = default_gazetteer()
_TO_TRADITIONAL = opencc.OpenCC("s2t")


@pytest.mark.parametrize(
    ("key", "name", "level", "city", "province"),
    [
        ("370112", "历城区", "county", "济南市", "山东省"),
        ("370100", "济南市", "city", "济南市", "山东省"),
        ("110105", "朝阳区", "county", "北京市", "北京市"),
        ("110000", "北京市", "city", "北京市", "北京市"),
        ("500153", "荣昌区", "county", "重庆市", "重庆市"),
        ("500235", "云阳县", "county", "重庆市", "重庆市"),
        ("429004", "仙桃市", "county", "", "湖北省"),
        ("419001", "济源市", "county", "", "河南省"),
        ("441900", "东莞市", "city", "东莞市", "广东省"),
        ("620200", "嘉峪关市", "city", "嘉峪关市", "甘肃省"),
        ("370000", "山东省", "province", "", "山东省"),
        ("jinan-gaoxin", "高新区", "zone", "济南市", "山东省"),
        ("chongqing-liangjiang", "两江新区", "zone", "重庆市", "重庆市"),
        ("xiongan", "雄安新区", "zone", "", "河北省"),
    ],
)
def test_a_division_is_found_by_its_key(key: str, name: str, level: str, city: str, province: str) -> None:
    place = GAZETTEER.place(key)
    assert place is not None
    assert (place.name, place.level, place.city_name, place.province_name) == (name, level, city, province)
    assert place.code == (key if key.isdigit() else None)


def test_an_unknown_key_is_no_division() -> None:
    assert GAZETTEER.place("999999") is None
    assert GAZETTEER.place("nowhere-gaoxin") is None
    assert GAZETTEER.place("") is None


def test_keys_are_unique_and_fit_the_table() -> None:
    keys = [place.key for place in GAZETTEER.places]
    assert len(set(keys)) == len(keys) > 3400
    for place in GAZETTEER.places:
        assert re.fullmatch("[0-9]{6}|[a-z]+(?:-[a-z]+)*", place.key)
        assert (place.code is None) == (place.level is DistrictLevel.ZONE)
        assert place.short_name == "" or 1 < len(place.short_name) < len(place.name)


def test_every_city_of_a_division_is_a_city_by_its_own_key() -> None:
    for place in GAZETTEER.places:
        if place.city_key:
            city = GAZETTEER.place(place.city_key)
            assert city is not None
            assert city.level is DistrictLevel.CITY
            assert city.name == place.city_name
            assert lies_in(place, city)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("历城区", {"370112"}),
        ("历城", {"370112"}),
        # four of today, and those that 济宁, 广元 and 遂宁 had
        ("市中区", {"370103", "370402", "511002", "511102", "370811", "510802", "510903", "510904"}),
        ("市中", {"370103", "370402", "511002", "511102"}),
        ("襄樊市", {"420600"}),  # 襄阳 until 2010
        ("即墨市", {"370215"}),  # until 2017
        ("济南高新区", {"jinan-gaoxin"}),
        ("济南高新技术产业开发区", {"jinan-gaoxin"}),
        ("苏州高新区", {"jiangsu-suzhou-gaoxin"}),
        ("西海岸新区", {"370211"}),
        ("没有此地", set()),
    ],
)
def test_a_name_gives_all_its_divisions(name: str, keys: set[str]) -> None:
    assert {place.key for place in GAZETTEER.named(name)} == keys


def test_a_zone_of_any_city_is_known_by_the_rule_under_one_key() -> None:
    (zone,) = GAZETTEER.named("聊城高新区")
    assert zone.key == "liaocheng-gaoxin"
    assert zone.code is None
    assert GAZETTEER.place("liaocheng-gaoxin") == zone
    assert zone not in GAZETTEER.places


def test_short_names_that_mean_nothing_alone_are_left_empty() -> None:
    for key in ("210102", "110105", "440305", "370103", "130102"):  # 和平, 朝阳, 南山, 市中, 长安
        place = GAZETTEER.place(key)
        assert place is not None
        assert place.short_name == ""


def test_added_places_are_known_and_the_packaged_value_is_left_alone() -> None:
    zone = Place("jinan-yinhe", None, "银河试验区", DistrictLevel.ZONE, "370100", "济南市", "山东省")
    more = GAZETTEER.with_places([zone], {"jinan-yinhe": ("银河新片",)})
    assert more.named("银河试验区") == more.named("银河新片") == [zone]
    assert more.place("jinan-yinhe") == zone
    assert read_stated_places("济南市银河试验区", more).main == (zone,)
    assert GAZETTEER.place("jinan-yinhe") is None
    assert GAZETTEER.named("银河试验区") == []


def test_a_place_added_under_a_known_key_takes_its_place() -> None:
    renamed = Place("370112", "370112", "历山区", DistrictLevel.COUNTY, "370100", "济南市", "山东省")
    more = GAZETTEER.with_places([renamed])
    assert more.place("370112") == renamed
    assert more.named("历城区") == []


def test_streets_lead_to_their_divisions() -> None:
    assert GAZETTEER.streets_of("港沟街道") == ("370112",)
    assert GAZETTEER.streets_of("城关镇") == ()  # hundreds of counties have one


def test_the_matcher_finds_what_a_slow_search_finds() -> None:
    names = ["济南", "济南市", "南市", "市中区", "中区", "历城区"]
    text = "济南市中区和济南市历城区，南市中区，济 南"
    found = []
    at = 0
    while at < len(text):
        name = max((name for name in names if text.startswith(name, at)), key=len, default="")
        if name:
            found.append((at, name))
        at += len(name) or 1
    assert list(NameMatcher(names).find(text)) == found
    assert found


def _traditional(name: str) -> str:
    return _TO_TRADITIONAL.convert(name)


def test_every_place_is_found_by_its_name_as_the_text_is_read() -> None:
    missed = [place.name for place in GAZETTEER.places if place not in GAZETTEER.named(plain(place.name))]
    assert missed == []


def test_every_place_is_understood_in_traditional_characters() -> None:
    differ = [
        place.name
        for place in GAZETTEER.places
        if read_stated_places(_traditional(place.city_name + place.name), GAZETTEER)
        != read_stated_places(place.city_name + place.name, GAZETTEER)
    ]
    assert differ == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("嶗山區", "370212"),
        ("歷城區", "370112"),
        ("臺兒莊區", "370405"),
        ("濮陽縣", "410928"),
        ("瀘州市", "510500"),
        ("⻩⼭区", "341003"),
        ("乾安縣", "220723"),
        ("干安县", "220723"),
        ("乾县", "610424"),
    ],
)
def test_names_are_compared_in_plain_form(name: str, key: str) -> None:
    assert [place.key for place in GAZETTEER.named(name)] == [key]
    assert [place.key for place in read_stated_places(name, GAZETTEER).main] == [key]


def test_the_cities_of_the_corps_are_understood_with_and_without_it() -> None:
    cities = [place for place in GAZETTEER.places if place.key.startswith("6590")]
    assert len(cities) == 12
    for place in cities:
        for before in ("", "新疆", "新疆维吾尔自治区", "新疆生产建设兵团", "新疆生产建设兵团第八师", "兵团"):
            assert read_stated_places(before + place.name, GAZETTEER).main == (place,)

"""What a person or a document states as a place is understood whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reports.knowledge import (
    DistrictLevel,
    Place,
    default_gazetteer,
    read_stated_places,
    recognise_districts,
    say_not_understood,
)
from reports.knowledge.gazetteer import _packaged_streets
from reports.knowledge.nearest_places import nearest_places
from tests.knowledge.builders import article

GAZETTEER = default_gazetteer()


@pytest.mark.parametrize(
    ("stated", "keys"),
    [
        ("370112", {"370112"}),
        ("jinan-gaoxin", {"jinan-gaoxin"}),
        ("济南市市中区", {"370103"}),
        ("济南市中区", {"370103"}),
        ("山东省/济南市/历城区", {"370112"}),
        ("济南 高新区", {"jinan-gaoxin"}),
        ("济 南 市 历 城 区", {"370112"}),
        ("沈阳和平", {"210102"}),
        ("北京", {"110000"}),
        ("北京市/市辖区/东城区", {"110101"}),
        ("北京市/北京市/东城区", {"110101"}),
        ("湖北省省直辖县级行政区划仙桃市", {"429004"}),
        ("山东省", {"370000"}),
        ("吉林", {"220000", "220200"}),
        ("吉林省吉林市", {"220200"}),
        ("长阳县", {"420528"}),  # 长阳土家族自治县
        ("新疆生产建设兵团石河子市", {"659001"}),
        ("新疆生产建设兵团第八师石河子市", {"659001"}),
        ("第八师石河子市", {"659001"}),
        ("兵团第八师石河子市", {"659001"}),
        ("新疆兵团十二师五家渠市", {"659004"}),
        ("370112000000", {"370112"}),
        ("370112001000", {"370112"}),
        ("370000000000", {"370000"}),
        ("成都东部新区", {"chengdu-dongbu"}),
        ("深圳大鹏新区", {"shenzhen-dapeng"}),
        ("深圳市大鹏新区", {"shenzhen-dapeng"}),
        ("海南洋浦经济开发区", {"yangpu"}),
        ("洋浦", {"yangpu"}),
        ("长白山管委会", {"changbaishan"}),
        ("吉林省长白山保护开发区", {"changbaishan"}),
        ("重庆市西部(重庆)科学城", {"chongqing-kexuecheng"}),
        ("", set()),
        (" / ", set()),
    ],
)
def test_what_is_understood(stated: str, keys: set[str]) -> None:
    read = read_stated_places(stated, GAZETTEER)
    assert {place.key for place in read.main} == keys
    assert (read.further, read.unknown) == ((), "")


@pytest.mark.parametrize(
    ("stated", "key"),
    [
        ("福田保税区", "440304"),
        ("历城区洪家楼街道", "370112"),
        ("济南市历城区洪家楼", "370112"),
        ("历城区张村", "370112"),
        ("历城区历城镇", "370112"),
        ("长阳县龙舟坪镇", "420528"),
        ("广东省/东莞市/虎门镇", "441900"),
        ("历城区政府", "370112"),
        ("历城区委宣传部", "370112"),
        ("历城区管委会", "370112"),
        ("济南市历城区教育局", "370112"),
        ("济南市委", "370100"),
        ("济南市人民政府", "370100"),
    ],
)
def test_what_lies_below_a_county_and_offices_are_passed_over(stated: str, key: str) -> None:
    read = read_stated_places(stated, GAZETTEER)
    assert ([place.key for place in read.main], read.unknown) == ([key], "")


@pytest.mark.parametrize(
    ("stated", "unknown", "nearest"),
    [
        ("济南市厉城区", "厉城区", "370112"),
        ("济南厉城区", "厉城区", "370112"),
        ("济南市厉城区洪家楼街道", "厉城区", "370112"),
        ("厉城区", "厉城区", "370112"),
        ("北京市历城区", "历城区", "370112"),
        ("青岛历城区", "历城区", "370112"),
        ("北京市、历城区", "历城区", "370112"),
        ("山东省历程区", "历程区", "370112"),
        ("开封旗", "开封旗", None),
        ("上海市庐山区", "庐山区", "360402"),
        ("长白山景区", "长白山景区", None),
        ("济南市洪家楼街道", "洪家楼街道", "370112"),
        ("成都西部新区", "西部新区", None),
        ("歷城縣區", "歷城縣", None),
        ("濟南市厲城區", "厲城區", "370112"),
        ("济南市历城区历下区", "历下区", "370102"),
        ("990112000000", "990112000000", None),
        ("兵团厉城市", "厉城市", None),
        ("火星", "火星", None),
    ],
)
def test_a_part_that_is_not_understood_makes_the_whole_not_understood(
    stated: str, unknown: str, nearest: str | None
) -> None:
    read = read_stated_places(stated, GAZETTEER)
    assert (read.main, read.further, read.unknown) == ((), (), unknown)
    near = [place.key for place in nearest_places(read, GAZETTEER)]
    assert nearest is None or nearest in near
    assert f"“{unknown}”" in say_not_understood(stated, read, GAZETTEER)


def test_a_slip_inside_a_city_is_first_looked_for_there() -> None:
    read = read_stated_places("济南市厉城区", GAZETTEER)
    assert nearest_places(read, GAZETTEER)[0].key == "370112"
    assert say_not_understood("济南市厉城区", read, GAZETTEER).startswith(
        "没有找到区划“济南市厉城区”：“厉城区”不认识。最接近的是济南市历城区（370112）"
    )


@pytest.mark.parametrize(
    ("stated", "main", "further"),
    [
        ("历城区、市中区", ["370112"], [["370103"]]),
        ("济南市历城区和市中区", ["370112"], [["370103"]]),
        ("济南市历城区；青岛市崂山区", ["370112"], [["370212"]]),
        ("历城区、青岛市、烟台市", ["370112"], [["370200"], ["370600"]]),
        ("沈阳市皇姑区和平区", [], []),  # a list without a mark is not understood, and not cut at 和
    ],
)
def test_what_is_listed_is_further(stated: str, main: list[str], further: list[list[str]]) -> None:
    read = read_stated_places(stated, GAZETTEER)
    assert [place.key for place in read.main] == main
    assert [[place.key for place in places] for places in read.further] == further
    assert bool(read.unknown) == (not main)


def _forms(place: Place) -> Iterator[str]:
    city = "" if place.city_name in {place.name, place.province_name} else place.city_name
    province = "" if place.province_name == place.name else place.province_name
    yield city + place.name
    yield province + city + place.name
    yield f"{province}/{city}/{place.name}"


def test_every_county_and_zone_is_understood_after_its_city_and_its_province() -> None:
    parts = [p for p in GAZETTEER.places if p.level in {DistrictLevel.COUNTY, DistrictLevel.ZONE}]
    assert len(parts) > 3100
    missed = [
        form
        for place in parts
        for form in _forms(place)
        if place.key not in {found.key for found in read_stated_places(form, GAZETTEER).main}
    ]
    assert missed == []


def test_every_street_of_the_lists_is_passed_over_after_its_county() -> None:
    missed = []
    for place in GAZETTEER.places:
        for street in _packaged_streets().get(place.key, ()):
            read = read_stated_places(f"{place.city_name}{place.name}{street}", GAZETTEER)
            again = read_stated_places(f"{place.name}{street}", GAZETTEER)
            if place.city_name != place.name and [p.key for p in read.main] != [place.key]:
                missed.append(f"{place.city_name}{place.name}{street}")
            if place.key not in {p.key for p in again.main}:
                missed.append(f"{place.name}{street}")
    assert missed == []


@pytest.mark.parametrize(
    "text", ["历城区" + "村" * 4000 + "区", "济南" * 3000, "历城区、" * 2000, "市" * 9000]
)
def test_a_senseless_long_text_is_read_to_its_end(text: str) -> None:
    read = read_stated_places(text, GAZETTEER)
    assert len(say_not_understood(text, read, GAZETTEER)) < 9000


@pytest.mark.parametrize(
    "place",
    ["济南市厉城区", "北京市历城区", "青岛历城区", "山东省历程区", "开封旗", "上海市庐山区"],
)
def test_a_document_whose_place_is_not_understood_has_no_main_district(place: str) -> None:
    found = recognise_districts(article("社区食堂开张", "上海市的食堂今天开张。", place=place), GAZETTEER)
    assert found.main is None
    assert found.doubtful
    assert place in found.not_understood


def test_places_that_a_document_lists_are_main_and_further() -> None:
    found = recognise_districts(article("食堂开张", "食堂今天开张。", place="历城区、市中区"), GAZETTEER)
    assert found.main is not None
    further = [place.key for place in found.further]
    assert (found.main.key, further, found.not_understood) == ("370112", ["370103"], "")


def test_a_listed_place_with_namesakes_is_told_and_not_lost() -> None:
    found = recognise_districts(article("食堂开张", "食堂今天开张。", place="崂山区、鼓楼区"), GAZETTEER)
    assert found.main is not None
    assert found.main.key == "370212"
    assert "“鼓楼区”" in found.not_understood

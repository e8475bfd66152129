"""Names that divisions had since 1999 lead to the divisions of today, and never to a whole city."""

from __future__ import annotations

from collections import Counter

import pytest

from reports.knowledge import Place, default_gazetteer, read_stated_places, recognise_districts
from reports.knowledge.findings import DistrictLevel, RecognisedDistricts
from reports.knowledge.former_names import Change, FormerName, packaged_former_names
from reports.knowledge.gazetteer import Gazetteer, lies_in
from tests.knowledge.builders import article

GAZETTEER = default_gazetteer()
ROWS = packaged_former_names()
_CITIES = {DistrictLevel.CITY, DistrictLevel.PROVINCE}


def place(key: str) -> Place:
    found = GAZETTEER.place(key)
    assert found is not None, key
    return found


def recognise(headline: str, *paragraphs: str) -> RecognisedDistricts:
    return recognise_districts(article(headline, *paragraphs), GAZETTEER)


def test_every_row_fits_the_gazetteer() -> None:
    assert len(ROWS) > 500
    assert max(Counter((row.name, row.outer) for row in ROWS).values()) == 1
    for row in ROWS:
        assert 1999 <= row.year <= 2023, row
        outer, successors = place(row.outer), [place(key) for key in row.successors]
        assert row.is_split == (row.change is Change.SPLIT), row
        assert len(set(row.successors)) == len(row.successors), row
        is_city = row.name.endswith(("地区", "盟")) or row.name in {"莱芜市", "襄樊市", "淮阴市", "思茅市"}
        for successor in successors:
            assert is_city or successor.level is DistrictLevel.COUNTY, row
        assert lies_in(successors[0], outer) != (row.change is Change.MOVED), row


def test_no_row_has_the_name_of_a_division_of_today_in_the_same_city() -> None:
    today = {
        (division.name, outer)
        for division in GAZETTEER.places
        for outer in (division.city_key, "" if division.city_key else f"{division.key[:2]}0000")
    }
    assert [row for row in ROWS if (row.name, row.outer) in today] == []


def _stated(row: FormerName) -> list[str]:
    outer = place(row.outer)
    province = "" if outer.province_name == outer.name else outer.province_name
    return [f"{outer.name}{row.name}", f"{province}{outer.name}{row.name}", f"{outer.name}/{row.name}"]


def test_every_row_is_understood_after_its_city_and_its_province() -> None:
    wrong = []
    for row in ROWS:
        for stated in _stated(row):
            read = read_stated_places(stated, GAZETTEER)
            if {p.key for p in read.main} != set(row.successors):
                wrong.append((stated, read))
    assert wrong == []


def test_every_row_is_recognised_in_a_headline_after_its_city() -> None:
    wrong = []
    for row in ROWS:
        outer = place(row.outer)
        found = recognise(f"{outer.name}{row.name}：议事会解民忧", f"{outer.name}{row.name}开了议事会。")
        main = found.main.key if found.main else None
        if row.is_split:
            good = found.doubtful and (main is None or main in row.successors)
        else:
            good = main == row.successors[0]
        if not good:
            wrong.append((row.name, row.outer, main, found.why))
    assert wrong == []


@pytest.mark.parametrize(
    ("stated", "key"),
    [
        ("上海市闸北区", "310106"),
        ("闸北区", "310106"),
        ("北京市崇文区", "110101"),
        ("北京市宣武区", "110102"),
        ("上海市卢湾区", "310101"),
        ("上海市南汇区", "310115"),
        ("天津市塘沽区", "120116"),
        ("天津市汉沽区", "120116"),
        ("天津市大港区", "120116"),
        ("天津市蓟县", "120119"),
        ("青岛市四方区", "370203"),
        ("青岛市胶南市", "370211"),
        ("德州市陵县", "371403"),
        ("苏州市平江区", "320508"),
        ("苏州市沧浪区", "320508"),
        ("苏州市金阊区", "320508"),
        ("南京市白下区", "320104"),
        ("南京市下关区", "320106"),
        ("扬州市维扬区", "321003"),
        ("淮安市楚州区", "320803"),
        ("常州市戚墅堰区", "320412"),
        ("无锡市崇安区", "320213"),
        ("无锡市北塘区", "320213"),
        ("无锡市南长区", "320213"),
        ("绍兴市绍兴县", "330603"),
        ("绍兴县", "330603"),
        ("宁波市江东区", "330212"),
        ("广州市东山区", "440104"),
        ("广州市芳村区", "440103"),
        ("广州市萝岗区", "440112"),
        ("开封市开封县", "410212"),
        ("开封县", "410212"),
        ("开封市金明区", "410202"),
        ("洛阳市吉利区", "410308"),
        ("许昌市许昌县", "411003"),
        ("三门峡市陕县", "411203"),
        ("大同市城区", "140213"),
        ("大同市矿区", "140214"),
        ("长治市城区", "140403"),
        ("长治市郊区", "140403"),
        ("保定市新市区", "130602"),
        ("保定市北市区", "130606"),
        ("保定市南市区", "130606"),
        ("邢台市桥东区", "130502"),
        ("沈阳市新城子区", "210113"),
        ("沈阳市东陵区", "210112"),
        ("哈尔滨市动力区", "230110"),
        ("西安市户县", "610118"),
        ("成都市郫县", "510117"),
        ("重庆市万盛区", "500110"),
        ("重庆市双桥区", "500111"),
        ("巢湖市居巢区", "340181"),
        ("贵阳市小河区", "520111"),
        ("三明市梅列区", "350404"),
        ("九江市九江县", "360404"),
        ("襄樊市襄阳区", "420607"),
        ("莱芜市钢城区", "370117"),
        ("莱芜市莱城区凤城街道", "370116"),
        ("山东省莱芜市莱城区", "370116"),
        ("九江市庐山区", "360402"),
        ("巢湖市无为县", "340281"),
        ("昌吉州米泉市", "650109"),
        ("上海市閘北區", "310106"),
    ],
)
def test_a_former_name_is_the_division_of_today(stated: str, key: str) -> None:
    assert [p.key for p in read_stated_places(stated, GAZETTEER).main] == [key]


@pytest.mark.parametrize(
    ("stated", "keys"),
    [
        ("大同市南郊区", ["140214", "140213"]),
        ("厦门市杏林区", ["350205", "350211"]),
        ("石家庄市桥东区", ["130102", "130104"]),
        ("莱芜市", ["370116", "370117"]),
        ("吴县市", ["320506", "320507"]),
    ],
)
def test_what_became_several_has_them_as_candidates(stated: str, keys: list[str]) -> None:
    assert [p.key for p in read_stated_places(stated, GAZETTEER).main] == keys


def test_a_page_about_a_former_district_is_about_its_successor_and_says_so() -> None:
    found = recognise("上海市闸北区：弄堂里的议事会", "闸北区的弄堂里开了议事会。闸北区还要开。")
    assert found.main == place("310106")
    assert not found.doubtful
    assert found.why.endswith("；闸北区2015年并入静安区")
    assert recognise("闸北区：弄堂里的议事会", "闸北区的弄堂里开了议事会。").main == place("310106")


def test_a_page_about_a_district_that_became_several_is_doubtful_and_names_them() -> None:
    found = recognise("石家庄市桥东区：院子里的议事会", "石家庄市桥东区开了议事会。桥东区还要开。")
    assert (found.main, found.doubtful) == (None, True)
    assert found.why.startswith("桥东区2014年分入长安区、桥西区")
    stated = recognise_districts(article("议事会", "开了议事会。", place="厦门市杏林区"), GAZETTEER)
    assert (stated.main, stated.doubtful) == (None, True)
    assert stated.why == "给定区划“厦门市杏林区”可能是厦门市海沧区、厦门市集美区"


def test_streets_tell_which_part_is_meant_but_it_stays_doubtful() -> None:
    found = recognise(
        "厦门市杏林区：老街上的议事会", "杏林区杏滨街道、后溪镇、灌口镇都开了议事会。杏林区还要开。"
    )
    assert (found.main, found.doubtful) == (place("350211"), True)


def test_a_namesake_of_today_is_told_from_a_former_one_by_the_city() -> None:
    assert recognise("张家口市桥东区：议事会", "桥东区开了议事会。").main == place("130702")
    assert recognise("邢台市桥东区：议事会", "桥东区开了议事会。").main == place("130502")
    assert recognise("鹤岗市东山区：议事会", "东山区开了议事会。").main == place("230406")


def test_the_urban_area_of_a_city_is_not_a_former_district() -> None:
    text = "大同市办起食堂。大同市说，大同城区和郊区都有。大同市还要办。"
    assert recognise("大同市：食堂开张", text).main == place("140200")
    found = recognise("大同市城区：食堂开张", "大同市城区办起食堂。")
    assert (found.main, found.doubtful) == (place("140213"), True)


def test_the_year_of_the_page_tells_an_urban_area_from_a_former_district() -> None:
    def main(year: int) -> Place | None:
        page = article("大同市城区：食堂开张", "大同市城区办起食堂。大同市还要办。大同市都说好。", year=year)
        return recognise_districts(page, GAZETTEER).main

    assert main(2015) == place("140213")
    assert main(2022) != place("140213")


def test_a_former_name_of_two_characters_needs_its_city() -> None:
    found = recognise("济南市历城区：党员大会", "历城区召开县委会议精神学习会，担任县长的人来了。")
    assert found.main == place("370112")
    assert found.further == ()
    found = recognise("重庆市云阳县：党员大会", "云阳县召开县委会议，公开县级预算。云阳县还要召开县长会。")
    assert (found.main, found.further) == (place("500235"), ())
    assert recognise("重庆市开县：议事会", "开县开了议事会。").main == place("500154")
    assert recognise("户县：议事会", "户县开了议事会。户县还要开。").main == place("610118")


def test_places_that_curators_add_leave_the_former_names() -> None:
    more: Gazetteer = GAZETTEER.with_places(
        [Place("jinan-yinhe", None, "银河试验区", DistrictLevel.ZONE, "370100", "济南市", "山东省")]
    )
    assert more.named("闸北区") == [place("310106")]

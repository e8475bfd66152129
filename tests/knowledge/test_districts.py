"""Which division an article is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.ingest import parse
from reports.ingest.parsed import ParsedArticle, ParsedFigure
from reports.knowledge import default_gazetteer, recognise_districts
from reports.knowledge.findings import RecognisedDistricts
from tests.knowledge.builders import article

GAZETTEER = default_gazetteer()


def recognise(
    headline: str, *paragraphs: str, hint: str = "", source: str = "", place: str = ""
) -> RecognisedDistricts:
    return recognise_districts(article(headline, *paragraphs, source=source, place=place), GAZETTEER, hint)


def main_key(districts: RecognisedDistricts) -> str | None:
    return districts.main.key if districts.main else None


@pytest.mark.parametrize(
    ("headline", "paragraph", "key"),
    [
        ("西安：高新区、曲江新区办食堂", "西安高新区和曲江新区开了食堂。", "610100"),
        ("历城区办好社区食堂", "历城区今年开了十二家社区食堂。", "370112"),
        ("济南市中区办好社区食堂", "市中区今年开了十二家社区食堂。", "370103"),
        (
            "社区食堂开到家门口",
            "青岛市崂山区开了食堂。崂山区的老人说好。崂山又开两家。崂山区还要开。",
            "370212",
        ),
        ("歷城區辦好社區食堂", "濟南市歷城區今年開了食堂。", "370112"),
        ("乾安县：草原小城的议事会", "乾安县开了议事会。乾安县还要开。乾安县的人说好。", "220723"),
        ("松原市乾安县：草原小城的议事会", "乾安县开了议事会。", "220723"),
        ("乾縣：議事會", "乾縣開了議事會。", "610424"),
        ("⻩⼭区：议事会", "⻩⼭区开了议事会。", "341003"),
        ("成都东部新区：议事会", "成都东部新区开了议事会。", "chengdu-dongbu"),
        ("长白山保护开发区：议事会", "长白山保护开发区管委会开了议事会。", "changbaishan"),
        ("第八师石河子市：议事会", "兵团第八师石河子市开了议事会。", "659001"),
        ("沈阳和平区：食堂开张", "和平区的食堂今天开张。", "210102"),
        ("北京朝阳：食堂开张", "朝阳区的食堂今天开张。", "110105"),
        ("石柱土家族自治县办食堂", "石柱县里来了大师傅。", "500240"),
        ("仙桃市办食堂", "仙桃市的食堂今天开张。", "429004"),
        ("义乌：食堂开张", "食堂今天开张，老人都来了。", "330782"),
        ("城区：食堂开张", "晋城市城区的食堂今天开张。", "140502"),
        ("济南：食堂开张", "济南市的食堂今天开张，济南的老人都来了。", "370100"),
        ("潍坊高新区办食堂", "高新区今年开了食堂。", "weifang-gaoxin"),
        ("开发区办食堂", "青岛开发区今年开了食堂，开发区的老人说好，开发区还要开。", "qingdao-jingkai"),
        ("重庆两江新区办食堂", "两江新区今年开了食堂。", "chongqing-liangjiang"),
        ("雄安新区办食堂", "雄安新区今年开了食堂。", "xiongan"),
    ],
)
def test_the_main_division_is_the_one_the_article_is_about(headline: str, paragraph: str, key: str) -> None:
    districts = recognise(headline, paragraph)
    assert main_key(districts) == key
    assert not districts.doubtful


def test_a_district_printed_after_another_city_is_not_the_one_we_know() -> None:
    assert recognise("臺北市大安區辦食堂", "臺北市大安區的食堂今天開張。").main is None
    assert main_key(recognise("为全市历下区探路", "历下区的食堂今天开张。")) == "370102"


@pytest.mark.parametrize(
    ("context", "key"),
    [
        ("徐州市住建局派人来看。", "320302"),
        ("家住开封的老人也来看。", "410204"),
        ("福州的记者来看。", "350102"),
        ("湖南路街道、中央门街道和宁海路街道都办了。", "320106"),  # streets of 南京
    ],
)
def test_a_namesake_is_told_by_city_or_streets(context: str, key: str) -> None:
    districts = recognise("鼓楼区办好社区食堂", "鼓楼区今年开了食堂。" + context)
    assert main_key(districts) == key


@pytest.mark.parametrize(
    ("source", "key"), [("枣庄日报", "370402"), ("乐山日报", "511102"), ("济南时报", "370103")]
)
def test_a_namesake_is_told_by_the_newspaper(source: str, key: str) -> None:
    assert main_key(recognise("市中区办好社区食堂", "市中区今年开了食堂。", source=source)) == key


def test_a_caption_that_names_the_city_tells_a_zone() -> None:
    page = article("高新区办好社区食堂", "高新区今年开了食堂。")
    figure = ParsedFigure("临沂高新区的食堂。")
    with_caption = ParsedArticle(headline=page.headline, sections=page.sections, figures=(figure,))
    assert main_key(recognise_districts(with_caption, GAZETTEER)) == "linyi-gaoxin"


@pytest.mark.parametrize("name", ["市中区", "鼓楼区", "高新区", "新华区"])
def test_a_namesake_that_nothing_tells_is_doubtful_not_guessed(name: str) -> None:
    districts = recognise(f"{name}办好社区食堂", f"{name}今年开了食堂，{name}还要开。")
    assert districts.main is None
    assert districts.doubtful
    assert name in districts.why


@pytest.mark.parametrize(
    ("headline", "paragraph"),
    [
        ("红海城市迎来游客", "红海城市和沿海城市都有游客，红海城市最多。"),
        ("和平与发展", "和平是人们的愿望，朝阳产业蓬勃，东方既白，长安街上。"),
        ("老城区换新颜", "老城区、新城区、郊区、矿区、主城区和工业园区都要换新颜，示范区先行，老城区跟上。"),
        ("云南山区通了路", "云南山区和贵州山区、秦巴山区通了路。"),
        ("弘扬中华文化", "弘扬中华文化，同心同德，投资兴业，奥巴马来访。"),
        ("各地高新区提质", "全国各高新区、国家高新区和省级高新区都在提质，两个高新区领先。"),
        ("全国粮食丰收", "山东、河南、黑龙江、四川、湖南、江苏粮食丰收，北京、上海、广州市场平稳。"),
        ("北京大学与南京大学签约", "北京大学和南京大学在会上签约，北京时间九时开始。"),
        ("辽宁振兴有新招", "辽宁振兴，东北振兴，人人出力，辽宁振兴在望。"),
        ("确保长治久安", "长治久安是大事，平安建设要抓紧。"),
        ("山东省召开会议", "山东省在会上部署工作，山东各地落实。"),
    ],
)
def test_words_that_look_like_places_and_national_pieces_give_none(headline: str, paragraph: str) -> None:
    assert recognise(headline, paragraph).main is None


def test_a_namesake_of_two_named_cities_is_doubtful_not_guessed() -> None:
    districts = recognise("鼓楼区办好社区食堂", "鼓楼区今年开了食堂。", "徐州派人来看，开封也派人来看。")
    assert districts.main is None
    assert districts.doubtful


def test_where_something_takes_place_is_not_what_it_is_about() -> None:
    assert recognise("茶叶大会在杭州举行", "大会在杭州举行，各国来宾到杭州参会。").main is None
    assert main_key(recognise("杭州办好茶叶大会", "杭州迎来各国来宾，杭州人好客。")) == "330100"


def test_a_city_that_the_headline_names_needs_less_than_one_that_only_the_text_names() -> None:
    text = ("苏州的来宾说好。苏州的茶商也说好。", "杭州迎来各国来宾。")
    assert main_key(recognise("杭州办好茶叶大会", *text)) == "330100"
    assert recognise("办好茶叶大会", *text).main is None


def test_a_city_with_its_districts_is_a_city_article_that_names_them() -> None:
    districts = recognise(
        "济南：食堂遍地开花",
        "济南市出台办法，济南各区响应。",
        "历下区开了十家，历下区的老人说好。",
        "槐荫区开了八家，槐荫区的老人也说好。",
    )
    assert main_key(districts) == "370100"
    assert {place.key for place in districts.further} == {"370102", "370104"}


def test_a_district_with_a_partner_far_away_names_it_as_another() -> None:
    districts = recognise(
        "崂山区与陇南市武都区结对",
        "青岛市崂山区派出干部，崂山区投入资金。",
        "武都区的核桃进了青岛，武都区的老乡增收，武都区还要扩种。",
    )
    assert main_key(districts) == "370212"
    assert [place.key for place in districts.further] == ["621202"]


def test_a_district_printed_beside_a_zone_of_its_city_is_first() -> None:
    districts = recognise("黄埔区 广州开发区办食堂", "广州市黄埔区开了食堂，广州开发区也开了。")
    assert main_key(districts) == "440112"
    assert [place.key for place in districts.further] == ["guangzhou-jingkai"]


def test_the_city_of_the_main_district_is_not_another() -> None:
    districts = recognise("济南市历城区办食堂", "济南的历城区开了食堂，济南人说好，济南还有。历城区又开。")
    assert main_key(districts) == "370112"
    assert districts.further == ()


def test_streets_alone_make_a_doubtful_guess() -> None:
    districts = recognise("社区食堂开到家门口", "港沟街道开了，鲍山街道开了，唐冶街道也开了。")
    assert main_key(districts) == "370112"
    assert districts.doubtful


@pytest.mark.parametrize(
    ("hint", "key"),
    [
        ("370402", "370402"),
        ("枣庄市市中区", "370402"),
        ("济南 市中区", "370103"),
        ("内江市", "511000"),
        ("崂山区", "370212"),
    ],
)
def test_a_hint_that_resolves_wins(hint: str, key: str) -> None:
    assert main_key(recognise("市中区办食堂", "市中区开了食堂。", hint=hint)) == key


def test_a_hint_against_a_clear_text_wins_and_is_doubtful() -> None:
    districts = recognise("历城区办食堂", "历城区开了食堂，历城区又开。", hint="崂山区")
    assert main_key(districts) == "370212"
    assert districts.doubtful


def test_a_hint_with_namesakes_is_settled_by_the_text_or_left_doubtful() -> None:
    assert main_key(recognise("市中区办食堂", "枣庄的市中区开了食堂。", hint="市中区")) == "370402"
    unresolved = recognise("社区食堂开张", "食堂开张了。", hint="市中区")
    assert unresolved.main is None
    assert unresolved.doubtful


def test_a_hint_that_means_nothing_is_passed_over() -> None:
    assert main_key(recognise("历城区办食堂", "历城区开了食堂。", hint="本地")) == "370112"


def test_the_stated_place_of_a_document_may_be_told_more_exactly_by_its_text() -> None:
    exact = recognise("历城区办食堂", "历城区开了食堂，历城区又开。", place="山东省/济南市")
    assert main_key(exact) == "370112"
    assert main_key(recognise("社区食堂开张", "食堂开张了。", place="山东省/济南市")) == "370100"


def test_the_same_article_always_gives_the_same_divisions() -> None:
    assert recognise("历城区办食堂", "历下区、市中区也办。") == recognise(
        "历城区办食堂", "历下区、市中区也办。"
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("number", "key", "code"),
    [
        ("000", "370112", "370112"),
        ("001", "370103", "370103"),
        ("002", "jinan-gaoxin", None),
        ("003", "370105", "370105"),
        ("004", "370212", "370212"),
    ],
)
def test_the_real_pages_are_in_their_districts(shared: Path, number: str, key: str, code: str | None) -> None:
    (path,) = (shared / "reports").glob(f"{number}_*.txt")
    districts = recognise_districts(parse(path.read_bytes(), path.name)[0], GAZETTEER)
    assert districts.main is not None
    assert (districts.main.key, districts.main.code) == (key, code)
    assert not districts.doubtful
    assert districts.further == ()


@pytest.mark.shared
def test_most_national_news_has_no_main_district(shared: Path) -> None:
    import json
    import lzma
    from itertools import islice

    with lzma.open(shared / "corpus" / "news.jsonl.xz", "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in islice(file, 0, 4000, 10)]
    texts = [record for record in records if record.get("text")]
    districts = [recognise(record["title"], *record["text"].split("\n")) for record in texts]
    named = [found_one for found_one in districts if found_one.main is not None]
    assert 0.02 * len(districts) < len(named) < 0.15 * len(districts)


@pytest.mark.parametrize(
    ("headline", "paragraph"),
    [
        ("上海市庐山区：弄堂里的议事会", "上海市庐山区今年开了食堂，上海的老人说好。"),
        ("济南市厉城区办好社区食堂", "济南市的食堂今天开张，济南市还要开。"),
        ("北京市历城区办好社区食堂", "北京市的食堂今天开张，北京的老人说好。"),
        ("青岛历城区办好社区食堂", "食堂今天开张。"),
        ("九江市庐城区办好社区食堂", "九江市的食堂今天开张，九江的老人说好。"),
    ],
)
def test_an_unknown_district_printed_after_a_city_makes_a_doubt(headline: str, paragraph: str) -> None:
    districts = recognise(headline, paragraph)
    assert districts.main is None or districts.doubtful
    assert districts.main is None or "没有这个区划" in districts.why


@pytest.mark.parametrize("name", ["开封旗", "崂山县", "庐山县"])
def test_a_short_name_is_not_the_beginning_of_another(name: str) -> None:
    assert recognise(f"{name}办好社区食堂", f"{name}今年开了食堂，{name}还要开。").main is None


@pytest.mark.parametrize(
    "words", ["示范区", "社区", "各区", "城区", "老城区", "三区", "市区", "区县", "区域", "专区", "园区"]
)
def test_a_part_of_a_city_that_is_no_name_makes_no_doubt(words: str) -> None:
    districts = recognise(f"济南市{words}开食堂", f"济南市{words}都开了食堂，济南的老人说好。")
    assert main_key(districts) == "370100"
    assert not districts.doubtful

"""Numbers with their unit, quantity, subject and sentence."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.ingest import parse
from reports.ingest.parsed import TextPart
from reports.knowledge import RecognisedStatistic, recognise_statistics
from reports.knowledge.plain_text import plain
from tests.knowledge.builders import body


def squeezed(text: str) -> str:
    return "".join(plain(text).split())


def holds_value_and_unit(text: str, found: RecognisedStatistic) -> bool:
    printed = squeezed(text[found.start : found.end])
    value, unit = squeezed(found.value), found.unit
    return printed in {value + unit, unit + value}


@pytest.mark.parametrize(
    ("text", "value", "unit", "quantity"),
    [
        ("改造小区37个。", "37", "个", 37),
        ("投入4215万元。", "4215", "万元", 42150000),
        ("产值7.25亿元。", "7.25", "亿元", 725000000),
        ("产值1.2万亿元。", "1.2", "万亿元", 1200000000000),
        ("服务3.6万人次。", "3.6", "万人次", 36000),
        ("惠及2400余户。", "2400余", "户", 2400),
        ("化解矛盾2万余件。", "2万余", "件", 20000),
        ("投入800多万元。", "800多", "万元", 8000000),
        ("收入同比增长8.4%。", "8.4", "%", Decimal("8.4")),
        ("收入同比增长８.４％。", "８.４", "%", Decimal("8.4")),
        ("高出2.3个百分点。", "2.3", "个百分点", Decimal("2.3")),
        ("占百分之十五。", "十五", "百分之", 15),
        ("面积12.5平方公里。", "12.5", "平方公里", Decimal("12.5")),
        ("培训2-4个月。", "2-4", "个月", None),
        ("分管1—3家企业。", "1—3", "家", None),
        ("抽调 56 名干部。", "56", "名", 56),
        ("共有3,400人参加。", "3,400", "人", 3400),
        ("关注量达15.2万。", "15.2", "万", 152000),
        ("来了三千人。", "三千", "人", 3000),
        ("推出十余项举措。", "十余", "项", 10),
        ("来了上千人。", "千", "人", 1000),
        ("房价每平方米：9500元/平方米。", "9500", "元/平方米", 9500),
        ("改造小區37個。", "37", "个", 37),
    ],
)
def test_a_number_with_its_unit_is_a_statistic(
    text: str, value: str, unit: str, quantity: int | Decimal | None
) -> None:
    (found,) = recognise_statistics(body(text))
    assert (found.value, found.unit, found.quantity) == (value, unit, quantity)
    assert holds_value_and_unit(text, found)


@pytest.mark.parametrize(
    "text",
    [
        "2023年5月16日，2018年以来。",
        "第3期、第12次、第十五届。",
        "推进1+4+4+N模式、5300计划、1+433。",
        "建成5G专网，走104国道，拨打12345热线。",
        "电话0531-88886666。",
        "“二次创业”再出发，“一对一”服务，一个目标，两个计划，三大战略。",
        "落实“引才8条”，画好“15分钟生活圈”。",
        "老人六十二岁，邻居88岁。",
        "千家万户，百花齐放，三五个朋友，五个方面。",
        "3部门联合，2处理，4项目，10台湾同胞，6月底前，8点30分，3:2。",
        "7×24小时值班。",
        "“十四五”时期，九十年代，二十大精神，三十而立。",
        "版次A08，编号B12件。",
    ],
)
def test_other_numbers_are_no_statistics(text: str) -> None:
    assert recognise_statistics(body(text)) == []


def test_a_full_width_comma_separates_two_numbers() -> None:
    (found,) = recognise_statistics(body("人数依次为3，400人。"))
    assert (found.value, found.quantity) == ("400", 400)


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("累计上架512宗，售出208宗。", ["上架", "售出"]),
        ("走访188个村“雁阵”小组。", ["村"]),
        ("建成48个社区食堂、90个暖心驿站。", ["社区食堂", "暖心驿站"]),
        ("聘请16名“老街掌柜”，共议大事。", ["老街掌柜"]),
        ("选派2名“90后”青年干部到街道任职。", ["90后青年干部"]),
        (
            "一季度服务业营业收入实现31.5亿元，增长9.8%，高于全市1.2个百分点。",
            ["服务业营业收入", "服务业营业收入增长", "服务业营业收入高于全市"],
        ),
        ("给予领军人才最高80万元的安家补贴。", ["安家补贴"]),
        ("打造总占地面积6.4平方公里的创新走廊。", ["总占地面积"]),
        ("引进各类企业、机构等重点单位27家。", ["重点单位"]),
        ("表扬16名社区（村）调解员。", ["社区调解员"]),
        ("办结满意率达98.5%。", ["办结满意率"]),
        ("新增充电桩1260余个。", ["充电桩"]),
    ],
)
def test_the_subject_is_what_is_counted(text: str, subjects: list[str]) -> None:
    assert [found.subject for found in recognise_statistics(body(text))] == subjects


def test_the_sentence_is_whole_and_where_it_stands_is_said() -> None:
    text = "食堂开张了。全区开了48家食堂；服务老人3.6万人次！\n明年再开12家。"
    found = recognise_statistics([TextPart("body", 3, text), TextPart("caption", 2, "8家食堂")])
    assert [one.sentence for one in found] == ["全区开了48家食堂；服务老人3.6万人次！"] * 2 + [
        "明年再开12家。",
        "8家食堂",
    ]
    assert [(one.field, one.number, one.section) for one in found] == [("body", 3, 3)] * 3 + [
        ("caption", 2, None)
    ]


def test_a_table_without_full_stops_does_not_repeat_itself_whole() -> None:
    rows = "食堂12家、" * 2000
    found = recognise_statistics(body(rows))
    assert len(found) == 2000
    assert max(len(one.sentence) for one in found) < 1000


_FRAGMENTS = st.sampled_from(
    [
        "1",
        "23",
        "4.5",
        "６",
        "万",
        "亿",
        "个",
        "家",
        "元",
        "%",
        "％",
        "余",
        "多",
        "三",
        "十",
        "百",
        "人",
        "次",
        " ",
        "，",
        "。",
        "\n",
        "-",
        "至",
        "第",
        "年",
        "月",
        "“",
        "”",
        "的",
        "村",
        "增长",
        "食堂",
        "百分之",
        "點",
        "個",
        ",",
        "+",
    ]
)


@given(st.lists(_FRAGMENTS, max_size=40).map("".join))
def test_what_is_bounded_is_the_value_with_its_unit(text: str) -> None:
    ends = [0]
    for found in recognise_statistics(body(text)):
        assert holds_value_and_unit(text, found)
        assert found.value
        assert found.start >= ends[-1]
        assert text[found.start : found.end].strip() == text[found.start : found.end]
        assert text[found.start : found.end] in text
        assert found.sentence in text
        assert len(found.subject) <= 40
        ends.append(found.end)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("number", "least", "known"),
    [
        ("000", 23, {("456", "宗", "挂牌"), ("3283", "万元", "成交金额"), ("266", "个", "村")}),
        (
            "001",
            31,
            {("69.6", "亿元", "金融业增加值"), ("11.7", "%", "金融业增加值增长"), ("4262", "处", "5G基站")},
        ),
        ("002", 16, {("23", "名", "红领导师"), ("40", "亿元", "链上合作金额")}),
        ("003", 32, {("77.57", "亿元", "总投资额"), ("314", "个", "先进集体")}),
        ("004", 80, {("17.1", "%", "固定资产投资增长"), ("62", "项", "政务服务事项")}),
    ],
)
def test_the_real_pages_give_their_numbers(
    shared: Path, number: str, least: int, known: set[tuple[str, str, str]]
) -> None:
    (path,) = (shared / "reports").glob(f"{number}_*.txt")
    parts = list(parse(path.read_bytes(), path.name)[0].parts())
    texts = {(part.field, part.number): part.text for part in parts}
    found = recognise_statistics(parts)
    assert len(found) >= least
    assert known <= {(one.value, one.unit, one.subject) for one in found}
    assert all(holds_value_and_unit(texts[one.field, one.number], one) for one in found)

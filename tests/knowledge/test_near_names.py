"""Which names are offered to curators as one."""

from __future__ import annotations

from itertools import combinations

import pytest

from reports.knowledge.near_names import near_names


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("产业链(集群)党建联盟", "产业链集群党建联盟"),
        ("产业链（集群）党建联盟", "产业链(集群)党建联盟"),
        ("“晚灯”照明工程", "晚灯照明工程"),
        ("片区党建联席会", "片区党建联席会议"),
        ("村社共富工坊", "村企共富工坊"),
    ],
)
def test_a_bracket_or_one_character(name: str, other: str) -> None:
    assert near_names([name, other, "水渠管护队"]) == [tuple(sorted((name, other)))]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("河长制", "林长制"),  # short
        ("第一书记工程", "第二书记工程"),  # numerals
        ("2023年提升计划", "2024年提升计划"),
        ("晚灯照明工程", "晚灯照路行动"),  # two characters
        ("甲渠乙渠管护队", "渠乙渠管护队员"),  # one left out at each end
    ],
)
def test_names_that_are_two(name: str, other: str) -> None:
    assert near_names([name, other]) == []


def test_a_pair_comes_once_and_the_order_of_names_is_the_same() -> None:
    names = ["晚灯照明工程", "晚灯照明工地", "晚灯照明工程", "晚灯照明"]
    assert near_names(names) == near_names(reversed(names)) == [("晚灯照明工地", "晚灯照明工程")]


def test_of_many_names_every_pair_is_found() -> None:
    names = [f"{a}{b}照明亮灯" for a in "村镇街" for b in "东西南"]
    expected = [
        pair
        for pair in combinations(sorted(names), 2)
        if sum(a != b for a, b in zip(*pair, strict=True)) == 1
    ]
    assert near_names(names) == expected

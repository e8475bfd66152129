"""Page, terminal and JSON tell a search in the same sentences."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from reports.models import District
from reports.search import labels
from reports.search.contract.kinds import FIELD_KINDS, HIDDEN_KINDS
from reports.search.indexing import rebuild
from reports.search.request import FACETS, Scope, Sort
from reports.search.syntax.tree import FieldName
from reports.workflow.dictionaries.entries import save_entry
from tests.factories import ArticleFactory, CityFactory, DistrictFactory, SynonymFactory

pytestmark = pytest.mark.django_db

SEARCHES: list[tuple[dict[str, str], list[str]]] = [
    ({"q": "党建引领"}, ["共 26 篇报道，这里是第 1—20 篇。"]),
    ({"q": "党健引领"}, ["您要找的是不是：党建引领（26 条）", "没有找到报道。"]),
    ({"q": "产业连"}, ["共 1 篇报道。"]),
    ({"q": "djyl"}, ["没有找到报道。", "“djyl”按拼音或首字母可能是：", "党建引领（26 条）"]),
    (
        {"q": "历城区2021年有哪些产业链？", "sort": "-date"},
        [
            "“历城区2021年有哪些产业链？”没有照原样出现，已整理成现在的词和条件来查。照原文查找",
            "共 12 篇报道。",
        ],
    ),
    (
        {"q": "历城区有没有网格治理？"},
        [
            "“历城区有没有网格治理？”没有照原样出现，已整理成现在的词和条件来查。照原文查找",
            "没有找到报道。",
            "每个词单独能找到：",
            "网格治理：在所选条件下 0 条，不限条件 1 条",
            "放宽其中一项，就有：",
            "去掉“网格治理”（25 条）",
        ],
    ),
    ({"q": "产业链 年份:2021"}, ["共 12 篇报道。"]),
    ({"q": "年份:去年 产业链"}, ["年份“去年”读不懂，已略去。", "共 27 篇报道，这里是第 1—20 篇。"]),
    ({"q": "产业链 OR 年份:2021"}, ["检索式：产业链 或 年份:2021"]),
    (
        {"q": "党建引领水渠"},
        [
            "没有找到连写的“党建引领水渠”，已按“党建引领 水渠”查找。",
            "检索式：党建引领 且 水渠",
            "共 1 篇报道。",
        ],
    ),
    ({"q": "晒场产业链"}, ["您要找的是不是：晒场 产业链（2 条）", "共 1 篇报道。"]),
    (
        {"q": "水渠 网格治理"},
        [
            "没有找到报道。",
            "每个词单独能找到：",
            "水渠：1 条",
            "网格治理：1 条",
            "放宽其中一项，就有：",
            "去掉“水渠”（1 条）",
            "去掉“网格治理”（1 条）",
        ],
    ),
    (
        {"q": "产业链 年轮", "district": "历城区", "from": "2020"},
        [
            "没有找到报道。",
            "每个词单独能找到：",
            "产业链：在所选条件下 25 条，不限条件 27 条",
            "年轮：在所选条件下 0 条，不限条件 0 条",
            "放宽其中一项，就有：",
            "去掉“年轮”（25 条）",
        ],
    ),
    ({"q": "沟渠"}, ["检索式：沟渠（含：水渠、渠道）", "共 1 篇报道。"]),
    ({"q": "无此词"}, ["没有找到报道。"]),
    ({"q": "无此词", "scope": "section"}, ["没有找到章节。"]),
    ({"q": "党" * 1200}, ["检索式太长，只用了前 1000 个字。", "没有找到报道。"]),
    ({"q": "“产业链"}, ["检索式没有读懂（引号没有配对），已按普通词查找：产业链。"]),
    ({"q": "\u200b"}, ["没有可以查找的字，已列出全部。"]),
    ({"q": "产业链 -水渠 OR 标题:网格"}, ["检索式：（产业链 且 不含 水渠） 或 标题含 网格"]),
    ({"q": "产业链", "district": "东海龙宫"}, ["档案中没有区县“东海龙宫”。"]),
    ({"q": "产业链", "district": "城关区"}, ["区县“城关区”有 2 个，已一并选中：甲市城关区、乙市城关区。"]),
    ({"q": "产业链", "from": "2030", "to": "1990"}, ["起止日期颠倒，已对调。"]),
    ({"q": "产业链", "from": "昨天"}, ["日期“昨天”读不懂，已略去。"]),
    ({"q": "产业链", "year": "去年"}, ["年份“去年”读不懂，已略去。"]),
    ({"q": "产业链", "page": "9"}, ["共 27 篇报道，这一页上没有了。"]),
    ({"q": "产业链", "page": "2"}, ["共 27 篇报道，这里是第 21—27 篇。"]),
    ({}, ["共 29 篇报道，这里是第 1—20 篇。"]),
]


@pytest.fixture
def shelf(settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = True
    district = DistrictFactory(name="历城区")
    for number in range(25):
        ArticleFactory(
            published=True,
            headline=f"产业链上第{number}家",
            district=district,
            lead="党建引领，产业链连成片。",
            year=2020 + number % 2,
        )
    for city in ("甲市", "乙市"):
        DistrictFactory(name="城关区", city=CityFactory(name=city))
    for named in District.objects.filter(name="城关区"):
        ArticleFactory(published=True, headline="城关见闻", district=named)
    ArticleFactory(published=True, headline="产业连片", lead="产业连片发展，网格治理，晒场产业链。")
    ArticleFactory(published=True, headline="水渠通了", lead="党建引领，水渠通到晒场，产业链也通到晒场。")
    save_entry(SynonymFactory.build(term="沟渠", expansions="水渠\n渠道"))
    rebuild()


def with_page(parameters: dict[str, str]) -> list[str]:
    """The sentences of the page: notices, the query understood, what else could be asked, totals."""
    page = Client().get("/search/", parameters, follow=True).content.decode()
    results = page.partition('<section class="results"')[2]
    told = re.findall(
        r'<(?:p class="(?:notice|interpreted|suggestion)"[^>]*|h1 id="total")>(.*?)</(?:p|h1)>', results, re.S
    )
    no_hits = results.partition('<div class="no-hits">')[2]
    told += with_list(no_hits, "completions") + with_table(no_hits) + with_list(no_hits, "relaxations")
    return [unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in told]


def with_list(html: str, name: str) -> list[str]:
    """A list with the paragraph that leads it."""
    found = re.search(rf'<p>([^<]*)</p>\s*<ul class="{name}">(.*?)</ul>', html, re.S)
    return [found[1], *re.findall(r"<li>(.*?)</li>", found[2])] if found else []


def with_table(html: str) -> list[str]:
    """The table of words as sentences: its heads before the numbers if there are several columns."""
    table = html.partition('<table class="word-counts">')[2].partition("</table>")[0]
    if not table:
        return []
    heads = re.findall(r'<th scope="col">(.*?)</th>', table)[1:]
    heads = [f"{head} " for head in heads] if len(heads) > 1 else [""]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table)
    sentences = [
        f"{word}：" + "，".join(f"{head}{n} 条" for head, n in zip(heads, numbers, strict=True))
        for word, cells in rows
        if (numbers := re.findall(r"<td>(.*?)</td>", cells))
    ]
    return [*re.findall(r"<caption>(.*?)</caption>", table), *sentences]


def in_terminal(parameters: dict[str, str]) -> list[str]:
    output = io.StringIO()
    options = [f"--{name.replace('_', '-')}={value}" for name, value in parameters.items() if name != "q"]
    call_command("search", *options, "--", *([parameters["q"]] if "q" in parameters else []), stdout=output)
    return output.getvalue().partition("\n\n")[0].strip("\n").split("\n")


@pytest.mark.parametrize(("parameters", "said"), SEARCHES, ids=lambda value: str(value)[:40])
def test_every_face_says_the_same(shelf: None, parameters: dict[str, str], said: list[str]) -> None:
    expected = with_page(parameters)
    assert [sentence for sentence in said if sentence not in expected] == [], expected
    assert in_terminal(parameters) == expected
    assert Client().get("/search.json", parameters).json()["sentences"] == expected


def test_every_name_has_its_word() -> None:
    assert list(labels.FACETS) == list(FACETS)
    assert list(labels.SCOPES) == list(Scope)
    assert list(labels.SORTS) == list(Sort)
    assert list(FIELD_KINDS) == list(FieldName)
    assert frozenset().union(*FIELD_KINDS.values()) - HIDDEN_KINDS <= labels.BLOCKS.keys()
    assert len({name.label for name in FieldName}) == len(FieldName)

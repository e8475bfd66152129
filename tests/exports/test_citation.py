"""Citations follow GB/T 7714—2025, and the worked examples of the documentation are what the code writes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from reports.exports.citation import cited_article, full_title
from reports.models import Article
from tests.factories import ArticleFactory, ContributorFactory

pytestmark = pytest.mark.django_db

ADDRESS = "https://archive.example/articles/1042/"
DAY = date(2026, 11, 27)


def cite(article: Article) -> str:
    return cited_article(article, ADDRESS).text(DAY)


def first_example() -> Article:
    article = ArticleFactory(
        headline="链上支部连起上下游",
        deck="——松林区以链长制推动产业链党建",
        source="松林日报",
        year=2021,
        published_on=date(2021, 6, 18),
        page_label="A03",
    )
    ContributorFactory(article=article, name="顾念舟", position=1)
    ContributorFactory(article=article, name="潘小棠", role="correspondent", position=2)
    ContributorFactory(article=article, name="柳一鸣", role="editor", position=3)
    return article


def second_example() -> Article:
    article = ArticleFactory(
        headline="夜里也亮着的窗口",
        source="竹溪新报",
        year=2023,
        year_basis="inferred",
        year_evidence="2023年已过半",
    )
    for position, name in enumerate(("沈嘉木", "何知夏", "柏青山", "陆风"), 1):
        ContributorFactory(article=article, name=name, position=position)
    return article


def third_example() -> Article:
    return ArticleFactory(headline="楼道里的议事桌坐得下几个人？", deck="—来自老街巷的报告—")


def test_the_documentation_shows_what_the_code_writes() -> None:
    documentation = (Path(settings.BASE_DIR) / "docs/citation.md").read_text("utf-8")
    shown = re.findall(r"^> (.+)$", documentation, re.M)
    assert shown == [cite(first_example()), cite(second_example()), cite(third_example())]


@pytest.mark.parametrize(
    ("headline", "deck", "title"),
    [
        ("题名", "——来自老街巷的报告", "题名：来自老街巷的报告"),
        ("题名", "—来自老街巷的报告", "题名：来自老街巷的报告"),
        ("题名", "－－来自老街巷的报告——", "题名：来自老街巷的报告"),
        ("题名——", "来自老街巷的报告", "题名：来自老街巷的报告"),
        ("题名：", "来自老街巷的报告", "题名：来自老街巷的报告"),
        ("题名？", "——来自老街巷的报告", "题名？——来自老街巷的报告"),
        ("题名", "——", "题名"),
        ("题名", "", "题名"),
        ("题名", "3—6公里的路", "题名：3—6公里的路"),
    ],
)
def test_no_sign_is_doubled_between_title_and_deck(headline: str, deck: str, title: str) -> None:
    assert full_title(headline, deck) == title


@pytest.mark.parametrize(
    ("fields", "printed"),
    [
        ({"source": "样报", "year": 2020}, "样报，2020[2026-11-27]"),
        ({"source": "样报", "year": 2020, "year_basis": "inferred"}, "样报，[2020][2026-11-27]"),
        ({"source": "样报", "year": 2020, "year_basis": "set"}, "样报，2020[2026-11-27]"),
        ({"source": "样报", "page_label": "A03"}, "样报（A03）[2026-11-27]"),
        ({"year": 2020, "published_on": date(2020, 1, 2)}, "2020-01-02[2026-11-27]"),
        ({}, "[2026-11-27]"),
    ],
)
def test_what_is_not_known_is_left_out(fields: dict[str, object], printed: str) -> None:
    assert cite(ArticleFactory(headline="题名", **fields)) == f"题名[N/OL]. {printed}. {ADDRESS}."


def test_names_are_given_once_and_only_three_of_them() -> None:
    article = ArticleFactory(headline="题名")
    for position, name in enumerate(("甲", "乙", "丙", "丁"), 1):
        ContributorFactory(article=article, name=name, position=position)
    ContributorFactory(article=article, name="甲", role="writer", position=9)
    assert cite(article).startswith("甲，乙，丙，等. 题名[N/OL]. ")


def test_the_citation_of_a_sample_says_so() -> None:
    article = ArticleFactory(headline="链上支部连起上下游", is_sample=True)
    assert cite(article).startswith("【示例】链上支部连起上下游")

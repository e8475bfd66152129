"""What a sheet of paper shows, and how full it is; and pages in forced colours."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest
from django.utils import timezone

from reports import workflow
from reports.models import Article
from tests.factories import ArticleFactory, DistrictFactory, StatisticFactory

from .conftest import Walker

WIDTH, HEIGHT = ((210 - 40) / 25.4 * 96, (297 - 44) / 25.4 * 96)
"""Of the text on a sheet of A4 with its margins, in CSS pixels."""


@pytest.fixture
def street(transactional_db: None) -> list[Article]:
    district = DistrictFactory(name="松林区")
    articles = []
    for n in range(20):
        text = "这一段说的是路灯怎样修好，居民怎样商量，花了多少钱，用了几天。" * 4
        article = ArticleFactory(
            headline=f"第{n}条街的路灯",
            lead=text,
            district=district,
            year=2021,
            sections=[(f"第{k}节", f"{text}\n{text}") for k in range(1, 6)],
        )
        for k in range(40):
            StatisticFactory(article=article, value=str(k), start=k, end=k + 3)
        workflow.publish(article)
        articles.append(article)
    return articles


@pytest.fixture
def paper(walker: Walker) -> Iterator[Walker]:
    yield walker
    walker.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    walker.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


def lay_on_paper(walker: Walker) -> None:
    size = {"width": round(WIDTH), "height": round(HEIGHT), "deviceScaleFactor": 1, "mobile": False}
    walker.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    walker.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})


def sheets(walker: Walker) -> int:
    printed = walker.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", base64.b64decode(printed["data"])))


@pytest.mark.parametrize("page", ["/search/?q=路灯 居民", "/articles/{0}/?q=路灯", "/"])
def test_sheets_are_full(paper: Walker, street: list[Article], page: str) -> None:
    """What is kept together takes no more sheets than text that may break anywhere, and one."""
    paper.open(page.format(street[0].pk))
    count = sheets(paper)
    paper.driver.execute_script(
        "document.styleSheets[0].insertRule('* { break-inside: auto !important; break-after: auto !important;"
        " orphans: 1 !important; widows: 1 !important }')"
    )
    assert count <= sheets(paper) + 1


def test_a_sheet_says_what_was_asked_where_and_when(paper: Walker, street: list[Article]) -> None:
    paper.open("/search/?q=路灯&year=2021")
    assert not paper.find(".on-paper").is_displayed()
    lay_on_paper(paper)
    line = paper.find(".on-paper").text
    for words in (
        "路灯 · 2021 · 检索",
        f"{paper.address}/search/?q=路灯&year=2021",
        f"{timezone.localdate()}",
    ):
        assert words in line
    assert not paper.find(".masthead").is_displayed()


@pytest.mark.parametrize("page", ["/search/?q=路灯", "/articles/{0}/?q=路灯"])
def test_marks_are_seen_on_paper(paper: Walker, street: list[Article], page: str) -> None:
    paper.open(page.format(street[0].pk))
    lay_on_paper(paper)
    style = paper.driver.execute_script(
        "const style = getComputedStyle(document.querySelector('mark'));"
        "return [style.textDecorationLine, style.fontWeight]"
    )
    assert style == ["underline", "700"]


def test_what_is_chosen_is_seen_in_forced_colours(paper: Walker, street: list[Article]) -> None:
    features = [{"name": "forced-colors", "value": "active"}]
    paper.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": features})
    paper.open("/search/?q=路灯&year=2021&scope=section")
    seen = paper.driver.execute_script(
        "const width = name => getComputedStyle(document.querySelector(name)).borderBottomWidth;"
        "const ground = name => getComputedStyle(document.querySelector(name)).backgroundColor;"
        "return [width('.tabs [aria-current]'), width('.tabs a:not([aria-current])'), "
        "ground('mark') === ground('body')]"
    )
    assert seen == ["2px", "0px", False]


@pytest.mark.parametrize("width", [1280, 1920])
def test_results_stand_in_the_middle(paper: Walker, street: list[Article], width: int) -> None:
    size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    paper.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    paper.open("/search/?q=路灯")
    left, right, window = paper.driver.execute_script(
        "const facets = document.querySelector('.facets').getBoundingClientRect();"
        "const results = document.querySelector('.results').getBoundingClientRect();"
        "return [facets.left, results.right, document.documentElement.clientWidth]"
    )
    assert abs(left - (window - right)) < 4

"""What the keyboard does, and where the focus is."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from reports import workflow
from tests.factories import ArticleFactory

from .conftest import Walker


@pytest.fixture
def lamps(transactional_db: None) -> None:
    for n in range(4):
        source = ("松林日报", "竹溪新报")[n % 2]
        article = ArticleFactory(headline=f"第{n}盏灯", lead="灯亮着。", source=source, year=2020)
        workflow.publish(article)


def focused(walker: Walker) -> str:
    text: str = walker.driver.execute_script("return document.activeElement.textContent.trim()")
    return text


def press(walker: Walker, *keys: str) -> None:
    for key in keys:
        walker.driver.switch_to.active_element.send_keys(key)


def test_the_first_stop_skips_to_the_results(walker: Walker, lamps: None) -> None:
    walker.open("/search/?q=灯")
    press(walker, Keys.TAB)
    assert focused(walker) == "跳到检索结果"
    press(walker, Keys.ENTER)
    assert walker.driver.execute_script("return document.activeElement.id") == "results"


def test_j_and_k_walk_through_the_results_and_enter_opens(walker: Walker, lamps: None) -> None:
    walker.open("/search/?q=灯")
    headlines = walker.texts(".hit h2")
    press(walker, "j")
    assert focused(walker) == headlines[0]
    press(walker, "j", "j", "k")
    assert focused(walker) == headlines[1]
    assert len(walker.all(".hits > li.at")) == 1
    press(walker, "k", "k", "k")  # the first stays the first
    assert focused(walker) == headlines[0]
    walker.leave(lambda: press(walker, Keys.ENTER))
    assert walker.find("#headline").text == headlines[0]


def test_the_table_of_keys_opens_and_closes(walker: Walker, lamps: None) -> None:
    walker.open("/search/?q=灯")
    press(walker, "?")
    table = walker.find("dialog.keys-table")
    assert table.is_displayed()
    assert "下一条结果" in table.text
    press(walker, Keys.ESCAPE)
    walker.until(lambda: not table.is_displayed())
    # A letter typed into a field is a letter.
    field = walker.find("#q")
    field.send_keys("?j")
    assert field.get_attribute("value") == "灯?j"
    assert not table.is_displayed()
    assert walker.complaints() == []


@pytest.mark.parametrize("width", [1280, 390])
def test_a_chosen_facet_value_keeps_the_focus(walker: Walker, lamps: None, width: int) -> None:
    walker.driver.set_window_size(width, 700)
    try:
        walker.open("/search/?q=灯")
        if width < 600:
            walker.find(".narrow-label").click()
        walker.follow(walker.link("竹溪新报", ".facets"))
        assert "竹溪新报" in walker.find(".chosen").text
        assert "竹溪新报" in focused(walker)
        walker.leave(lambda: press(walker, Keys.ENTER))
        assert not walker.all(".chosen")
        assert "竹溪新报" in focused(walker)
    finally:
        walker.driver.set_window_size(1440, 1000)

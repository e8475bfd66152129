"""From a hit to its passage, from match to match, and a quotation that carries its citation."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from reports import workflow
from reports.models import Article
from tests.factories import ArticleFactory

from .conftest import Walker


@pytest.fixture
def long_article(transactional_db: None) -> Article:
    filler = "\n".join(f"第{n}段说的是别的事，与渡口无关。" for n in range(40))
    article = ArticleFactory(
        headline="渡口的夜班船",
        lead="夜班船开了。",
        source="松林日报",
        sections=[("船工说", f"{filler}\n末一段说夜班船票价两元，末班夜班船十点开。"), ("岸上", "灯亮着。")],
    )
    workflow.publish(article)
    return article


def in_view(walker: Walker, selector: str) -> bool:
    inside: bool = walker.driver.execute_script(
        "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
        "return box.top >= 0 && box.bottom <= innerHeight",
        selector,
    )
    return inside


def test_the_page_opens_at_the_passage_that_was_clicked(walker: Walker, long_article: Article) -> None:
    walker.open("/search/?q=夜班船 票价")
    walker.follow(walker.find(".hit a.place[href*='s1.p41']"))
    assert walker.driver.current_url.endswith("#s1.p41")
    assert in_view(walker, "[id='s1.p41']")
    at = walker.find(".matches .at")
    assert at.text == "3 / 4"  # headline and lead before it
    body = walker.find("body")
    body.send_keys("n")
    assert at.text == "4 / 4"
    assert walker.find("mark.now").get_attribute("id") == "m4"
    body.send_keys("n")
    assert at.text == "1 / 4"
    assert in_view(walker, "#m1")
    body.send_keys("p")
    assert at.text == "4 / 4"
    assert in_view(walker, "#m4")
    walker.find("[data-step='-1']").click()
    assert at.text == "3 / 4"
    walker.driver.back()  # steps are no places in the history
    walker.until(lambda: "/search/" in walker.driver.current_url)
    assert walker.complaints() == []


def test_a_selection_is_copied_with_its_citation(walker: Walker, long_article: Article) -> None:
    walker.driver.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    )
    walker.open(f"/articles/{long_article.pk}/")
    quoting = walker.find("[data-quoting]")
    assert not quoting.is_displayed()
    walker.driver.execute_script(
        "const paragraph = document.getElementById('lead.p1');getSelection().selectAllChildren(paragraph)"
    )
    walker.until(quoting.is_displayed)
    quoting.find_element(By.TAG_NAME, "button").click()
    copied = walker.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    citation = walker.find("#citation").text
    assert copied == f"夜班船开了。\n{citation}"
    walker.driver.execute_script("getSelection().selectAllChildren(document.getElementById('s1.p41'))")
    walker.find("body").send_keys("c")
    copied = walker.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied.split("\n") == ["末一段说夜班船票价两元，末班夜班船十点开。", citation]
    # What is selected elsewhere is no quotation.
    walker.driver.execute_script("getSelection().selectAllChildren(document.getElementById('cite'))")
    walker.until(lambda: not quoting.is_displayed())
    walker.find("body").send_keys(Keys.ESCAPE)
    assert walker.complaints() == []

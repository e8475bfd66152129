"""No page is wider than its window, on paper or on screen, and axe finds no fault on any page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files

import pytest

from reports import urls, workflow
from reports.models import User
from tests.factories import (
    ArticleFactory,
    CityFactory,
    ContributorFactory,
    DistrictFactory,
    FigureFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
    PullQuoteFactory,
    StatisticFactory,
)

from .conftest import PASSWORD, Walker

NO_PAGE = {
    "search_json", "search_csv", "search_xlsx",
    "suggest", "opensearch", "original", "former_article", "event_log_csv",
    "district_names", "logout", "healthz", "readyz",
}  # fmt: skip
PAGES = {
    "front": ["/"],
    "search": [
        "/search/?q=长",
        "/search/?q=无此词无此词无此词无此词无此词&year=2020",
        "/search/?q=长&scope=section&district={district}&initiative={initiative}&source={source}",
        "/search/?q=长&scope=figure",
        "/search/?q=((长&page=9",
    ],
    "values": ["/search/values/source/?q=长", "/search/values/district/"],
    "article": ["/articles/{article}/?q=长 x", "/articles/999999/"],
    "initiatives": ["/initiatives/", "/initiatives/?name=长"],
    "initiative": ["/initiatives/{initiative}/", "/initiatives/{initiative}/?rows=all"],
    "districts": ["/districts/", "/districts/?name=松林"],
    "help": ["/help/"],
    "samples": ["/desk/samples/"],
    "coverage": ["/coverage/", "/coverage/?district={city}"],
    "district": ["/districts/{district}/", "/districts/{city}/"],
    "desk": ["/desk/?queue=published", "/desk/"],
    "upload": ["/desk/upload/"],
    "review": ["/desk/review/{article}/"],
    "history": ["/desk/review/{article}/history/"],
    "purge": ["/desk/review/{article}/purge/"],
    "purge_accession": ["/desk/accessions/{accession}/purge/"],
    "event_log": ["/desk/log/"],
    "password_change": ["/password/"],
    "login": ["/login/"],
}
YEARS = range(1996, 2026)


@pytest.fixture
def places(transactional_db: None, administrator: User) -> dict[str, object]:
    """An article of extremes, and one initiative in thirty years and districts; names of their addresses."""
    city = CityFactory(name="长长长长长长自治州")
    initiative = InitiativeFactory(name="长" * 40, slug="chang")
    source = "https://example.com/" + "a" * 70
    districts = [DistrictFactory(name=f"松林{n}哈萨克族蒙古族自治县", city=city) for n in range(34)]
    article = ArticleFactory(
        headline="长" * 60,
        kicker="引" * 60,
        deck="x" * 200,
        source=source,
        district=districts[0],
        lead="长" * 300,
        page_label="A" * 20,
        year=2020,
        sections=[("节" * 40 + "长", "x" * 400 + "长" * 20), ("", "10,000,000.00元" * 30)],
    )
    ContributorFactory(article=article, name="名" * 30)
    FigureFactory(article=article, number=1, caption="长" + "y" * 200, credit="z" * 60)
    PullQuoteFactory(article=article, position=1, text="w" * 120)
    StatisticFactory(article=article, value="1" * 60, unit="元")
    articles = [article]
    for n, district in enumerate(districts):
        articles.append(
            ArticleFactory(district=district, year=YEARS[n % len(YEARS)], lead="长", source=f"报{n}")
        )
    for one in articles:
        InitiativeMentionFactory(article=one, initiative=initiative, field="lead", number=0, start=0, end=1)
        workflow.publish(one)
    return {
        "article": article.pk,
        "accession": article.accession_id,
        "district": districts[0].key,
        "city": city.key,
        "initiative": initiative.slug,
        "source": source,
    }


@pytest.fixture
def sized(walker: Walker) -> Iterator[Callable[[int], None]]:
    def resize(width: int) -> None:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        walker.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    yield resize
    walker.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    walker.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


def overflow(walker: Walker) -> int:
    pixels: int = walker.driver.execute_script(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return pixels


def test_every_page_is_known_here() -> None:
    names = {str(pattern.name) for pattern in urls.urlpatterns}
    assert set(PAGES) | NO_PAGE == names
    assert not set(PAGES) & NO_PAGE


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_no_page_scrolls_sideways(
    walker: Walker, places: dict[str, object], sized: Callable[[int], None], width: int
) -> None:
    sized(width)
    walker.open("/login/")
    wide = [("/login/", over)] if (over := overflow(walker)) > 0 else []
    walker.log_in("管理员甲", PASSWORD)
    for addresses in PAGES.values():
        for address in addresses:
            walker.open(address.format(**places))
            if (over := overflow(walker)) > 0:
                wide.append((address, over))
    assert wide == []


AXE = """
const done = arguments[0];
axe.run().then(found => done(found.violations.map(
  rule => rule.id + ': ' + rule.nodes.map(node => node.html.slice(0, 200)).slice(0, 3).join(' | '))));
"""


@pytest.fixture
def axe(walker: Walker) -> Iterator[Callable[[], list[str]]]:
    """axe in every page that is opened, put there by the browser: the pages allow no foreign script."""
    source = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
    command = "Page.addScriptToEvaluateOnNewDocument"
    added = walker.driver.execute_cdp_cmd(command, {"source": source})
    yield lambda: list(walker.driver.execute_async_script(AXE))
    walker.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_fault_on_any_page(
    walker: Walker,
    places: dict[str, object],
    sized: Callable[[int], None],
    axe: Callable[[], list[str]],
    theme: str,
) -> None:
    sized(1280)
    scheme = {"name": "prefers-color-scheme", "value": theme}
    walker.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    walker.open("/login/")
    faults = {"/login/": axe()}
    walker.log_in("管理员甲", PASSWORD)
    for addresses in PAGES.values():
        for address in addresses:
            walker.open(address.format(**places))
            faults[address] = axe()
    assert {address: found for address, found in faults.items() if found} == {}


BROKEN = """
return [...document.querySelectorAll('.by-year th:not(.long), .by-year td')].filter(cell => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  const lines = [...range.getClientRects()].filter(box => box.width).map(box => Math.round(box.bottom));
  return new Set(lines).size > 1;
}).map(cell => cell.textContent);
"""


@pytest.mark.parametrize("page", ["/initiatives/{initiative}/", "/districts/{district}/"])
def test_no_figure_or_name_in_a_table_of_years_breaks(
    walker: Walker, places: dict[str, object], sized: Callable[[int], None], page: str
) -> None:
    sized(320)
    walker.open(page.format(**places))
    assert walker.all(".by-year tbody tr")
    assert walker.driver.execute_script(BROKEN) == []
    # A long name has room for a whole line of it instead of a character a line.
    for name in walker.all(".by-year .long"):
        assert name.size["width"] > 200


def test_the_printout_of_a_table_holds_all_its_columns(
    walker: Walker, places: dict[str, object], sized: Callable[[int], None]
) -> None:
    """Thirty years on a sheet of A4 laid across, with margins of 12 mm."""
    walker.open("/initiatives/{initiative}/".format(**places))
    assert walker.find("body").get_attribute("class") == "printed-across"
    sized(round((297 - 2 * 12) / 25.4 * 96))
    walker.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert len(walker.all(".by-year thead th")) == len(YEARS) + 2
    assert overflow(walker) <= 0
    right = walker.driver.execute_script(
        "return document.querySelector('.by-year thead th:last-child').getBoundingClientRect().right"
    )
    assert right <= walker.driver.execute_script("return document.documentElement.clientWidth")
    cut = walker.driver.execute_script(
        "const box = document.querySelector('.table-scroll'); return getComputedStyle(box).overflowX"
    )
    assert cut == "visible"

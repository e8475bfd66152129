"""“Did you mean” offers what has hits, and never anything for a word that is right."""

from __future__ import annotations

import pytest

from reports.language.lookalikes import lookalikes
from reports.search import SearchRequest, search
from reports.search.indexing import rebuild
from reports.search.request import Scope
from tests.factories import ArticleFactory, DistrictFactory, InitiativeFactory, InitiativeMentionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive_with_slips(db: None) -> None:
    district = DistrictFactory(name="历城区")
    lamps = InitiativeFactory(name="晚灯照渡口")
    for number in range(25):
        article = ArticleFactory(
            published=True,
            headline=f"产业链上第{number}家",
            district=district,
            lead="党建引领，产业链连成片。历城区办起晚灯照渡口，崂山的人才也来了。",
            year=2020 + number % 2,
        )
        InitiativeMentionFactory(article=article, initiative=lamps, field="lead")
    ArticleFactory(published=True, headline="产业连片", lead="产业连片发展，网格治理。")
    rebuild()


def meant(query: str, **fields: object) -> tuple[str | None, int | None]:
    page = search(SearchRequest(q=query, **fields))  # type: ignore[arg-type]
    return page.suggestion, page.suggestion_total


@pytest.mark.usefixtures("archive_with_slips")
@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("党健引领", "党建引领"),
        ("党建引岭", "党建引领"),
        ("产业莲", "产业链"),
        ("产业键", "产业链"),
        ("历成区", "历城区"),
        ("厉城区", "历城区"),
        ("晚灯照度口", "晚灯照渡口"),
        ("党健引领 产业链", "党建引领 产业链"),
        ("党健引领产业链", "党建引领 产业链"),
        ("“党健引领”", '"党建引领"'),
        ("黨健引領", "党建引领"),
        ("党建迎领", "党建引领"),
        ("厂业链", "产业链"),
    ],
)
def test_slips_by_sound_and_shape(typed: str, right: str) -> None:
    assert meant(typed) == (right, 25)
    assert search(SearchRequest(q=right)).total == 25


@pytest.mark.usefixtures("archive_with_slips")
@pytest.mark.parametrize(
    "query",
    [
        "崂山",
        "人才",
        "产业",
        "产业链",
        "党建引领",
        "网格",
        "治理",
        "历城区",
        "-党健引领",
        "=党健引领",
        "dangjian",
        "12",
        "产业连",  # in 产业连片: what occurs in the texts was meant
        "标题:产业连",
        "粮仓",  # in the lexicon, although no article has it
        "链",
        "2025年",
        "二零二五两",
    ],
)
def test_what_is_right_is_left_alone(query: str) -> None:
    assert meant(query) == (None, None)


@pytest.mark.usefixtures("archive_with_slips")
def test_only_what_has_hits_under_the_refinements_is_offered() -> None:
    assert meant("党健引领", refinements={"year": ("2021",)}) == ("党建引领", 12)
    assert meant("党健引领", refinements={"year": ("1990",)}) == (None, None)


@pytest.mark.usefixtures("archive_with_slips")
def test_without_hits_under_the_refinements_it_is_offered_without_them() -> None:
    (offer,) = search(SearchRequest(q="党健引领", refinements={"year": ("1990",)})).relaxations
    assert (offer.label, offer.total) == ("改查“党建引领”，并去掉全部条件", 25)
    assert search(offer.request).total == 25


def test_one_confusion_a_word(db: None) -> None:
    """链 is taken for 粮 and 长 for 仓, but nobody takes 链长 for 粮仓."""
    for number in range(30):
        ArticleFactory(published=True, headline=f"漕仓第{number}座", lead="漕仓满了，渡船来了。")
    rebuild()
    assert meant("朝长") == (None, None)
    assert meant("渡舟") == (None, None)
    assert meant("曹仓") == ("漕仓", 30)
    assert meant("曹长曹长") == (None, None)


def test_what_occurs_in_the_texts_is_no_slip_however_rare(db: None) -> None:
    village = DistrictFactory(name="里村镇")
    for number in range(90):
        ArticleFactory(published=True, headline=f"第{number}年", lead="里村镇修路。", district=village)
    ArticleFactory(published=True, headline="桥", lead="李村镇修桥。")
    rebuild()
    assert meant("李村镇") == (None, None)
    assert meant("理村镇") == ("里村镇", 90)
    assert meant("标题:李村镇") == (None, None)
    assert meant("李村镇", scope=Scope.FIGURE) == (None, None)


@pytest.mark.parametrize("query", ["二零二三年", "2023年", "十月三日"])
def test_a_number_is_no_slip_of_another(db: None, query: str) -> None:
    for number in range(30):
        ArticleFactory(published=True, headline=f"{number}", lead="二零二四年，四月三日，2023两。")
    rebuild()
    assert meant(query) == (None, None)


@pytest.mark.usefixtures("archive_with_slips")
def test_cutting_still_comes_where_nothing_is_mistyped() -> None:
    page = search(SearchRequest(q="党建引领产业链"))
    assert page.suggestion is None
    assert page.total == 25
    assert any("党建引领 产业链" in notice for notice in page.notices)


def test_lookalikes_go_both_ways() -> None:
    assert "末" in lookalikes("未")
    assert all(character in lookalikes(other) for character in "己治链建" for other in lookalikes(character))
    assert lookalikes("𠮷") == frozenset()

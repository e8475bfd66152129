"""A small archive to search, behind the plain engine and behind the real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace

import pytest

from reports.knowledge.findings import DistrictLevel
from reports.models import Article
from reports.search import connection
from reports.search.indexing import rebuild
from reports.search.indexing.index_documents import indexed_article, published_articles
from tests.factories import (
    ArticleFactory,
    CityFactory,
    DistrictFactory,
    FigureFactory,
    InitiativeAliasFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
    PullQuoteFactory,
)
from tests.search.plain_engine import PlainEngine


@pytest.fixture
def archive(db: None) -> SimpleNamespace:
    """Six published articles of three districts, and one that is none of the reader's business."""
    lan, hai = CityFactory(key="330100", name="兰溪市"), CityFactory(key="350200", name="海门市")
    middle = DistrictFactory(key="330102", name="市中区", city=lan)
    other_middle = DistrictFactory(key="350202", name="市中区", city=hai)
    zone = DistrictFactory(key="haimen-gaoxin", code=None, name="高新区", city=hai, level=DistrictLevel.ZONE)
    lamps = InitiativeFactory(slug="wan-deng", name="晚灯工程")
    InitiativeAliasFactory(initiative=lamps, name="点灯行动")
    old = InitiativeFactory(slug="wan-deng-jiu", name="旧晚灯工程", merged_into=lamps)
    articles = [
        ArticleFactory(
            published=True,
            headline="水渠通到村口，晚灯亮到天明",
            kicker="晚灯工程三年记",
            district=middle,
            year=2021,
            published_on=date(2021, 3, 5),
            source="兰溪日报",
            page_label="A02",
            lead="入冬以前，十二条水渠全部清淤。",
            sections=[
                (
                    "晚灯照村口",
                    "晚灯工程装上太阳能板。村口的灯不再怕停电，水渠边也亮了。\n村民自己管灯。",
                ),
                ("水渠归谁管", "水渠由三个组轮流照看。每季查一次。"),
            ],
        ),
        ArticleFactory(
            published=True,
            headline="=一笔账算清水渠",
            district=other_middle,
            year=2022,
            published_on=date(2022, 6, 1),
            source="海门报,周末版",
            sections=[("记账", "全年花了3283.5万元。"), ("", "水渠边党建引领，产业链延到田头。")],
        ),
        ArticleFactory(
            published=True,
            headline="园区的产业链",
            district=zone,
            year=2022,
            source="海门报,周末版",
            lead="產業鏈上建支部，黨建不掉隊。",
            sections=[("链上", "党建带动产业链，链主牵头。")],
        ),
        ArticleFactory(
            published=True, headline="没有年份的一版", sections=[("晒场", "晒场晾稻谷，水渠在旁。")]
        ),
        ArticleFactory(published=True, headline="晒场扩建", district=middle, year=2021, source="兰溪日报"),
        ArticleFactory(published=True, headline="党建引领产业链座谈", district=zone, year=2024),
    ]
    draft = ArticleFactory(headline="水渠草稿", district=middle, year=2021)
    FigureFactory(article=articles[0], number=2, caption="清淤后的水渠。", credit="本报资料")
    PullQuoteFactory(article=articles[0], position=1, text="灯亮了，心就定了。")
    PullQuoteFactory(article=articles[0], position=2, text="水渠是命脉。")
    InitiativeMentionFactory(article=articles[0], initiative=lamps, field="kicker", end=4)
    InitiativeMentionFactory(
        article=articles[0], initiative=lamps, merged_from=old, field="body", number=1, end=4
    )
    return SimpleNamespace(
        articles=articles, draft=draft, middle=middle, other_middle=other_middle, zone=zone, lamps=lamps
    )


def plain_engine(version: str = "plain-1") -> PlainEngine:
    """The plain engine over what is published now."""
    return PlainEngine(map(indexed_article, published_articles()), version)


@pytest.fixture
def use_engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    def use(engine: object) -> None:
        monkeypatch.setattr(connection, "engine", lambda: engine)

    return use


@pytest.fixture
def plain(archive: SimpleNamespace, use_engine: Callable[[object], None]) -> PlainEngine:
    engine = plain_engine()
    use_engine(engine)
    return engine


@pytest.fixture(params=["plain", "real"])
def searchable(
    request: pytest.FixtureRequest, archive: SimpleNamespace, use_engine: Callable[[object], None]
) -> Iterator[SimpleNamespace]:
    """The archive, indexed: each test runs on the slow obvious engine and on the one in service."""
    if request.param == "plain":
        use_engine(plain_engine())
    else:
        rebuild()
    yield archive
    assert Article.objects.published().exists()

"""More of everything than a statement of the database takes: building, keeping and comparing the index."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.models import (
    Accession,
    Article,
    ArticleDistrict,
    District,
    Initiative,
    InitiativeMention,
    OutboxRow,
)
from reports.search import SearchRequest, search
from reports.search.indexing import apply_changes, rebuild, unindexed_articles
from reports.search.indexing.index_documents import indexed_article, published_articles
from reports.search.indexing.status import status
from reports.search.indexing.verification import compare
from tests.factories import (
    AccessionFactory,
    ArticleDistrictFactory,
    ArticleFactory,
    CityFactory,
    DistrictFactory,
    InitiativeAliasFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("narrow_database")]

ARTICLES = 200
OWN = 6


@pytest.fixture
def crowded() -> list[int]:
    """200 published articles, each with six initiatives and six further districts of its own."""
    accessions = Accession.objects.bulk_create(AccessionFactory.build_batch(ARTICLES))
    articles = Article.objects.bulk_create(
        [ArticleFactory.build(accession=accession, published=True) for accession in accessions]
    )
    owners = [article for article in articles for _ in range(OWN)]
    initiatives = Initiative.objects.bulk_create(InitiativeFactory.build_batch(len(owners)))
    districts = District.objects.bulk_create(DistrictFactory.build_batch(len(owners), city=CityFactory()))
    InitiativeMention.objects.bulk_create(
        InitiativeMentionFactory.build(article=article, initiative=initiative)
        for article, initiative in zip(owners, initiatives, strict=True)
    )
    ArticleDistrict.objects.bulk_create(
        ArticleDistrictFactory.build(article=article, district=district)
        for article, district in zip(owners, districts, strict=True)
    )
    InitiativeAliasFactory(initiative=initiatives[-1], name="最后的别名")
    return [article.pk for article in articles]


def test_the_index_takes_them_in_and_is_as_the_database_says(crowded: list[int]) -> None:
    assert rebuild() == ARTICLES
    assert compare().is_equal
    apply_changes(crowded)
    assert compare().is_equal
    assert unindexed_articles() == []
    assert search(SearchRequest(q="举措:最后的别名")).total == 1


def test_one_article_that_names_thousands(crowded: list[int]) -> None:
    article = Article.objects.get(pk=crowded[0])
    InitiativeMention.objects.all().update(article=article)
    rebuild()
    assert compare().is_equal
    assert len(search(SearchRequest()).facets["initiative"]) == ARTICLES * OWN


def test_each_chunk_is_read_with_the_same_number_of_queries(crowded: list[int]) -> None:
    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            for article in published_articles().filter(pk__in=crowded[:count]):
                indexed_article(article)
        return len(asked)

    assert queries(1) == queries(ARTICLES)


def test_aliases_are_indexed_in_the_order_of_their_names() -> None:
    lamps = InitiativeFactory(name="晚灯工程")
    article = ArticleFactory(published=True)
    InitiativeMentionFactory(article=article, initiative=InitiativeFactory(name="早市工程"))
    for start in (3, 9):
        InitiativeMentionFactory(article=article, initiative=lamps, start=start, end=start + 2)
    for name in ("乙", "丙", "甲"):
        InitiativeAliasFactory(initiative=lamps, name=name)
    indexed = indexed_article(published_articles().get())
    names = [block.text for block in indexed.blocks if block.kind == "initiative"]
    assert names == ["早市工程", "晚灯工程", *sorted(("乙", "丙", "甲"))]


def test_thousands_that_could_not_be_indexed_are_named() -> None:
    OutboxRow.objects.bulk_create(OutboxRow(article_id=number, failure="不能") for number in range(1, 1201))
    assert len(status().failing) == 1200

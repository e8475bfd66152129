"""Districts shown to readers, and that the query stays fast in an archive of any size."""

from __future__ import annotations

import pytest
from django.db import connection

from reports.knowledge.findings import DistrictLevel
from reports.models import District, Initiative, InitiativeAlias
from tests.factories import ArticleDistrictFactory, ArticleFactory, CityFactory, DistrictFactory

pytestmark = pytest.mark.django_db


def visible_districts() -> set[str]:
    return {district.name for district in District.objects.visible_to_readers()}


def test_a_district_is_visible_by_a_published_article_about_it() -> None:
    main = DistrictFactory(name="主区", city=None)
    further = DistrictFactory(name="另区", city=None)
    ArticleDistrictFactory(article=ArticleFactory(published=True, district=main), district=further)
    for hidden in ({}, {"in_review": True}, {"withdrawn": True}):
        ArticleDistrictFactory(article=ArticleFactory(district=DistrictFactory(), **hidden))
    DistrictFactory()
    assert visible_districts() == {"主区", "另区"}


@pytest.mark.parametrize("is_main", [True, False])
def test_a_city_is_visible_by_its_districts(is_main: bool) -> None:
    district = DistrictFactory(name="东区", city=CityFactory(name="青禾市"))
    DistrictFactory(name="西区", city=district.city)
    if is_main:
        ArticleFactory(published=True, district=district)
    else:
        ArticleDistrictFactory(article=ArticleFactory(published=True), district=district)
    assert visible_districts() == {"东区", "青禾市", "云岭省"}


def test_a_district_is_not_known_by_its_city() -> None:
    city = CityFactory(name="青禾市", level=DistrictLevel.CITY)
    DistrictFactory(city=city)
    ArticleFactory(published=True, district=city)
    assert visible_districts() == {"青禾市", "云岭省"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plan of SQLite")
@pytest.mark.parametrize("model", [District, Initiative, InitiativeAlias])
def test_no_row_is_asked_for_by_going_through_all_published_articles(model: type) -> None:
    sql, values = model.objects.visible_to_readers().order_by().values_list("pk").query.sql_with_params()  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        plan = "\n".join(str(row[3]) for row in cursor.fetchall())
    assert "SEARCH" in plan
    assert "article_state_changed" not in plan

"""The statements that Django writes once give what Django gives when it writes them anew."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection

from reports.models import Article, InitiativeMention, Section
from reports.search import SearchRequest, search
from reports.search.answering import hits
from reports.search.answering.hits import label_articles, section_headings
from reports.search.answering.rows_by_id import RowsById
from tests.factories import (
    ArticleFactory,
    CityFactory,
    DistrictFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids() -> list[int]:
    """Articles of every kind, in no order, with one that readers may not see and one that does not exist."""
    city = CityFactory(name="兰溪市")
    named = ArticleFactory(
        published=True,
        district=DistrictFactory(name="松林区", city=city),
        year=2022,
        year_basis="inferred",
        year_evidence="2022年已过半",
        sections=[("夜航", "渡口的船。"), ("", "一刻钟一班。")],
    )
    for start, initiative in ((4, InitiativeFactory(name="乙事")), (0, InitiativeFactory(name="甲事"))):
        for further in (0, 2):
            InitiativeMentionFactory(
                article=named,
                initiative=initiative,
                number=1,
                field="body",
                start=start + further,
                end=start + further + 2,
            )
    of_city = ArticleFactory(published=True, district=city, published_on="2021-03-05", year=2021)
    bare = ArticleFactory(published=True, district=None, year=None, is_sample=True)
    draft = ArticleFactory()
    return [bare.pk, draft.pk, of_city.pk, 999_999, named.pk]


def test_labels_are_those_that_the_models_give(ids: list[int]) -> None:
    labels = label_articles(ids)
    published = {article.pk: article for article in Article.objects.published().filter(pk__in=ids)}
    assert labels.keys() == published.keys()
    for pk, article in published.items():
        label, district = labels[pk], article.district
        for name in ("headline", "kicker", "year", "year_basis", "year_evidence", "published_on", "source"):
            assert getattr(label, name) == getattr(article, name), name
        assert (label.page_label, label.is_sample) == (article.page_label, article.is_sample)
        assert type(label.is_sample) is bool
        shown = label.district and (label.district.key, label.district.name, label.district.city)
        assert shown == (district and (district.key, district.name, district.city_name))
        mentions = InitiativeMention.objects.filter(article=article).order_by("id")
        slugs = dict.fromkeys(mention.initiative.slug for mention in mentions)
        assert [initiative.slug for initiative in label.initiatives] == list(slugs)


def test_headings_are_in_reading_order(ids: list[int]) -> None:
    sections = Section.objects.filter(article__in=ids).order_by("article_id", "position")
    expected: dict[int, dict[int, str]] = {}
    for section in sections:
        expected.setdefault(section.article_id, {})[section.number] = section.heading
    assert section_headings(ids) == expected
    assert [list(of_article) for of_article in section_headings(ids).values()] == [
        list(of_article) for of_article in expected.values()
    ]


def test_without_ids_nothing_is_asked(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert label_articles([]) == {}


def test_a_query_with_another_parameter_is_refused() -> None:
    rows = RowsById(lambda ids: Article.objects.published().filter(pk__in=ids).values_list("pk"))
    with pytest.raises(ValueError, match="parameters"):
        rows([1])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan of SQLite without statistics")
def test_twenty_articles_are_read_by_their_keys(ids: list[int]) -> None:
    before, after = hits._articles._statement
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {before}%s, %s{after}", ids[:2])
        plan = " ".join(str(row[3]) for row in cursor.fetchall())
    assert "reports_article USING INTEGER PRIMARY KEY" in plan, plan


def test_a_page_takes_four_queries_whatever_it_shows(
    searchable: SimpleNamespace, django_assert_num_queries: object
) -> None:
    """Synonyms, articles, mentions, sections; names of facets are read once for a version of the index."""
    search(SearchRequest(q="水渠"))
    for request in (SearchRequest(q="水渠"), SearchRequest(q="产业链"), SearchRequest()):
        with django_assert_num_queries(4):  # type: ignore[operator]
            search(request)

"""Chosen hits alone, and what a row says of its article."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from reports.exports import CsvExporter
from reports.models import Article
from reports.search import SearchRequest, iterate_hits
from reports.search.request import Scope, Sort
from tests.factories import ArticleDistrictFactory, ContributorFactory

from .test_csv import read


def exported(request: SearchRequest, chosen: set[str] | None = None) -> list[dict[str, str]]:
    heading, *rows = read(b"".join(CsvExporter("http://archive.test").export(request, chosen)))
    return [dict(zip(heading, row, strict=True)) for row in rows]


@pytest.mark.parametrize("scope", [Scope.ARTICLE, Scope.SECTION])
def test_the_chosen_hits_in_the_order_of_the_search(searchable: SimpleNamespace, scope: Scope) -> None:
    request = SearchRequest(q="水渠 OR 产业链", scope=scope, sort=Sort.OLDEST)
    hits = list(iterate_hits(request))
    first, *_, last = hits
    chosen = [hit for hit in hits if hit.id in {first.id, last.id}]
    rows = exported(request, {last.id, first.id, "999", "x"})
    assert [row["链接"] for row in rows] == [f"http://archive.test{hit.url}" for hit in chosen]
    assert [row["序号"] for row in rows] == ["1", "2"]
    assert exported(request, {"999"}) == []


def test_a_hit_of_another_scope_is_not_among_them(searchable: SimpleNamespace) -> None:
    article = searchable.articles[0]
    assert exported(SearchRequest(q="水渠", scope=Scope.SECTION), {str(article.pk)}) == []


def test_a_row_cites_its_article_and_names_the_further_districts(searchable: SimpleNamespace) -> None:
    article = searchable.articles[0]
    ContributorFactory(article=article, name="顾念舟", position=1)
    ArticleDistrictFactory(article=article, district=searchable.zone)
    ArticleDistrictFactory(article=article, district=searchable.zone.city)
    row = next(row for row in exported(SearchRequest(q="晚灯")) if row["标题"] == article.headline)
    assert row["另涉区县"] == "海门市高新区；海门市"
    assert row["引文"].startswith(f"顾念舟. {article.headline}[N/OL]. 兰溪日报，2021-03-05（A02）[")
    assert row["引文"].endswith(f"http://archive.test/articles/{article.pk}/.")


def test_the_number_of_queries_does_not_grow_with_the_rows(
    searchable: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert len(exported(SearchRequest())) == 6
    assert Article.objects.published().count() == 6

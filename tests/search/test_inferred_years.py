"""An inferred year counts like a stated one, and every face says that it is inferred."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from haystack.query import SearchQuerySet

from reports.models import Article
from reports.search import SearchRequest, iterate_hits, search
from reports.search.answering.service import count_facets_by
from reports.search.indexing import rebuild
from reports.search.request import Scope, Sort
from tests.factories import ArticleFactory
from tests.search.conftest import plain_engine

EVIDENCE = "2022年已过半"


@pytest.fixture(params=["plain", "real"])
def inferred(request: pytest.FixtureRequest, archive: SimpleNamespace, use_engine: Any) -> Article:
    """An article of an inferred 2022 among two of a stated 2022, and others."""
    article: Article = ArticleFactory(
        published=True,
        headline="渡口添了夜航",
        district=archive.middle,
        source="兰溪日报",
        year=2022,
        year_basis="inferred",
        year_evidence=EVIDENCE,
        sections=[("夜航", "渡口的船开到十点。"), ("白天", "渡口的船一刻钟一班。")],
    )
    for stated in Article.objects.published().filter(year_basis="").exclude(year=None):
        stated.year_basis = "stated"
        stated.save()
    if request.param == "plain":
        use_engine(plain_engine())
    else:
        rebuild()
    return article


def ids(request: SearchRequest) -> list[int]:
    return [hit.article_id for hit in search(request).hits]


def test_its_year_finds_it(inferred: Article) -> None:
    assert inferred.pk in ids(SearchRequest(refinements={"year": ("2022",)}))
    assert inferred.pk not in ids(SearchRequest(refinements={"year": ("2021",)}))
    whole_year = SearchRequest(q="渡口", date_from=date(2022, 1, 1), date_to=date(2022, 12, 31))
    assert ids(whole_year) == [inferred.pk]
    assert ids(SearchRequest(q="渡口", date_to=date(2021, 12, 31))) == []


def test_it_is_sorted_by_its_year(inferred: Article) -> None:
    hits = search(SearchRequest(sort=Sort.OLDEST, page_size=100)).hits
    years = [hit.year for hit in hits]
    assert years == sorted(years, key=lambda year: year or 9999)
    assert {hit.year_basis for hit in hits if hit.year == 2022} == {"stated", "inferred"}


@pytest.mark.parametrize("scope", [Scope.ARTICLE, Scope.SECTION])
def test_the_facet_counts_it_and_says_how_many_are_inferred(inferred: Article, scope: Scope) -> None:
    page = search(SearchRequest(scope=scope, refinements={"year": ("2021", "2022")}))
    years = {value.value: value for value in page.facets["year"]}
    own = 2 if scope is Scope.SECTION else 1
    only = search(SearchRequest(scope=scope, refinements={"year": ("2022",)}))
    assert years["2022"].count == only.total
    assert {year: value.inferred for year, value in years.items() if value.inferred} == {"2022": own}
    of_source = search(SearchRequest(scope=scope, refinements={"source": ("海门报,周末版",)}))
    assert not any(value.inferred for value in of_source.facets["year"])


def test_no_face_lists_inferred_years_as_values_of_their_own(inferred: Article) -> None:
    page = search(SearchRequest())
    assert {value.value for value in page.facets["year"]} == {"2024", "2022", "2021", "none"}
    by_source = count_facets_by(SearchRequest(), "source", ["兰溪日报"])["兰溪日报"]
    assert set(by_source["year"]) == {"2022", "2021"}
    assert set(dict(SearchQuerySet().facet("year").facet_counts()["fields"]["year"])) <= {
        *("2024", "2022", "2021", "none")
    }
    asked = SearchRequest.from_parameters({"year": ["2022-inferred"]})
    assert not asked.refinements
    assert asked.notices


def test_json_carries_basis_and_evidence(inferred: Article) -> None:
    body = search(SearchRequest(q="渡口")).as_json()
    (hit,) = body["hits"]
    assert (hit["year"], hit["year_basis"], hit["year_evidence"]) == (2022, "inferred", EVIDENCE)
    (year,) = body["facets"]["year"]
    assert (year["value"], year["count"], year["inferred"]) == ("2022", 1, 1)
    others = search(SearchRequest(q="晒场")).as_json()["hits"]
    assert {(hit["year"], hit["year_basis"], hit["year_evidence"]) for hit in others} == {
        (2021, "stated", ""),
        (None, None, ""),
    }


def test_the_terminal_says_it(inferred: Article) -> None:
    output = io.StringIO()
    call_command("search", "渡口", stdout=output)
    assert f"2022 年  推定，据“{EVIDENCE}”" in output.getvalue()
    assert "年份：2022 1（含推定 1）" in output.getvalue()


def test_a_long_evidence_is_cut_on_a_hit_only(inferred: Article) -> None:
    (hit,) = iterate_hits(SearchRequest(q="渡口"))
    long = replace(hit, year_evidence="2022年" + "长" * 100)
    assert long.inferred_year == f"推定，据“2022年{'长' * 25}…”"
    assert long.as_json()["year_evidence"] == long.year_evidence


def test_a_set_year_is_not_called_inferred(inferred: Article) -> None:
    (hit,) = iterate_hits(SearchRequest(q="渡口"))
    assert replace(hit, year_basis="set", year_evidence="").inferred_year == ""

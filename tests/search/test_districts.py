"""A district finds the articles of which it is the main one or lies around it; ``named`` also others."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from reports.models import ArticleDistrict
from reports.search import search
from reports.search.request import SearchRequest
from tests.search.conftest import plain_engine

pytestmark = pytest.mark.django_db


@pytest.fixture
def naming(archive: SimpleNamespace, use_engine: Callable[[object], None]) -> SimpleNamespace:
    """The first article, of 兰溪市市中区, also names 海门市高新区."""
    ArticleDistrict.objects.create(article=archive.articles[0], district=archive.zone)
    use_engine(plain_engine())
    return archive


def found(**parameters: object) -> set[int]:
    return {hit.article_id for hit in search(SearchRequest(**parameters)).hits}  # type: ignore[arg-type]


def test_a_place_finds_its_own_and_those_inside_it(naming: SimpleNamespace) -> None:
    first, second, third, _, fifth, sixth = (article.pk for article in naming.articles)
    expected = {
        "990000": {first, second, third, fifth, sixth},
        "330100": {first, fifth},
        "330102": {first, fifth},
        "350200": {second, third, sixth},
        "haimen-gaoxin": {third, sixth},
    }
    for key, articles in expected.items():
        assert found(refinements={"district": (key,)}) == articles, key
        named = articles | ({first} if key in ("350200", "haimen-gaoxin") else set())
        assert found(refinements={"district": (key,)}, named=True) == named, key
        assert found(excluded={"district": (key,)}) == {article.pk for article in naming.articles} - articles


@pytest.mark.parametrize("named", [False, True])
def test_every_count_is_what_choosing_the_district_gives(naming: SimpleNamespace, named: bool) -> None:
    facet = search(SearchRequest(named=named)).facets["district"]
    assert len(facet) == 6
    for value in facet:
        chosen = SearchRequest(refinements={"district": (value.value,)}, named=named)
        assert search(chosen).total == value.count


def test_the_field_finds_main_and_named(naming: SimpleNamespace) -> None:
    first, _, third, _, _, sixth = (article.pk for article in naming.articles)
    assert found(q="区县:高新区") == {first, third, sixth}
    assert found(q="区县:云岭省") == {article.pk for article in naming.articles if article.district}


def test_the_address_carries_both(naming: SimpleNamespace) -> None:
    page = search(
        SearchRequest(refinements={"district": ("海门",)}, excluded={"district": ("高新区",)}, named=True)
    )
    assert page.request.parameters() == [
        ("district", "350200"),
        ("-district", "haimen-gaoxin"),
        ("named", "1"),
    ]
    assert [hit.article_id for hit in page.hits] == [naming.articles[1].pk]

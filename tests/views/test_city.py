"""A city's page tells of its districts."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from reports.knowledge.findings import DistrictLevel
from reports.models import Article
from tests.factories import ArticleFactory, DistrictFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_city_gathers_the_articles_of_its_districts(client: Client) -> None:
    from reports.search.indexing import rebuild

    city = DistrictFactory(level=DistrictLevel.CITY, city=None, name="云溪市")
    member = DistrictFactory(city=city, name="柳浪区")
    ArticleFactory(published=True, district=member, headline="柳浪区修好一座桥")
    rebuild()
    html = client.get(reverse("district", args=[city.key])).content.decode()
    assert Article.objects.published().count() == 1
    assert "检索全部 1 篇报道" in html
    assert f"?district={city.key}" in html
    assert reverse("district", args=[member.key]) in html


def test_the_way_to_the_login_does_not_encode_an_address_twice(client: Client) -> None:
    html = client.get("/search/", {"q": "党建"}).content.decode()
    assert "next=/search/%3Fq%3D%E5%85%9A%E5%BB%BA" in html

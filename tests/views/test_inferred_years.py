"""An inferred year is shown as 推定, with the words from which it is inferred."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from reports import workflow
from reports.models import Article, User
from reports.presentation.facet_lists import facet_list
from reports.search.page import FacetValue

from .pages import make_page

pytestmark = pytest.mark.django_db

EVIDENCE = "2022年<已>过半"


@pytest.fixture
def inferred(draft: Article, editor: User, django_capture_on_commit_callbacks: Callable[..., Any]) -> Article:
    Article.objects.filter(pk=draft.pk).update(
        year=2022, published_on=None, year_basis="inferred", year_evidence=EVIDENCE
    )
    draft.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        return workflow.publish(draft, editor)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_on_the_hit_and_in_the_facet(client: Client, inferred: Article) -> None:
    page = client.get("/search/?q=窗口").content.decode()
    hit = page.split('<article class="hit"')[1].split("</article>")[0]
    assert "2022 年 推定，据“2022年&lt;已&gt;过半”" in words(hit)
    assert "2022 含推定 1 1" in words(page.split('id="facet-year"')[1].split("</section>")[0])


def test_in_the_chart_of_the_years(client: Client, inferred: Article) -> None:
    values = (FacetValue("2022", "2022", 4, False, inferred=1), FacetValue("2021", "2021", 2, False))
    chart = facet_list(make_page(facets={"year": values}), "year").chart
    assert chart is not None
    drawn = render_to_string("_year_chart.html", {"chart": chart})
    assert 'aria-label="2022 年，4 条，含推定 1"' in drawn
    assert 'aria-label="2021 年，2 条"' in drawn
    (part,) = re.findall(r'<rect class="inferred"[^>]* height="([^"]+)"', drawn)
    (whole,) = re.findall(r'<rect class="bar" x="112.0"[^>]* height="([^"]+)"', drawn)
    assert float(part) == pytest.approx(float(whole) / 4, abs=0.1)
    assert "推定的年份，共 1 条" in words(drawn)


def test_on_the_front_page(client: Client, inferred: Article) -> None:
    assert "2022 年 推定，据" in words(client.get("/").content.decode())


def test_on_the_reading_page_whole(client: Client, inferred: Article) -> None:
    long = "2022年" + "长" * 80 + "之年"
    Article.objects.filter(pk=inferred.pk).update(year_evidence=long)
    assert f"2022 年 推定，据“{long}”" in words(client.get(inferred.get_absolute_url()).content.decode())


def test_in_the_queue(desk: Client, inferred: Article) -> None:
    assert "2022 推定" in words(desk.get("/desk/?queue=published").content.decode())


def test_nothing_is_said_of_a_stated_year(client: Client, inferred: Article) -> None:
    Article.objects.filter(pk=inferred.pk).update(year_basis="stated", year_evidence="")
    for address in ("/search/?q=窗口", inferred.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "推定，据" not in page

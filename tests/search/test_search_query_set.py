"""The examples of docs/search.md for programmers do what is said there, word for word."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from reports.models import Article
from reports.search.indexing import rebuild
from tests.factories import ArticleFactory, DistrictFactory

pytestmark = pytest.mark.django_db
_DOCS = Path(__file__).resolve().parents[2] / "docs" / "search.md"


def examples() -> list[str]:
    section = _DOCS.read_text("utf-8").split("## SearchQuerySet for programmers", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```python\n(.*?)```", section, re.DOTALL)


def run(example: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(example, names)
    return names


@pytest.fixture(autouse=True)
def shelf() -> list[Article]:
    """Four articles of two districts and three years."""
    first = DistrictFactory(key="370102", name="东渠区")
    second = DistrictFactory(key="370112", name="西渠区")
    articles = [
        ArticleFactory(
            published=True, district=district, published_on=day, year=day.year, headline=headline, lead=lead
        )
        for district, day, headline, lead in (
            (first, date(2022, 3, 1), "食堂开张", "社区养老食堂开张。"),
            (first, date(2023, 4, 1), "社区会议", "社区开会。"),
            (second, date(2023, 5, 1), "上门服务", "社区养老上门。"),
            (second, date(2021, 6, 1), "旧闻", "社区装灯。"),
        )
    ]
    rebuild()
    return articles


def test_there_are_three() -> None:
    assert len(examples()) == 3


def test_filtering_and_counting() -> None:
    assert run(examples()[0])["count"] == 2  # not the meeting, not 2021


def test_order_slices_and_objects() -> None:
    assert run(examples()[1])["headlines"] == ["上门服务", "食堂开张"]


def test_facet_counts_with_narrow() -> None:
    names = run(examples()[2])
    # The divisions around them count, too.
    assert names["districts"].items() >= {"370102": 2, "370112": 1, "990000": 3}.items()
    assert names["years"] == {"2021": 1, "2022": 1, "2023": 2}

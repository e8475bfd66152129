"""Thirty queries a newcomer would type: the table in docs/search.md is what the pages offer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reports.search import ResultPage, SearchRequest, labels, search
from reports.search.indexing import rebuild
from reports.search.request import FACETS
from reports.workflow import load_samples

ROOT = Path(__file__).resolve().parents[2]
_HEADING = "Thirty queries a newcomer would type"
_ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def documented() -> list[tuple[str, str]]:
    """(Query, offer) of each row."""
    section = (ROOT / "docs" / "search.md").read_text().partition(f"## {_HEADING}")[2].partition("\n## ")[0]
    return [(typed, offer.strip()) for typed, _, offer in _ROW.findall(section)]


def first_offer(page: ResultPage) -> str:
    """What the reader sees first: how the query was read, and the first thing to click."""
    told = [*page.notices]
    if page.request.refinements:
        names = {(facet, each.value): each.label for facet in FACETS for each in page.facets[facet]}
        chosen = [
            f"{labels.FACETS[facet]} {names[facet, value]}"
            for facet in FACETS
            for value in page.request.selected(facet)
        ]
        told.append(f"〔{'〕〔'.join(chosen)}〕{page.request.q}".strip())
    elif page.restated:
        told.append(f"〔{page.request.q}〕")
    if page.suggestion_in_words:
        told.append(str(page.suggestion_in_words))
    elif page.hits:
        told.append(f"{page.total} 篇，首篇《{page.hits[0].headline}》")
    elif page.completions:
        told.append(f"可能是：{page.completions[0].in_words}")
    elif page.relaxations:
        told.append(str(page.relaxations[0].in_words))
    else:
        told.append(page.total_in_words)
    return " ".join(told).replace("|", "｜")


@pytest.mark.django_db
def test_the_table_is_what_the_pages_offer() -> None:
    load_samples(ROOT / "samples")
    rebuild()
    rows = documented()
    assert len({typed for typed, _ in rows}) == 30
    shown = [(typed, first_offer(search(SearchRequest(q=typed)))) for typed, _ in rows]
    assert shown == rows
    assert [typed for typed, offer in rows if offer.endswith("没有找到报道。")] == []

"""Result pages made by hand, to test what the page shows without any engine behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reports.search.page import DistrictLabel, FacetValue, Hit, InitiativeLabel, ResultPage, Snippet
from reports.search.request import SearchRequest

XSS = "<script>alert(1)</script>\"'&"


def make_snippet(text: str = "街道把网格铺进楼宇", marks: tuple[tuple[int, int], ...] = ((3, 5),)) -> Snippet:
    return Snippet("body", 3, "s3", text, marks, before=True, after=True)


def make_hit(number: int = 7, **fields: object) -> Hit:
    hit = Hit(
        id=str(number),
        type="article",
        article_id=number,
        url=f"/articles/{number}/",
        headline="楼道里的议事桌",
        kicker="从一张桌子说起",
        heading="",
        district=DistrictLabel("330110", "330110", "余杭区", "杭州市"),
        year=2023,
        published_on=date(2023, 5, 4),
        source="样报",
        page_label="A05",
        initiatives=(InitiativeLabel("hongse-wuye", "红色物业"),),
        score=3.2,
        snippets=(make_snippet(),),
    )
    return replace(hit, **fields)


def make_values(count: int, facet: str = "d", selected: tuple[int, ...] = ()) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(f"{facet}{i}", f"第{i}项", count - i, i in selected) for i in range(count))


def make_page(request: SearchRequest | None = None, **fields: object) -> ResultPage:
    page = ResultPage(
        request=request or SearchRequest(q="网格"),
        interpreted="",
        total=1,
        hits=(make_hit(),),
        facets={},
        suggestion=None,
        took_ms=1.0,
        index_version="1",
    )
    return replace(page, **fields)

"""The years of a search as columns, drawn by the server: each is a link that selects its year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .facet_links import FacetLink

_WIDTH = 224
_HEIGHT = 70  # with the names below
_BASE = 54  # the bottom of the columns
_LEAST_HEIGHT = 1.5
_MOST_YEARS = 30
_LABEL_EVERY = 34  # units between two labels under the columns


@dataclass(frozen=True, slots=True)
class Column:
    """``x``, ``width``: the place of the column; ``top``, ``height``: its bar; ``inferred_height``: the upper
    part of it that stands for inferred years. ``name``: what stands below, empty for most. ``link`` None: no
    hit of this year."""

    year: int
    link: FacetLink | None
    x: float
    width: float
    top: float
    height: float
    inferred_height: float
    name: str

    @property
    def said(self) -> str:
        """2022 年，12 条，含推定 3"""
        if self.link is None:
            return ""
        return "，".join(
            filter(None, (f"{self.year} 年", f"{self.link.count} 条", self.link.value.inferred_in_words))
        )

    @property
    def bar(self) -> float:
        """The width of the bar: a gap tells it from the next."""
        return round(self.width * 0.8, 1)

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class YearChart:
    """``columns`` from the first to the last year, also those without a hit: a gap is seen as one.

    ``inferred``: the number of hits whose year is inferred.
    """

    columns: Sequence[Column]
    inferred: int = 0
    width: int = _WIDTH
    height: int = _HEIGHT
    base: int = _BASE


def year_chart(links: Sequence[FacetLink]) -> YearChart | None:
    """``links``: the values of the facet. None if there are not two years to compare."""
    by_year = {int(link.value.value): link for link in links if link.value.value.isdigit()}
    if len(by_year) < 2:
        return None
    last = max(by_year)
    first = max(min(by_year), last - _MOST_YEARS + 1)
    most = max(link.value.count for link in by_year.values()) or 1
    width = _WIDTH / (last - first + 1)
    step = max(1, round(_LABEL_EVERY / width))
    columns = []
    for index, year in enumerate(range(first, last + 1)):
        link = by_year.get(year)
        count = link.value.count if link else 0
        height = max(_LEAST_HEIGHT, _BASE * count / most) if count else 0.0
        columns.append(
            Column(
                year,
                link,
                x=round(index * width, 1),
                width=round(width, 1),
                top=round(_BASE - height, 1),
                height=round(height, 1),
                inferred_height=round(height * link.value.inferred / count, 1) if link and count else 0.0,
                name=str(year) if (last - year) % step == 0 else "",
            )
        )
    return YearChart(columns, sum(link.value.inferred for link in by_year.values()))

"""A table of counts by year: each count with the address of the search that finds so many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from reports.search.page import FacetValue
from reports.search.request import SearchRequest

from .addresses import search_address
from .district_tree import DistrictTree

_FIRST_ROWS = 30
_LONG_NAME = 16
_MANY_YEARS = 8
_YEAR = "\x01"  # requests are read without control characters, so no parameter contains it


@dataclass(frozen=True, slots=True)
class Cell:
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class YearRow:
    """``total`` counts all years of the row. ``depth``: 1 for a city in its province, 2 for a district."""

    value: FacetValue
    label: str
    depth: int
    cells: list[Cell]
    total: Cell

    @property
    def has_long_name(self) -> bool:
        return len(self.label) > _LONG_NAME


@dataclass(frozen=True, slots=True)
class YearTable:
    """``across``: the facet of the rows. ``row_count``: of the whole table, of which ``rows`` may be the
    first."""

    across: str
    years: list[str]
    rows: list[YearRow]
    row_count: int

    @property
    def is_cut(self) -> bool:
        return len(self.rows) < self.row_count

    @property
    def is_wide(self) -> bool:
        """Whether it is printed on sheets laid across."""
        return len(self.years) > _MANY_YEARS


def year_table(
    request: SearchRequest,
    across: str,
    values: Sequence[FacetValue],
    years: Sequence[FacetValue],
    counts: Mapping[str, Mapping[str, int]],
    *,
    with_all_rows: bool,
) -> YearTable:
    """``counts``: year -> value of ``across`` -> number of articles. ``values`` in the order of the rows;
    districts follow the city and province that count them as well."""
    entries = [(value, value.label, 0) for value in values]
    if across == "district":
        entries = [(node.value, node.label, node.depth) for node in DistrictTree(values).all()]
    shown = entries if with_all_rows else entries[:_FIRST_ROWS]
    rows = [
        YearRow(value, label, depth, *_cells(request, across, value, years, counts))
        for value, label, depth in shown
    ]
    return YearTable(across, [year.label for year in years], rows, len(entries))


def _cells(
    request: SearchRequest,
    across: str,
    value: FacetValue,
    years: Sequence[FacetValue],
    counts: Mapping[str, Mapping[str, int]],
) -> tuple[list[Cell], Cell]:
    """Of each year, and of all."""
    of_row = request.with_refinement(across, (value.value,))
    # The long common part of the addresses is built only once.
    pattern = search_address(of_row.with_refinement("year", (_YEAR,))).replace("%", "%%")
    pattern = pattern.replace(f"%%{ord(_YEAR):02X}", "%s")
    cells = [Cell(counts[year.value].get(value.value, 0), pattern % quote_plus(year.value)) for year in years]
    return cells, Cell(value.count, search_address(of_row))

"""A table of counts by year: each count with the address of the search that finds so many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from reports.search.page import FacetValue
from reports.search.request import SearchRequest

from .addresses import search_address

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
    """``total`` counts all years of the row."""

    value: FacetValue
    cells: list[Cell]
    total: Cell

    @property
    def has_long_name(self) -> bool:
        return len(self.value.label) > _LONG_NAME


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
    """``counts``: year -> value of ``across`` -> number of articles. ``values`` in the order of the rows."""
    shown = values if with_all_rows else values[:_FIRST_ROWS]
    rows = [_row(request, across, value, years, counts) for value in shown]
    return YearTable(across, [year.label for year in years], rows, len(values))


def _row(
    request: SearchRequest,
    across: str,
    value: FacetValue,
    years: Sequence[FacetValue],
    counts: Mapping[str, Mapping[str, int]],
) -> YearRow:
    of_row = request.with_refinement(across, (value.value,))
    # The long common part of the addresses is built only once.
    pattern = search_address(of_row.with_refinement("year", (_YEAR,))).replace("%", "%%")
    pattern = pattern.replace(f"%%{ord(_YEAR):02X}", "%s")
    cells = [Cell(counts[year.value].get(value.value, 0), pattern % quote_plus(year.value)) for year in years]
    return YearRow(value, cells, Cell(value.count, search_address(of_row)))

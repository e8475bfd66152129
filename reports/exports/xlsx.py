"""XLSX for Excel and WPS: years and dates are typed, codes keep their zeros, the last column is a link.

The rows go to a file on disk as they come, so memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from .exporter import COLUMNS, Exporter, Row, in_one_line

_ROWS_A_SHEET = 1_048_575
"""What Excel can hold, beside the heading."""
_LINKS_A_SHEET = 65_530
"""Excel's limit. Further addresses are text."""
_LINK = COLUMNS.index("链接")
_WIDTHS = {
    "序号": 6,
    "标题": 44,
    "引题": 24,
    "年份依据": 16,
    "日期": 11,
    "来源": 14,
    "举措": 28,
    "另涉区县": 20,
    "命中章节": 28,
    "摘要": 60,
    "引文": 40,
    "链接": 36,
}
_PIECE = 1 << 16


class XlsxExporter(Exporter):
    format = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def write(self, rows: Iterable[Row]) -> Iterator[bytes]:
        with TemporaryFile() as file:
            _write_workbook(file, rows)
            file.seek(0)
            while piece := file.read(_PIECE):
                yield piece


def _write_workbook(file: IO[bytes], rows: Iterable[Row]) -> None:
    with TemporaryDirectory() as folder, Workbook(file, {"constant_memory": True, "tmpdir": folder}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = _new_sheet(book)
        for number, row in enumerate(rows):
            index = number % _ROWS_A_SHEET
            if number and not index:
                sheet = _new_sheet(book)
            for column, cell in enumerate(row):
                if column == _LINK and index < _LINKS_A_SHEET:
                    sheet.write_url(index + 1, column, str(cell))
                elif isinstance(cell, int):
                    sheet.write_number(index + 1, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(index + 1, column, cell, day)
                elif cell:
                    sheet.write_string(index + 1, column, _as_text(cell))


def _new_sheet(book: Workbook) -> Worksheet:
    sheet: Worksheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, _WIDTHS.get(name, 9))
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)
    # Codes of districts and numbers of pages are text that looks like numbers.
    sheet.ignore_errors({"number_stored_as_text": f"A1:Q{_ROWS_A_SHEET + 1}"})
    return sheet


def _as_text(cell: str) -> str:
    line = in_one_line(cell)
    # XlsxWriter takes a string in these tags for XML that it has formatted itself.
    return f" {line}" if line.startswith("<r>") and line.endswith("</r>") else line

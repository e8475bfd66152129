"""CSV for Excel and WPS: UTF-8 with a byte order mark, CRLF, no cell that is read as a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from .exporter import COLUMNS, Cell, Exporter, Row, in_one_line

_BOM = b"\xef\xbb\xbf"
_SIGNS = frozenset("=+-@＝＋－＠")
"""Spreadsheets in East Asia also accept the full-width signs (OWASP, “CSV Injection”)."""
_ROWS_A_PIECE = 50


class CsvExporter(Exporter):
    format = "csv"
    media_type = "text/csv; charset=utf-8"

    def write(self, rows: Iterable[Row]) -> Iterator[bytes]:
        # The heading is sent before the first hit is built, so the download starts at once.
        return csv_pieces(COLUMNS, rows)


def csv_pieces(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[bytes]:
    """The file in pieces of several rows, every cell made harmless."""
    yield _BOM + _encoded([columns])
    batch: list[tuple[str, ...]] = []
    for row in rows:
        batch.append(tuple(harmless(_printed(cell)) for cell in row))
        if len(batch) == _ROWS_A_PIECE:
            yield _encoded(batch)
            batch = []
    if batch:
        yield _encoded(batch)


def harmless(cell: str) -> str:
    """The cell in one line, without control characters and without anything that is read as a formula.

    A leading apostrophe marks text. It is also added if blanks or invisible characters precede the sign.
    """
    line = in_one_line(cell)
    first = next((c for c in line if unicodedata.category(c)[0] not in "CZ"), "")
    return f"'{line}" if first in _SIGNS or cell[:1] in _SIGNS | {"\t", "\r", "\n"} else line


def _printed(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _encoded(rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()

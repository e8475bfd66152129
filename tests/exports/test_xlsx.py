"""A workbook of all hits: typed cells, zeros kept, links, nothing that runs, memory that does not grow."""

from __future__ import annotations

import gc
import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.exports import EXPORTERS, CsvExporter, XlsxExporter, xlsx
from reports.exports.article_details import ArticleDetails
from reports.exports.exporter import COLUMNS
from reports.search import Hit, SearchRequest, iterate_hits
from reports.search.request import Scope

from .test_csv import HIT, read


@pytest.fixture
def cited(monkeypatch: pytest.MonkeyPatch) -> None:
    details = ArticleDetails("引文。", ("海门市",))
    monkeypatch.setattr(
        "reports.exports.exporter.details_of", lambda ids, base, day: dict.fromkeys(ids, details)
    )


def written(hits: Iterator[Hit] | list[Hit]) -> bytes:
    exporter = XlsxExporter("http://archive.test")
    return b"".join(exporter.write(exporter.rows(hits)))


def sheets(data: bytes) -> list[Worksheet]:
    return list(load_workbook(io.BytesIO(data)).worksheets)


def cells(sheet: Worksheet, number: int = 2) -> dict[str, Any]:
    return dict(zip(COLUMNS, sheet[number], strict=True))


@pytest.mark.usefixtures("cited")
class TestCells:
    def test_they_have_the_type_of_what_they_hold(self) -> None:
        (sheet,) = sheets(written([HIT]))
        row = cells(sheet)
        assert (row["序号"].value, row["年份"].value) == (1, 2021)
        assert row["日期"].value == datetime(2021, 3, 5)
        assert row["日期"].number_format == "yyyy-mm-dd"
        assert row["年份依据"].value == "原文注明"
        assert row["引文"].value == "引文。"

    def test_leading_zeros_stay(self) -> None:
        district = replace(HIT.district, code="010203")  # type: ignore[type-var]
        row = cells(sheets(written([replace(HIT, district=district, page_label="07")]))[0])
        assert (row["区划代码"].value, row["版次"].value) == ("010203", "07")
        assert {row["区划代码"].data_type, row["版次"].data_type} == {"s"}

    def test_the_last_one_is_a_link(self) -> None:
        row = cells(sheets(written([replace(HIT, url="/articles/7/#s2")]))[0])
        assert row["链接"].value == "http://archive.test/articles/7/#s2"
        link = row["链接"].hyperlink
        assert (link.target, link.location) == ("http://archive.test/articles/7/", "s2")

    def test_what_is_not_known_is_an_empty_cell(self) -> None:
        bare = replace(HIT, district=None, year=None, year_basis="", published_on=None)
        row = cells(sheets(written([bare]))[0])
        assert {row[name].value for name in ("区划代码", "年份", "年份依据", "日期")} == {None}

    @pytest.mark.parametrize(
        "text",
        ["=1+1", "+1", "@a", "{=1}", "http://a.test", "007", "2021-03-05", "1e5", '<b>&"', "  甲"],
    )
    def test_text_stays_text(self, text: str) -> None:
        cell = cells(sheets(written([replace(HIT, headline=text)]))[0])["标题"]
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)

    def test_text_that_looks_like_xml_stays_text(self) -> None:
        text = "<r><t>甲</t></r>"
        assert cells(sheets(written([replace(HIT, headline=text)]))[0])["标题"].value == f" {text}"

    def test_a_cell_is_one_line_that_every_encoding_has(self) -> None:
        row = cells(sheets(written([replace(HIT, headline="上\r\n下\x00坏\ud800字")]))[0])
        assert row["标题"].value == "上 下坏字"

    def test_a_sample_says_so(self) -> None:
        row = cells(sheets(written([replace(HIT, is_sample=True)]))[0])
        assert row["标题"].value.startswith("【示例】")


@pytest.mark.usefixtures("cited")
def test_the_heading_stays_in_sight_and_is_there_without_a_hit() -> None:
    (sheet,) = sheets(written([]))
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == 1


@pytest.mark.usefixtures("cited")
def test_what_a_sheet_cannot_hold_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_ROWS_A_SHEET", 3)
    monkeypatch.setattr(xlsx, "_LINKS_A_SHEET", 2)
    first, second = sheets(written([HIT] * 5))
    assert [row[0].value for sheet in (first, second) for row in sheet.iter_rows(min_row=2)] == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert [bool(row[-1].hyperlink) for row in first.iter_rows(min_row=2)] == [True, True, False]
    assert {row[-1].value for row in first.iter_rows(min_row=2)} == {"http://archive.test/articles/7/"}


@pytest.mark.usefixtures("cited")
def test_memory_does_not_grow_with_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without links, of which Excel allows a limited number; the rows themselves are on disk."""
    monkeypatch.setattr(xlsx, "_LINKS_A_SHEET", 0)

    def peak(count: int) -> int:
        gc.collect()
        tracemalloc.start()
        try:
            exporter = XlsxExporter("http://archive.test")
            for _piece in exporter.write(exporter.rows(replace(HIT, article_id=n) for n in range(count))):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(4000) < 2.5 * peak(400)  # rows kept in memory take ten times as much


@pytest.mark.usefixtures("cited")
def test_a_failure_in_the_middle_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def failing() -> Iterator[Hit]:
        yield HIT
        raise OSError("index gone")

    with pytest.raises(OSError, match="index gone"):
        written(failing())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scope", list(Scope))
def test_it_holds_the_cells_of_the_csv(searchable: SimpleNamespace, scope: Scope) -> None:
    request = SearchRequest(q="水渠 OR 产业链", scope=scope, page=3, page_size=1)
    rows = read(b"".join(CsvExporter("http://archive.test").export(request)))
    (sheet,) = sheets(b"".join(EXPORTERS["xlsx"]("http://archive.test").export(request)))

    def printed(value: Any) -> str:
        return "" if value is None else value.date().isoformat() if isinstance(value, date) else str(value)

    taken = [[printed(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    assert taken == [[cell.removeprefix("'") for cell in row] for row in rows]
    assert len(taken) == len(list(iterate_hits(request))) + 1 > 1


def test_the_file_is_a_zip_of_xml(searchable: SimpleNamespace) -> None:
    data = b"".join(XlsxExporter("http://archive.test").export(SearchRequest()))
    assert ZipFile(io.BytesIO(data)).testzip() is None

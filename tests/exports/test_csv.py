"""CSV that Excel and WPS open as it is, with all hits and nothing they would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from reports.exports import EXPORTERS, CsvExporter
from reports.exports.article_details import ArticleDetails
from reports.exports.csv import harmless
from reports.search import Hit, SearchRequest, iterate_hits
from reports.search.page import DistrictLabel, InitiativeLabel, Snippet
from reports.search.request import Scope

HEADING = (  # noqa: SIM905
    "序号 标题 引题 区划代码 区县 城市 年份 年份依据 日期 来源 版次 举措 另涉区县 命中章节 摘要 引文 链接"
).split()

HIT = Hit(
    id="7",
    type="article",
    article_id=7,
    url="/articles/7/",
    headline="修渠，先修“人心渠”",
    kicker="",
    heading="",
    district=DistrictLabel("330102", "330102", "市中区", "兰溪市"),
    year=2021,
    published_on=date(2021, 3, 5),
    source="兰溪日报",
    page_label="A02",
    initiatives=(InitiativeLabel("a", "晚灯工程"), InitiativeLabel("b", "信号灯, 机制")),
    score=3.14159,
    snippets=(
        Snippet("body", 1, "s1", "第一段", ((0, 2),)),
        Snippet("lead", 0, "lead", "第二段", ()),
    ),
    matched_headings=("一、清淤", "二、管护"),
    year_basis="stated",
)


@pytest.fixture(autouse=True)
def cited(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the rows of hits made by hand say of their article; there is none in the database."""
    details = ArticleDetails("引文。", ("海门市高新区", "海门市"))
    monkeypatch.setattr(
        "reports.exports.exporter.details_of", lambda ids, base, day: dict.fromkeys(ids, details)
    )


def rows(*hits: Hit) -> list[list[str]]:
    exporter = CsvExporter("http://archive.test/")
    return read(b"".join(exporter.write(exporter.rows(hits))))


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_file_begins_with_a_byte_order_mark_and_ends_lines_with_crlf() -> None:
    exporter = CsvExporter("http://archive.test")
    data = b"".join(exporter.write(exporter.rows([HIT])))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == 2


def test_a_row_holds_the_hit() -> None:
    heading, row = rows(HIT)
    assert heading == HEADING
    assert row == [
        "1",
        "修渠，先修“人心渠”",
        "",
        "330102",
        "市中区",
        "兰溪市",
        "2021",
        "原文注明",
        "2021-03-05",
        "兰溪日报",
        "A02",
        "晚灯工程；信号灯, 机制",
        "海门市高新区；海门市",
        "一、清淤；二、管护",
        "第一段 … 第二段",
        "引文。",
        "http://archive.test/articles/7/",
    ]


def test_what_is_not_known_is_an_empty_cell() -> None:
    bare = replace(HIT, district=None, year=None, published_on=None, initiatives=(), snippets=())
    row = dict(zip(HEADING, rows(bare)[1], strict=True))
    assert [row[name] for name in ("区划代码", "区县", "年份", "日期", "举措", "摘要")] == [""] * 6
    zone = replace(HIT, district=DistrictLabel("gaoxin", None, "高新区", "兰溪市"))
    assert rows(zone)[1][3:5] == ["", "高新区"]


@pytest.mark.parametrize(
    ("basis", "evidence", "cell"),
    [
        ("stated", "", "原文注明"),
        ("set", "", "人工填写"),
        ("inferred", "2021年" + "长" * 60, f"推定：2021年{'长' * 60}"),
        ("", "", ""),
    ],
)
def test_the_basis_of_the_year_comes_with_its_evidence(basis: str, evidence: str, cell: str) -> None:
    row = dict(zip(HEADING, rows(replace(HIT, year_basis=basis, year_evidence=evidence))[1], strict=True))
    assert row["年份依据"] == cell


def test_a_sample_says_so_in_its_title() -> None:
    assert rows(replace(HIT, is_sample=True))[1][1] == "【示例】修渠，先修“人心渠”"


def test_a_section_names_itself() -> None:
    row = rows(replace(HIT, type="section", heading="二、管护", url="/articles/7/#s2"))[1]
    assert row[13] == "二、管护"
    assert row[16] == "http://archive.test/articles/7/#s2"


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@a",
        "\t=1",
        "\r=1",
        "\n=1",
        "\t甲",
        "\r甲",
        "＝1+1",
        "＋1",
        "－1",
        "＠a",
        "  =1",
        "\x00=1",
        "\u200b=1",
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(cell: str) -> None:
    assert harmless(cell).startswith("'")
    assert rows(replace(HIT, headline=cell))[1][1].startswith("'")


@pytest.mark.parametrize("cell", ["党建", "1+1", "5300计划", "（一）", "“=1”", "", "—"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


def test_a_row_stays_on_one_line() -> None:
    data = rows(replace(HIT, headline="上\r\n下\n中\u2028\x0b末", kicker='甲,"乙"\x00'))
    assert data[1][1:3] == ["上 下 中 末", '甲,"乙"']
    assert len(data) == 2


def test_lone_surrogates_do_not_stop_the_file() -> None:
    assert rows(replace(HIT, headline="坏\ud800字"))[1][1] == "坏字"


def test_rows_are_written_as_hits_come() -> None:
    taken = 0

    def endless() -> Iterator[Hit]:
        nonlocal taken
        while True:
            taken += 1
            yield HIT

    exporter = CsvExporter("http://archive.test")
    pieces = exporter.write(exporter.rows(endless()))
    assert "序号" in next(pieces).decode("utf-8-sig")
    assert taken == 0
    next(pieces)
    assert 0 < taken <= 200


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("", "检索结果-2024-05-01.csv"),
        ("党建引领 产业链", "检索结果-党建引领 产业链-2024-05-01.csv"),
        ('标题:"a/b\\c" <d>|*?', "检索结果-标题 a b c d-2024-05-01.csv"),
        ("../../etc\r\nX: y\x00", "检索结果-etc X y-2024-05-01.csv"),
        ("...", "检索结果-2024-05-01.csv"),
    ],
)
def test_the_file_name_is_safe_and_says_what_and_when(q: str, name: str) -> None:
    assert CsvExporter("").file_name(SearchRequest(q=q), date(2024, 5, 1)) == name


def test_a_long_query_does_not_make_a_long_name() -> None:
    assert len(CsvExporter("").file_name(SearchRequest(q="党" * 1000), date(2024, 5, 1))) < 70


@pytest.mark.parametrize("scope", list(Scope))
def test_the_file_holds_every_hit_in_order(searchable: SimpleNamespace, scope: Scope) -> None:
    request = SearchRequest(q="水渠 OR 产业链", scope=scope, page=3, page_size=1)
    data = read(b"".join(EXPORTERS["csv"]("http://archive.test").export(request)))
    hits = list(iterate_hits(request))
    assert len(hits) > 0
    assert [row[0] for row in data[1:]] == [str(n) for n in range(1, len(hits) + 1)]
    assert [row[16] for row in data[1:]] == [f"http://archive.test{hit.url}" for hit in hits]


def test_the_search_is_carried_out_before_the_first_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """A view can still answer with an error page."""

    def broken(*_: object) -> Iterator[Hit]:
        raise RuntimeError("no index")

    monkeypatch.setattr("reports.exports.exporter.iterate_hits", broken)
    with pytest.raises(RuntimeError):
        CsvExporter("").export(SearchRequest())

"""The dry run says in JSON what the archive would read, without a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from reports.models import Initiative
from reports.workflow import save_initiative

PAGE = """山城区县观察 2021年3月12日 A04版

夜校的灯亮到九点
——济南市历城区“星火夜课工程”走进院落

记者 方禾

从一盏灯说起

入春以来，历城区开办“星火夜课工程”，先后有266个村报名，投入3283万元。第一堂课讲的是修水管，来的人坐满了半个院子。

课表贴在墙上

“星火夜课工程”的课表由街坊自己排。上个月报名的人数增长11.7%，最晚的一堂课上到九点，灯也就亮到九点。
"""
KEYS = [
    *(
        "kicker",
        "headline",
        "deck",
        "lead",
        "contributors",
        "sections",
        "figures",
        "pull_quotes",
        "furniture",
    ),
    *("district", "districts", "year", "year_basis", "year_evidence", "published_on", "source", "page_label"),
    *("initiatives", "statistics", "blocks", "problems"),
]

Parse = Callable[..., Any]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    def run(data: str | bytes, name: str = "夜校 一版.txt", **options: Any) -> Any:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        out = StringIO()
        call_command("parse_report", str(path), stdout=out, **options)
        return json.loads(out.getvalue())

    return run


def test_every_key_is_there_in_order(parse: Parse) -> None:
    assert list(parse(PAGE)) == KEYS


def test_article_is_read_and_recognised(parse: Parse) -> None:
    article = parse(PAGE)
    assert article["headline"] == "夜校的灯亮到九点"
    assert article["district"] == {"key": "370112", "code": "370112", "name": "历城区", "city": "济南市"}
    assert article["districts"][0] == article["district"]
    assert (article["year"], article["published_on"], article["page_label"]) == (2021, "2021-03-12", "A04")
    assert [section["heading"] for section in article["sections"]] == ["从一盏灯说起", "课表贴在墙上"]
    assert article["contributors"] == [{"name": "方禾", "role": "reporter"}]
    found = {(s["value"], s["unit"]): s["quantity"] for s in article["statistics"]}
    assert found["266", "个"] == 266
    assert found["3283", "万元"] == 32_830_000


def test_offsets_cut_the_name_out_of_its_section(parse: Parse) -> None:
    article = parse(PAGE)
    (initiative,) = [one for one in article["initiatives"] if "夜课" in one["name"]]
    in_bodies = [mention for mention in initiative["mentions"] if mention["field"] == "body"]
    assert {mention["section"] for mention in in_bodies} == {1, 2}
    for mention in in_bodies:
        body = "\n".join(article["sections"][mention["section"] - 1]["paragraphs"])
        assert body[mention["start"] : mention["end"]] == "星火夜课工程"
    for figure in article["statistics"]:
        if figure["field"] == "body":
            body = "\n".join(article["sections"][figure["section"] - 1]["paragraphs"])
            assert body[figure["start"] : figure["end"]].startswith(figure["value"])


def test_every_character_lies_in_exactly_one_block(parse: Parse) -> None:
    blocks = parse(PAGE)["blocks"]
    printed = "".join("".join(block["text"].split()) for block in blocks)
    assert sorted(printed) == sorted("".join(PAGE.split()))


@pytest.mark.parametrize("charset", ["gb18030", "utf-16", "utf-8-sig"])
def test_charset_makes_no_difference(parse: Parse, charset: str) -> None:
    assert parse(PAGE.encode(charset)) == parse(PAGE)


def test_several_articles_are_a_list(parse: Parse) -> None:
    lines = [{"title": f"第{n}则", "text": "正文一段。", "date": "2020-05-06"} for n in (1, 2)]
    articles = parse("\n".join(json.dumps(line) for line in lines), "清单.jsonl")
    assert [(r["headline"], r["published_on"]) for r in articles] == [
        ("第1则", "2020-05-06"),
        ("第2则", "2020-05-06"),
    ]
    assert parse(json.dumps(lines[0]), "清单.jsonl")["headline"] == "第1则"


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "空.txt", "空.txt：文件是空的"),
        (b"\x00\x01\x02\x03" * 500, "程序.txt", "程序.txt："),
        (b"PK\x03\x04" + b"\x00" * 100, "改名.txt", "压缩包"),
        (b"{}\n{oops", "坏.jsonl", "第1行"),
    ],
)
def test_what_is_no_document_is_said_in_chinese(parse: Parse, data: bytes, name: str, message: str) -> None:
    with pytest.raises(CommandError, match=message) as error:
        parse(data, name)
    assert error.value.returncode == 1


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="不存在"):
        call_command("parse_report", str(tmp_path / "没有.txt"))
    with pytest.raises(CommandError, match="文件夹"):
        call_command("parse_report", str(tmp_path))


@pytest.mark.django_db
def test_with_the_database_what_curators_set_is_known(parse: Parse) -> None:
    text = PAGE.replace("“星火夜课工程”", "听星火")
    assert not [one for one in parse(text)["initiatives"] if one["name"] == "听星火"]
    save_initiative(Initiative(name="听星火", kind="brand"))
    assert not [one for one in parse(text)["initiatives"] if one["name"] == "听星火"]
    assert [one["kind"] for one in parse(text, with_db=True)["initiatives"] if one["name"] == "听星火"] == [
        "brand"
    ]


def test_missing_database_is_said(parse: Parse, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise DatabaseError("no such table")

    monkeypatch.setattr("reports.management.commands.parse_report.archive_dictionaries", fail)
    with pytest.raises(CommandError, match="--with-db"):
        parse(PAGE, with_db=True)

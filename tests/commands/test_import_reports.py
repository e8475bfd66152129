"""The import as an operator runs it: arguments, messages, exit code, and what can then be found."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reports.models import Accession, Article, OutboxRow
from reports.models.article import State
from reports.search.indexing.status import status

pytestmark = pytest.mark.django_db


def run(*paths: Path, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_reports", *map(str, paths), stdout=out, stderr=err, verbosity=0, **options)
    return out.getvalue(), err.getvalue()


def article(number: int, **more: object) -> str:
    text = f"院落里新添了{number}盏灯，街坊晚上愿意出门。"
    return json.dumps({"title": f"第{number}盏灯", "text": text, **more}, ensure_ascii=False)


def test_published_articles_are_indexed_when_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "清单 一.jsonl"
    path.write_text("\n".join(article(n, date="2021-02-03") for n in range(1, 8)))
    out, err = run(path, publish=True)
    assert out.splitlines()[0] == "共7份：新建报道7篇，发布7篇，已有0份，失败0份。"
    assert err == ""
    assert {(r.state, r.year) for r in Article.objects.all()} == {(State.PUBLISHED, 2021)}
    assert not OutboxRow.objects.exists()
    assert status().engine.indexed == 7
    out, _ = run(path, publish=True)
    assert out == "共7份：新建报道0篇，发布0篇，已有7份，失败0份。\n"


def test_failures_are_told_line_by_line_and_the_exit_code_is_one(tmp_path: Path) -> None:
    path = tmp_path / "清单.jsonl"
    path.write_text(f"{article(1)}\noops\n{article(2)}\n")
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="1份") as error:
        call_command("import_reports", str(path), stdout=out, stderr=err, verbosity=0)
    assert error.value.returncode == 1
    assert err.getvalue().startswith("清单.jsonl 第2行：")
    assert "失败1份" in out.getvalue()
    assert Article.objects.count() == 2


def test_options_say_what_the_text_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f"{article(1)}\n{article(2, date='2018-01-02', source='农家报')}\n")
    run(tmp_path, district="济南市历城区", year=2020, source="山里日报")
    assert {
        (r.year, r.source, r.district.key) for r in Article.objects.select_related("district") if r.district
    } == {
        (2020, "山里日报", "370112"),
        (2018, "农家报", "370112"),
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"district": "市中区"}, "市中区（370103）"),
        ({"district": "无此区"}, "没有找到区划"),
        ({"source": "长" * 101}, "100字"),
    ],
)
def test_options_that_make_no_sense_are_refused_before_anything_is_taken(
    tmp_path: Path, options: dict[str, str], message: str
) -> None:
    (tmp_path / "a.jsonl").write_text(article(1))
    with pytest.raises(CommandError, match=message):
        run(tmp_path, **options)
    assert not Article.objects.exists()


@pytest.mark.parametrize("year", ["1800", "二零二零", "20"])
def test_year_that_is_none_is_refused(tmp_path: Path, year: str) -> None:
    with pytest.raises(CommandError, match="年份"):
        call_command("import_reports", str(tmp_path), f"--year={year}")


def test_bar_runs_on_the_error_stream(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jsonl").write_text(f"{article(1)}\n{article(2)}\n")
    call_command("import_reports", str(tmp_path))
    printed = capsys.readouterr()
    assert "2/2" in printed.err
    assert "2/2" not in printed.out


@pytest.mark.shared
def test_the_five_pages_are_of_their_districts(shared: Path) -> None:
    run(shared / "reports", publish=True)
    found = {
        article.accession.file_name[:3]: (
            article.district.full_name if article.district else "",
            article.year,
        )
        for article in Article.objects.select_related("accession", "district__city")
    }
    assert {number: name for number, (name, _) in found.items()} == {
        "000": "济南市历城区",
        "001": "济南市市中区",
        "002": "济南市高新区",
        "003": "济南市天桥区",
        "004": "青岛市崂山区",
    }
    assert {number: year for number, (_, year) in found.items()} == {
        "000": None,
        "001": 2023,
        "002": 2023,
        "003": None,
        "004": 2022,
    }
    assert Article.objects.published().count() == status().engine.indexed == 5


@pytest.mark.parametrize(
    "district", ["济南市厉城区", "上海市庐山区", "青岛历城区", "厦门市杏林区", "历城区、市中区"]
)
def test_a_district_that_is_not_understood_is_refused_and_nothing_is_taken_in(
    tmp_path: Path, district: str
) -> None:
    path = tmp_path / "甲.jsonl"
    path.write_text(article(1))
    with pytest.raises(CommandError, match=f"“{district}”") as refused:
        run(path, publish=True, district=district)
    assert refused.value.returncode != 0
    assert not Article.objects.exists()
    assert not Accession.objects.exists()


def test_the_refusal_names_the_part_and_the_nearest_place(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="“厉城区”不认识。最接近的是济南市历城区（370112）"):
        run(tmp_path, district="济南市厉城区")


def test_what_was_not_understood_is_held_back_and_what_is_doubtful_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "甲.jsonl"
    lines = [
        article(1, date="2021-02-03", place="历城区"),
        article(2, place="历城区"),
        article(3, date="2021-02-03", place="济南市厉城区"),
    ]
    path.write_text("\n".join(lines))
    out, _ = run(path, publish=True)
    assert out.splitlines()[0] == "共3份：新建报道3篇，发布2篇，已有0份，失败0份。"
    assert "有1篇还有待核对之处，请到编辑台“已发布”一栏" in out
    assert "有1篇写明的区划没有看懂，没有发布" in out
    out, _ = run(path, publish=True)
    assert out.splitlines()[0] == "共3份：新建报道0篇，发布0篇，已有3份，失败0份。"
    assert "有1篇写明的区划没有看懂，没有发布" in out

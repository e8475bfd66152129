"""``search`` and ``export_results``: readable output, queries with a dash, files written whole."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from reports.language.segment import default_segmenter
from reports.management.commands.export_results import write_whole
from reports.management.search_arguments import guard_leading_dashes
from reports.search import connection


def run(command: str, *arguments: str) -> str:
    output = io.StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()


def test_the_listing_can_be_read(searchable: SimpleNamespace) -> None:
    shown = run("search", "水渠 村口", "--year=2021")
    assert shown.startswith("共 1 篇报道。\n")
    assert "1. 【水渠】通到【村口】，晚灯亮到天明" in shown
    assert "兰溪市市中区  2021-03-05  兰溪日报  A02 版\n" in shown
    assert f"/articles/{searchable.articles[0].pk}/" in shown
    assert "年份：✓2021 1" in shown


def test_the_listing_says_when_there_is_nothing(searchable: SimpleNamespace) -> None:
    assert "没有找到报道。" in run("search", "查无此词")
    assert "共 3 篇报道，这一页上没有了。" in run("search", "水渠", "--page=9")


def test_pages_go_on_counting(searchable: SimpleNamespace) -> None:
    shown = run("search", "水渠", "--page=2", "--page-size=2")
    assert "共 3 篇报道，这里是第 3 篇。" in shown
    assert "\n3. " in shown
    assert "\n1. " not in shown
    assert "\n第 2 页，共 2 页\n" in shown


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        (["党建"], ["党建"]),
        (["-党建"], ["--", "-党建"]),
        (["-(a b)", "--json"], ["--json", "--", "-(a b)"]),
        (["--sort", "-date", "党建"], ["--sort=-date", "党建"]),
        (["-o", "x.csv", "-党建"], ["-o", "x.csv", "--", "-党建"]),
        (["--", "-C++"], ["--", "-C++"]),
        (["-"], ["-"]),
    ],
)
def test_a_dash_before_a_word_is_no_option(given: list[str], passed: list[str]) -> None:
    assert guard_leading_dashes(given) == passed


def test_an_export_replaces_the_file_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "结果.csv"
    target.write_bytes(b"old")

    def broken() -> Iterator[bytes]:
        yield b"new"
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        write_whole(target, broken())
    assert target.read_bytes() == b"old"
    assert write_whole(target, [b"ne", b"w"]) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["结果.csv"]
    assert target.read_bytes() == b"new"


def test_a_folder_that_is_not_there_is_said(searchable: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="无法写入"):
        run("export_results", "水渠", "-o", str(tmp_path / "没有" / "a.csv"))


def test_a_damaged_index_is_said(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from reports.search.contract.errors import IndexDamaged

    class Broken:
        segmenter = staticmethod(default_segmenter)

        def find(self, compiled: object) -> object:
            raise IndexDamaged

    monkeypatch.setattr(connection, "engine", Broken)
    for command in (["search", "水渠"], ["export_results", "水渠", "-o", str(tmp_path / "a.csv")]):
        with pytest.raises(CommandError, match="rebuild_index"):
            run(*command)

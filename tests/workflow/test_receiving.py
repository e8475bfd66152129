"""The one way in takes everything once, tells what became of each document, and goes on after a fault."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError

from reports.ingest.parsed import ParsedArticle
from reports.models import Accession, Article, Event, OutboxRow
from reports.models.article import State
from reports.workflow import (
    DraftOptions,
    count_documents,
    files_at,
    publish,
    read_original,
    receive,
    revisions,
    withdraw,
)
from reports.workflow.receiving import incoming as incoming_module
from reports.workflow.receiving import receive as receive_module
from tests.receiving import imported

from .conftest import PAGE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def drained(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What waited each time the import had the index follow."""
    calls: list[int] = []

    def drain(progress: object = None) -> str:
        calls.append(OutboxRow.objects.count())
        OutboxRow.objects.all().delete()
        return ""

    monkeypatch.setattr("tests.receiving.drain_or_tell", drain)
    return calls


@pytest.fixture
def by_text(page: ParsedArticle, monkeypatch: pytest.MonkeyPatch) -> None:
    """The headline is the document's text, so that the tests see which document became which article."""
    from reports.ingest import UnreadableDocument

    def parse(data: bytes, name: str = "") -> list[ParsedArticle]:
        if b"\x00" in data:
            raise UnreadableDocument("这不是文本文件。")
        return [replace(PAGE, headline=data.decode())]

    monkeypatch.setattr("reports.workflow.drafting.recognition.parse_document", parse)


def headlines() -> list[str]:
    return sorted(Article.objects.values_list("headline", flat=True))


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("by_text")]


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def test_files_folders_zips_and_lists(tmp_path: Path) -> None:
    write(tmp_path, {"六月/10.txt": "十", "六月/2.txt": "二", "六月/.DS_Store": "x", "单 独.txt": "单独"})
    with zipfile.ZipFile(tmp_path / "七月.zip", "w") as archive:
        archive.writestr("七月/一.txt", "七月一")
    write(tmp_path, {"八月.jsonl": "八月一\n\n八月二\n"})
    paths = [tmp_path / "六月", tmp_path / "单 独.txt", tmp_path / "七月.zip", tmp_path / "八月.jsonl"]
    assert count_documents(files_at(paths)) == 7
    summary = imported(paths)
    assert (summary.documents, summary.new_articles, summary.failures) == (6, 6, [])
    assert list(Article.objects.order_by("pk").values_list("headline", flat=True)) == [
        "二",
        "十",
        "单独",
        "七月一",
        "八月一",
        "八月二",
    ]
    member = Accession.objects.get(file_name="一.txt")
    assert member.container is not None
    assert member.container.file_name == "七月.zip"
    line = Article.objects.get(headline="八月二").accession
    assert (line.file_name, line.line, read_original(line)) == ("八月.jsonl", 3, "八月二".encode())


def test_second_import_makes_nothing_new(tmp_path: Path) -> None:
    write(tmp_path, {"一.txt": "一", "副本/另名.txt": "一", "单.jsonl": "二\n一\n二\n"})
    first = imported([tmp_path])
    assert (first.documents, first.new_articles, first.existing) == (5, 2, 3)
    second = imported([tmp_path])
    assert (second.documents, second.new_articles, second.existing) == (5, 0, 5)
    assert headlines() == ["一", "二"]
    assert all(len(revisions(article)) == 1 for article in Article.objects.all())


def test_publishing_later_publishes_drafts_and_leaves_the_withdrawn(tmp_path: Path) -> None:
    write(tmp_path, {"一.txt": "一", "二.txt": "二", "三.txt": "三"})
    imported([tmp_path])
    withdraw(publish(Article.objects.get(headline="二")), None, "有误")
    publish(Article.objects.get(headline="三"))
    summary = imported([tmp_path], options=DraftOptions(publish=True))
    assert (summary.new_articles, summary.published, summary.existing) == (0, 1, 3)
    states = dict(Article.objects.values_list("headline", "state"))
    assert states == {"一": State.PUBLISHED, "二": State.WITHDRAWN, "三": State.PUBLISHED}


def test_index_follows_once_at_the_end(
    tmp_path: Path, drained: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive_module, "BATCH", 2)
    write(tmp_path, {f"{n}.txt": str(n) for n in range(7)})
    summary = imported([tmp_path], options=DraftOptions(publish=True))
    assert (summary.new_articles, summary.published) == (7, 7)
    assert drained == [7]


def test_each_failure_is_told_and_the_rest_goes_in(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"好.txt": "好", "坏.txt": b"\x00\x01", "空.txt": "", "假.zip": "no zip", "列.jsonl": b"\x00\nok\n"},
    )
    summary = imported([tmp_path, tmp_path / "没有.txt"])
    assert headlines() == ["ok", "好"]
    assert {failure.name: failure.message for failure in summary.failures} == {
        "坏.txt": "这不是文本文件。原件已保留。",
        "空.txt": "文件是空的，没有收录。",
        "假.zip": "这不是完好的压缩包，没有收录。请重新压缩后再试。",
        "列.jsonl 第1行": "这不是文本文件。原件已保留。",
        str(tmp_path / "没有.txt"): "文件不存在。",
    }
    assert summary.documents == 7
    assert {a.file_name for a in Accession.objects.failed()} == {"坏.txt", "列.jsonl"}


def test_large_file_is_refused_without_being_read(tmp_path: Path, settings: Any) -> None:
    settings.ARCHIVE_UPLOAD_LIMIT = 1000
    with (tmp_path / "大.txt").open("wb") as file:
        file.truncate(1 << 40)
    (failure,) = imported([tmp_path]).failures
    assert failure.name == "大.txt"
    assert "1024GB" in failure.message
    assert "上限" in failure.message


def test_one_that_the_database_refuses_does_not_take_its_batch_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"一.txt": "一", "二.txt": "二", "三.txt": "三"})
    draft = receive_module.draft

    def refuse_two(read: list[object], *args: object) -> object:
        if any(one.articles[0].parsed.headline == "二" for one in read):  # type: ignore[attr-defined]
            raise DatabaseError("does not fit")
        return draft(read, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(receive_module, "draft", refuse_two)
    summary = imported([tmp_path])
    assert headlines() == ["一", "三"]
    assert [failure.name for failure in summary.failures] == ["二.txt"]
    assert Accession.objects.failed().get().file_name == "二.txt"


def test_interrupted_import_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive_module, "BATCH", 2)
    write(tmp_path, {"列.jsonl": "".join(f"第{n}篇\n" for n in range(6))})
    results = receive(files_at([tmp_path]))
    assert [next(results).name for _ in range(3)] == ["列.jsonl 第1行", "列.jsonl 第2行", "列.jsonl 第3行"]
    assert Article.objects.count() == 4
    summary = imported([tmp_path])
    assert (summary.new_articles, summary.existing, Article.objects.count()) == (2, 4, 6)


def test_batch_takes_a_fixed_number_of_statements(
    tmp_path: Path, django_assert_max_num_queries: Callable[..., object]
) -> None:
    write(tmp_path, {"热身.txt": "热身"})
    imported([tmp_path])
    lines = "".join(json.dumps({"n": n}) + "\n" for n in range(90))
    write(tmp_path, {"列.jsonl": lines})
    with django_assert_max_num_queries(60):  # type: ignore[attr-defined]
        assert imported([tmp_path]).new_articles == 90


def test_unreadable_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def walk(path: Path, onerror: Callable[[OSError], None]) -> object:
        onerror(PermissionError(13, "Permission denied", str(tmp_path / "锁着")))
        return iter(())

    (tmp_path / "锁着").mkdir()
    monkeypatch.setattr(incoming_module.os, "walk", walk)
    (failure,) = imported([tmp_path]).failures
    assert failure.name.endswith("锁着")
    assert "出错" in failure.message


def test_results_come_in_the_order_of_the_documents_each_with_its_articles(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"1.txt": "一", "2.txt": b"\x00", "3.txt": "一", "4.txt": "", "5.txt": b"\x00", "6.txt": "六"},
    )
    results = list(receive(files_at([tmp_path])))
    assert [(result.name, result.outcome) for result in results] == [
        ("1.txt", "drafted"),
        ("2.txt", "unreadable"),
        ("3.txt", "known"),
        ("4.txt", "refused"),
        ("5.txt", "unreadable"),
        ("6.txt", "drafted"),
    ]
    assert results[2].articles == results[0].articles
    assert "1.txt" in results[2].message
    assert [article.headline for article in results[5].articles] == ["六"]


def test_a_fault_of_the_program_in_one_document_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def parse(data: bytes, name: str = "") -> list[ParsedArticle]:
        if data == b"bad":
            raise RuntimeError("no such case")
        return [replace(PAGE, headline=data.decode())]

    monkeypatch.setattr("reports.workflow.drafting.recognition.parse_document", parse)
    write(tmp_path, {"一.txt": "一", "二.txt": "bad", "三.txt": "三"})
    (failure,) = imported([tmp_path]).failures
    assert (failure.name, failure.outcome) == ("二.txt", "unreadable")
    assert "no such case" not in failure.message
    assert "no such case" in caplog.text
    assert headlines() == ["一", "三"]
    assert Accession.objects.failed().get().file_name == "二.txt"


@pytest.mark.parametrize("name", ["假.zip", "空.zip", "空.jsonl", "十六.jsonl", "炸.zip"])
def test_a_container_that_is_refused_is_not_kept(tmp_path: Path, name: str) -> None:
    """What is said not to have been taken in does not lie in the archive either."""
    empty, bomb = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr(".DS_Store", "x")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(2 << 20))
    data = {
        "假.zip": b"no zip",
        "空.zip": empty.getvalue(),
        "空.jsonl": b"\n \n",
        "十六.jsonl": "\ufeff{}".encode("utf-16-le"),
        "炸.zip": bomb.getvalue(),
    }
    write(tmp_path, {name: data[name]})
    (failure,) = imported([tmp_path]).failures
    assert (failure.name, failure.outcome) == (name, "refused")
    assert "没有收录" in failure.message
    assert not Accession.objects.exists()
    assert not [path for path in Path(settings.ARCHIVE_ORIGINALS).rglob("*") if path.is_file()]


def test_every_document_that_is_not_taken_in_leaves_one_event(tmp_path: Path) -> None:
    write(tmp_path, {"空.txt": "", "坏.txt": b"\x00", "假.zip": "no zip", "好.txt": "好"})
    imported([tmp_path])
    told = sorted(Event.objects.values_list("act", "result"))
    assert told == [
        ("draft", "done"),
        ("draft", "failed"),
        ("receive", "done"),
        ("receive", "done"),
        ("receive", "refused"),
        ("receive", "refused"),
    ]


def test_articles_drafted_by_another_process_meanwhile_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"一.txt": "一"})
    draft = receive_module.draft

    def late(*args: Any) -> object:
        draft(*args)
        return draft(*args)

    monkeypatch.setattr(receive_module, "draft", late)
    (result,) = receive(files_at([tmp_path]))
    assert (result.outcome, [article.headline for article in result.articles]) == ("known", ["一"])

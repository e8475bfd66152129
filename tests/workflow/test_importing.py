"""Imports take in everything once, tell every failure, and leave the index one errand at the end."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import DatabaseError

from reports.ingest.parsed import ParsedArticle
from reports.models import Accession, Article, OutboxRow
from reports.models.article import State
from reports.workflow import (
    DraftOptions,
    count_documents,
    import_paths,
    publish,
    read_original,
    revisions,
    withdraw,
)
from reports.workflow.receiving import importing as importing_module

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

    monkeypatch.setattr(importing_module, "drain_or_tell", drain)
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
    assert count_documents(paths) == 7
    dealt: list[int] = []
    summary = import_paths(paths, progress=dealt.append)
    assert (summary.documents, summary.new_articles, summary.failures) == (6, 6, [])
    assert sum(dealt) == 6
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
    first = import_paths([tmp_path])
    assert (first.documents, first.new_articles, first.known) == (5, 2, 3)
    second = import_paths([tmp_path])
    assert (second.documents, second.new_articles, second.known) == (5, 0, 5)
    assert headlines() == ["一", "二"]
    assert all(len(revisions(article)) == 1 for article in Article.objects.all())


def test_publishing_later_publishes_drafts_and_leaves_the_withdrawn(tmp_path: Path) -> None:
    write(tmp_path, {"一.txt": "一", "二.txt": "二", "三.txt": "三"})
    import_paths([tmp_path])
    withdraw(publish(Article.objects.get(headline="二")), None, "有误")
    publish(Article.objects.get(headline="三"))
    summary = import_paths([tmp_path], options=DraftOptions(publish=True))
    assert (summary.new_articles, summary.published, summary.known) == (0, 1, 3)
    states = dict(Article.objects.values_list("headline", "state"))
    assert states == {"一": State.PUBLISHED, "二": State.WITHDRAWN, "三": State.PUBLISHED}


def test_index_follows_once_at_the_end(
    tmp_path: Path, drained: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_module, "BATCH", 2)
    write(tmp_path, {f"{n}.txt": str(n) for n in range(7)})
    summary = import_paths([tmp_path], options=DraftOptions(publish=True))
    assert (summary.new_articles, summary.published) == (7, 7)
    assert drained == [7]


def test_each_failure_is_told_and_the_rest_goes_in(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"好.txt": "好", "坏.txt": b"\x00\x01", "空.txt": "", "假.zip": "no zip", "列.jsonl": b"\x00\nok\n"},
    )
    told: list[tuple[str, str]] = []
    summary = import_paths(
        [tmp_path, tmp_path / "没有.txt"], on_failure=lambda name, failure: told.append((name, failure))
    )
    assert headlines() == ["ok", "好"]
    assert (
        dict(told)
        == dict(summary.failures)
        == {
            "坏.txt": "这不是文本文件。",
            "空.txt": "文件是空的，没有收录。",
            "假.zip": "这不是完好的压缩包，请重新压缩后再导入。",
            "列.jsonl 第1行": "这不是文本文件。",
            str(tmp_path / "没有.txt"): "文件不存在。",
        }
    )
    assert summary.documents == 7
    assert {a.file_name for a in Accession.objects.failed()} == {"坏.txt", "列.jsonl"}


def test_large_file_is_refused_without_being_read_whole(tmp_path: Path, settings: object) -> None:
    settings.ARCHIVE_UPLOAD_LIMIT = 1000  # type: ignore[attr-defined]
    with (tmp_path / "大.txt").open("wb") as file:
        file.truncate(1 << 40)
    ((name, failure),) = import_paths([tmp_path]).failures
    assert name == "大.txt"
    assert "上限" in failure


def test_one_that_the_database_refuses_does_not_take_its_batch_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"一.txt": "一", "二.txt": "二", "三.txt": "三"})
    draft_many = importing_module.draft_many

    def refuse_two(read: list[object], *args: object) -> object:
        if any(one.articles[0].parsed.headline == "二" for one in read):  # type: ignore[attr-defined]
            raise DatabaseError("does not fit")
        return draft_many(read, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(importing_module, "draft_many", refuse_two)
    summary = import_paths([tmp_path])
    assert headlines() == ["一", "三"]
    assert [name for name, _ in summary.failures] == ["二.txt"]
    assert Accession.objects.failed().get().file_name == "二.txt"


def test_interrupted_import_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing_module, "BATCH", 2)
    write(tmp_path, {"列.jsonl": "".join(f"第{n}篇\n" for n in range(6))})
    steps: list[int] = []

    def stop(done: int) -> None:
        steps.append(done)
        if len(steps) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_paths([tmp_path], progress=stop)
    assert Article.objects.count() == 4
    summary = import_paths([tmp_path])
    assert (summary.new_articles, summary.known, Article.objects.count()) == (2, 4, 6)


def test_batch_takes_a_fixed_number_of_statements(
    tmp_path: Path, django_assert_max_num_queries: Callable[..., object]
) -> None:
    write(tmp_path, {"热身.txt": "热身"})
    import_paths([tmp_path])
    lines = "".join(json.dumps({"n": n}) + "\n" for n in range(90))
    write(tmp_path, {"列.jsonl": lines})
    with django_assert_max_num_queries(60):  # type: ignore[attr-defined]
        assert import_paths([tmp_path]).new_articles == 90


def test_unreadable_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def walk(path: Path, onerror: Callable[[OSError], None]) -> object:
        onerror(PermissionError(13, "Permission denied", str(tmp_path / "锁着")))
        return iter(())

    (tmp_path / "锁着").mkdir()
    monkeypatch.setattr(importing_module.os, "walk", walk)
    ((name, failure),) = import_paths([tmp_path]).failures
    assert name.endswith("锁着")
    assert "出错" in failure

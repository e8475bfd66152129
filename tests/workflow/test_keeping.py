"""Documents are kept byte for byte, once, whatever they are called and however many come at a time."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from reports.models import Accession, Event
from reports.workflow import DamagedOriginal, clean_file_name, format_size, read_original
from reports.workflow.originals import original_path
from reports.workflow.receiving.accessions import store_container, store_documents
from reports.workflow.receiving.documents import IncomingDocument
from tests.receiving import kept, received

PAGE = "山脚下的夜校\n灯一直亮到九点。".encode("gb18030")


@pytest.mark.django_db
class TestKeeping:
    def test_bytes_lie_under_their_sha256_unaltered(self) -> None:
        accession = kept(PAGE, "夜校.txt")
        sha256 = hashlib.sha256(PAGE).hexdigest()
        assert (accession.sha256, accession.size) == (sha256, len(PAGE))
        assert (Path(settings.ARCHIVE_ORIGINALS) / sha256[:2] / sha256).read_bytes() == PAGE
        assert read_original(accession) == PAGE

    def test_same_bytes_under_another_name_are_the_known_accession(self) -> None:
        first, second = kept(PAGE, "夜校.txt"), kept(PAGE, "副本 夜校.txt")
        assert second == first
        assert second.file_name == "夜校.txt"

    def test_empty_is_refused_and_leaves_nothing(self) -> None:
        result = received(b"", "空.txt")
        assert (result.outcome, result.message) == ("refused", "文件是空的，没有收录。")
        assert not Accession.objects.exists()
        assert not Path(settings.ARCHIVE_ORIGINALS).exists()

    def test_too_large_is_refused_with_both_sizes(self, settings: Any) -> None:
        settings.ARCHIVE_UPLOAD_LIMIT = 2048
        received(b"a" * 2048, "正好.txt")
        result = received(b"a" * 2049, "大.txt")
        assert result.outcome == "refused"
        assert "2.0KB" in result.message
        assert "没有收录" in result.message
        assert Accession.objects.count() == 1

    def test_altered_original_is_not_handed_out(self) -> None:
        accession = kept(PAGE, "夜校.txt")
        original_path(accession.sha256).write_bytes(PAGE[:-1] + b"!")
        with pytest.raises(DamagedOriginal, match="校验码不符"):
            read_original(accession)

    def test_missing_original_is_said(self) -> None:
        accession = kept(PAGE, "夜校.txt")
        original_path(accession.sha256).unlink()
        with pytest.raises(DamagedOriginal, match="备份"):
            read_original(accession)

    def test_receiving_again_mends_a_damaged_original(self) -> None:
        accession = kept(PAGE, "夜校.txt")
        original_path(accession.sha256).write_bytes(b"x" * len(PAGE))
        kept(PAGE, "夜校.txt")
        assert read_original(accession) == PAGE

    def test_nothing_but_the_originals_is_left_on_disk(self) -> None:
        kept(PAGE, "夜校.txt")
        store_container(io.BytesIO(PAGE * 9), "清单.jsonl", None)
        files = [path.name for path in Path(settings.ARCHIVE_ORIGINALS).rglob("*") if path.is_file()]
        assert sorted(files) == sorted(Accession.objects.values_list("sha256", flat=True))

    def test_many_at_once_equal_one_by_one(self) -> None:
        known = kept(b"known", "a.txt")
        names = {"b.txt": b"known", "c.txt": b"new", "e.txt": b"new"}
        documents = [IncomingDocument(name, data) for name, data in names.items()]
        first, second, again = store_documents(documents, None)
        assert first == known
        assert isinstance(second, Accession)
        assert (second.file_name, read_original(second)) == ("c.txt", b"new")
        assert again == second
        assert Accession.objects.count() == 2

    def test_container_is_kept_beyond_the_limit_of_a_document(self, settings: Any) -> None:
        settings.ARCHIVE_UPLOAD_LIMIT = 10
        row = store_container(io.BytesIO(b"{}\n" * 100), "清单.jsonl", None)
        assert row.size == 300
        assert store_container(io.BytesIO(b"{}\n" * 100), "清单.jsonl", None) == row


@pytest.mark.django_db(transaction=True)
def test_same_bytes_from_many_doors_at_once_make_one_accession() -> None:
    def upload(number: int) -> int:
        try:
            return kept(PAGE, f"第{number}次.txt").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        pks = list(pool.map(upload, range(24)))
    assert len(set(pks)) == 1
    assert Event.objects.filter(act="receive").count() == 1
    assert read_original(Accession.objects.get()) == PAGE


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("第 3 版 夜校.txt", "第 3 版 夜校.txt"),
        ("C:\\报纸\\六月\\夜校.txt", "夜校.txt"),
        ("../../etc/夜校.txt", "夜校.txt"),
        ("夜\x00校\n\t.txt", "夜 校 .txt"),
        ("gpj.\u202etxt", "gpj. txt"),
        ("\ud800夜校.txt", "夜校.txt"),
        ("", "未命名"),
        ("..", "未命名"),
        ("/", "未命名"),
    ],
)
def test_file_name_is_one_printable_line(given: str, cleaned: str) -> None:
    assert clean_file_name(given) == cleaned


def test_long_file_name_keeps_its_ending() -> None:
    name = clean_file_name("长" * 400 + ".txt")
    assert len(name) <= 255
    assert name.endswith("….txt")


@pytest.mark.parametrize(
    ("size", "printed"), [(900, "900字节"), (2048, "2.0KB"), (52_428_800, "50MB"), (3 * 1024**3, "3.0GB")]
)
def test_size_is_printed_in_its_unit(size: int, printed: str) -> None:
    assert format_size(size) == printed

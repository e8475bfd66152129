"""Documents are kept byte for byte, once, whatever they are called and however many come at a time."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from reports.models import Accession
from reports.workflow import DamagedOriginal, ReceiptRefused, read_original, receive
from reports.workflow.originals import original_path
from reports.workflow.receiving.accessions import clean_file_name, printed_size, receive_many, receive_stream

PAGE = "山脚下的夜校\n灯一直亮到九点。".encode("gb18030")


@pytest.mark.django_db
class TestReceiving:
    def test_bytes_lie_under_their_sha256_unaltered(self) -> None:
        accession = receive(PAGE, "夜校.txt").accession
        sha256 = hashlib.sha256(PAGE).hexdigest()
        assert (accession.sha256, accession.size) == (sha256, len(PAGE))
        assert (Path(settings.ARCHIVE_ORIGINALS) / sha256[:2] / sha256).read_bytes() == PAGE
        assert read_original(accession) == PAGE

    def test_same_bytes_under_another_name_are_the_known_accession(self) -> None:
        first = receive(PAGE, "夜校.txt")
        second = receive(PAGE, "副本 夜校.txt")
        assert (first.is_new, second.is_new) == (True, False)
        assert second.accession == first.accession
        assert second.accession.file_name == "夜校.txt"

    def test_empty_is_refused_and_leaves_nothing(self) -> None:
        with pytest.raises(ReceiptRefused, match="空的"):
            receive(b"", "空.txt")
        assert not Accession.objects.exists()
        assert not Path(settings.ARCHIVE_ORIGINALS).exists()

    def test_too_large_is_refused_with_both_sizes(self, settings: object) -> None:
        settings.ARCHIVE_UPLOAD_LIMIT = 2048  # type: ignore[attr-defined]
        receive(b"a" * 2048, "正好.txt")
        with pytest.raises(ReceiptRefused, match=r"2\.0KB") as refused:
            receive(b"a" * 2049, "大.txt")
        assert "没有收录" in refused.value.message
        assert Accession.objects.count() == 1

    def test_altered_original_is_not_handed_out(self) -> None:
        accession = receive(PAGE, "夜校.txt").accession
        original_path(accession.sha256).write_bytes(PAGE[:-1] + b"!")
        with pytest.raises(DamagedOriginal, match="校验码不符"):
            read_original(accession)

    def test_missing_original_is_said(self) -> None:
        accession = receive(PAGE, "夜校.txt").accession
        original_path(accession.sha256).unlink()
        with pytest.raises(DamagedOriginal, match="备份"):
            read_original(accession)

    def test_receiving_again_mends_a_damaged_original(self) -> None:
        accession = receive(PAGE, "夜校.txt").accession
        original_path(accession.sha256).write_bytes(b"x" * len(PAGE))
        receive(PAGE, "夜校.txt")
        assert read_original(accession) == PAGE

    def test_nothing_but_the_originals_is_left_on_disk(self) -> None:
        receive(PAGE, "夜校.txt")
        receive_stream(io.BytesIO(PAGE * 9), "清单.jsonl")
        files = [path.name for path in Path(settings.ARCHIVE_ORIGINALS).rglob("*") if path.is_file()]
        assert sorted(files) == sorted(Accession.objects.values_list("sha256", flat=True))

    def test_many_at_once_equal_one_by_one(self, settings: object) -> None:
        settings.ARCHIVE_UPLOAD_LIMIT = 100  # type: ignore[attr-defined]
        known = receive(b"known", "a.txt").accession
        arrivals = [
            (b"known", "b.txt"),
            (b"new", "c.txt"),
            (b"", "d.txt"),
            (b"new", "e.txt"),
            (b"x" * 101, "f.txt"),
        ]
        receipts = receive_many([(data, name, None, None) for data, name in arrivals])
        first, second, empty, again, large = receipts
        assert isinstance(empty, ReceiptRefused)
        assert isinstance(large, ReceiptRefused)
        assert (first.accession, first.is_new) == (known, False)  # type: ignore[union-attr]
        assert (second.accession.file_name, second.is_new) == ("c.txt", True)  # type: ignore[union-attr]
        assert (again.accession, again.is_new) == (second.accession, False)  # type: ignore[union-attr]
        assert read_original(second.accession) == b"new"  # type: ignore[union-attr]

    def test_stream_is_kept_beyond_the_limit_of_a_document(self, settings: object) -> None:
        settings.ARCHIVE_UPLOAD_LIMIT = 10  # type: ignore[attr-defined]
        receipt = receive_stream(io.BytesIO(b"{}\n" * 100), "清单.jsonl")
        assert receipt.accession.size == 300
        assert not receive_stream(io.BytesIO(b"{}\n" * 100), "清单.jsonl").is_new
        with pytest.raises(ReceiptRefused, match="空的"):
            receive_stream(io.BytesIO(b""), "空.jsonl")


@pytest.mark.django_db(transaction=True)
def test_same_bytes_from_many_doors_at_once_make_one_accession() -> None:
    def upload(number: int) -> tuple[int, bool]:
        try:
            receipt = receive(PAGE, f"第{number}次.txt")
            return receipt.accession.pk, receipt.is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(upload, range(24)))
    assert len({pk for pk, _ in receipts}) == 1
    assert sum(is_new for _, is_new in receipts) == 1
    assert read_original(Accession.objects.get()) == PAGE


@pytest.mark.parametrize(
    ("given", "kept"),
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
def test_file_name_is_one_printable_line(given: str, kept: str) -> None:
    assert clean_file_name(given) == kept


def test_long_file_name_keeps_its_ending() -> None:
    name = clean_file_name("长" * 400 + ".txt")
    assert len(name) <= 255
    assert name.endswith("….txt")


@pytest.mark.parametrize(
    ("size", "printed"), [(900, "900字节"), (2048, "2.0KB"), (52_428_800, "50MB"), (3 * 1024**3, "3.0GB")]
)
def test_size_is_printed_in_its_unit(size: int, printed: str) -> None:
    assert printed_size(size) == printed

"""Zips and lists give up their documents one at a time; what is wrong with one is said of that one."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib

import pytest

from reports.workflow import ReceiptRefused
from reports.workflow.receiving.containers import count_members, members
from reports.workflow.receiving.file_names import is_system_file, member_name


def zipped(members: dict[str, bytes], **options: object) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    buffer.seek(0)
    return buffer


def zipped_with_raw_names(members: dict[bytes, bytes]) -> io.BytesIO:
    """As Chinese Windows writes it: names in the bytes of its code page, without the UTF-8 flag."""
    raw = zipped(
        {f"{number:0{len(name)}d}": data for number, (name, data) in enumerate(members.items())}
    ).getvalue()
    for number, name in enumerate(members):
        raw = raw.replace(f"{number:0{len(name)}d}".encode(), name)
    return io.BytesIO(raw)


class TestNames:
    def test_utf8_with_the_flag(self) -> None:
        assert [m.name for m in members(zipped({"六月/夜校 一.txt": b"a"}), "a.zip")] == ["六月/夜校 一.txt"]

    @pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
    def test_bytes_without_the_flag(self, charset: str) -> None:
        source = zipped_with_raw_names(
            {"山里夜校灯火.txt".encode(charset): b"a", "账目上墙啦.txt".encode(charset): b"b"}
        )
        found = list(members(source, "a.zip"))
        assert [m.name for m in found] == ["山里夜校灯火.txt", "账目上墙啦.txt"]
        assert [m.data for m in found] == [b"a", b"b"]

    def test_unicode_path_field_goes_first(self) -> None:
        entry = zipfile.ZipInfo("????.txt")
        name = "夜校.txt".encode()
        entry.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, zlib.crc32(b"????.txt")) + name
        assert member_name(entry) == "夜校.txt"

    @pytest.mark.parametrize(
        "path",
        ["__MACOSX/._夜校.txt", "六月/.DS_Store", "Thumbs.db", "六月/~$稿.docx", ".git/config", "._夜校.txt"],
    )
    def test_debris_of_file_managers(self, path: str) -> None:
        assert is_system_file(path)
        assert list(members(zipped({path: b"x", "夜校.txt": b"a"}), "a.zip")) != []
        assert [m.name for m in members(zipped({path: b"x", "夜校.txt": b"a"}), "a.zip")] == ["夜校.txt"]

    def test_dots_inside_a_name_are_no_debris(self) -> None:
        assert not is_system_file("六月/3.5版.txt")


class TestZip:
    def test_no_zip_is_refused(self) -> None:
        with pytest.raises(ReceiptRefused, match="不是完好的压缩包"):
            list(members(io.BytesIO(b"plain text"), "a.zip"))

    def test_truncated_zip_is_refused(self) -> None:
        with pytest.raises(ReceiptRefused):
            list(members(io.BytesIO(zipped({"a.txt": b"x" * 999}).getvalue()[:-30]), "a.zip"))

    def test_bomb_by_ratio_is_refused(self) -> None:
        with pytest.raises(ReceiptRefused, match="压缩比异常"):
            list(members(zipped({"a.txt": b"\0" * (2 << 20)}), "a.zip"))

    def test_bomb_by_size_is_refused(self, settings: object) -> None:
        settings.ARCHIVE_UPLOAD_LIMIT = 1000  # type: ignore[attr-defined]
        with pytest.raises(ReceiptRefused, match="上限"):
            list(members(zipped({f"{n}.txt": b"x" * 999 for n in range(42)}), "a.zip"))

    def test_too_many_members_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("reports.workflow.receiving.containers.MAX_MEMBERS", 2)
        with pytest.raises(ReceiptRefused, match="3个文件"):
            list(members(zipped({f"{n}.txt": b"x" for n in range(3)}), "a.zip"))

    def test_faults_of_one_leave_the_others(self, settings: object) -> None:
        settings.ARCHIVE_UPLOAD_LIMIT = 5000  # type: ignore[attr-defined]
        source = zipped(
            {
                "好.txt": b"good",
                "内.zip": b"PK",
                "大.txt": bytes(range(250)) * 24,
                "空.txt": b"",
                "末.txt": b"last",
            }
        )
        faults = {m.name: m.error for m in members(source, "a.zip")}
        assert faults["好.txt"] == faults["末.txt"] == ""
        assert "压缩包里的压缩包" in faults["内.zip"]
        assert "上限" in faults["大.txt"]
        assert "空的" in faults["空.txt"]

    def test_damaged_member_is_told(self) -> None:
        text = b"".join(b"%d " % n for n in range(4000))
        raw = bytearray(zipped({"坏.txt": text, "好.txt": b"good"}).getvalue())
        raw[200:260] = bytes(60)
        bad, good = members(io.BytesIO(bytes(raw)), "a.zip")
        assert "损坏" in bad.error
        assert good.data == b"good"

    def test_member_that_lies_about_its_size_is_told(self) -> None:
        text = b"".join(b"%d " % n for n in range(4000))
        raw = zipped({"a.txt": text}).getvalue()
        lie = raw.replace(struct.pack("<L", len(text)), struct.pack("<L", 10))
        (member,) = members(io.BytesIO(lie), "a.zip")
        assert member.data == b""
        assert member.error

    def test_long_member_comes_whole(self) -> None:
        text = b"".join(b"%d " % n for n in range(40_000))
        (member,) = members(zipped({"a.txt": text}), "a.zip")
        assert (member.data, member.error) == (text, "")

    def test_locked_member_is_told(self) -> None:
        raw = bytearray(zipped({"a.txt": b"secret"}).getvalue())
        raw[6] |= 1
        raw[raw.index(b"PK\x01\x02") + 8] |= 1
        (member,) = members(io.BytesIO(bytes(raw)), "a.zip")
        assert "密码" in member.error

    def test_count(self) -> None:
        assert count_members(zipped({"a.txt": b"a", "b/c.txt": b"b", ".DS_Store": b"x"}), "a.zip") == 2
        assert count_members(io.BytesIO(b"no zip"), "a.zip") == 1


class TestList:
    def test_each_line_is_a_document_as_it_is(self) -> None:
        source = io.BytesIO(b'{"a": 1}\r\n\n  \n{"b": "\xe7\x81\xaf"}')
        found = list(members(source, "a.jsonl"))
        assert [(m.line, m.data) for m in found] == [(1, b'{"a": 1}'), (4, b'{"b": "\xe7\x81\xaf"}')]

    def test_compressed_list(self) -> None:
        source = io.BytesIO(lzma.compress(b"{}\n[]\n"))
        assert [m.data for m in members(source, "a.jsonl.xz")] == [b"{}", b"[]"]

    def test_damaged_compression_is_told_with_the_line(self) -> None:
        whole = lzma.compress(b"".join(b"%d\n" % n for n in range(100_000)))
        with pytest.raises(ReceiptRefused, match=r"读到第[0-9]+行为止"):
            list(members(io.BytesIO(whole[: len(whole) // 2]), "a.jsonl.xz"))

    def test_a_list_that_unpacks_to_far_more_than_it_is_refused(self) -> None:
        bomb = lzma.compress(b"{}\n" + b"\n" * (64 << 20))
        with pytest.raises(ReceiptRefused, match="压缩比异常"):
            list(members(io.BytesIO(bomb), "a.jsonl.xz"))

    def test_endless_line_is_told_and_the_next_still_comes(self, settings: object) -> None:
        settings.ARCHIVE_UPLOAD_LIMIT = 100  # type: ignore[attr-defined]
        source = io.BytesIO(b"x" * 100 + b"\n" + b"y" * 101 + b"\n" + b"z" * 100)
        found = list(members(source, "a.jsonl"))
        assert [(m.line, len(m.data), bool(m.error)) for m in found] == [
            (1, 100, False),
            (2, 0, True),
            (3, 100, False),
        ]

    @pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
    def test_utf16_is_refused_with_advice(self, charset: str) -> None:
        data = ("\ufeff" + '{"title": "x"}\n').encode(charset)
        with pytest.raises(ReceiptRefused, match="UTF-8"):
            list(members(io.BytesIO(data), "a.jsonl"))

    @pytest.mark.parametrize(("data", "lines"), [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\n\nb", 3)])
    def test_count(self, data: bytes, lines: int) -> None:
        assert count_members(io.BytesIO(data), "a.jsonl") == lines
        assert count_members(io.BytesIO(lzma.compress(data)), "a.jsonl.xz") == lines

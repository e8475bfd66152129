"""What is no text document is refused in plain Chinese that says what to do."""

from __future__ import annotations

import random

import pytest

from reports.ingest import UnreadableDocument, parse

REFUSED = {
    "empty": (b"", "一.txt", "空的"),
    "a book rather than a page": ("社区食堂开张。\n".encode() * 130_000, "一.txt", "请按篇拆成"),
    "blank": (" \r\n\t\u3000\n".encode(), "一.txt", "空白"),
    "only a byte-order mark": (b"\xef\xbb\xbf", "一.txt", "空白"),
    "no letters": ("2023，1.5%\n----".encode(), "一.txt", "没有汉字"),
    "docx renamed": (b"PK\x03\x04" + bytes(400), "稿件.txt", "Office"),
    "pdf renamed": (b"%PDF-1.7\n%\xe2\xe3", "稿件.txt", "PDF"),
    "doc renamed": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "稿件.TXT", "旧版 Office"),
    "image renamed": (b"\x89PNG\r\n\x1a\n" + bytes(99), "稿件.md", "图片"),
    "jpeg renamed": (b"\xff\xd8\xff\xe0" + bytes(99), "稿件.txt", "图片"),
    "program renamed": (b"\x7fELF\x02\x01" + bytes(99), "稿件.txt", "程序"),
    "web page renamed": (b"\r\n<!DOCTYPE html><html>", "稿件.txt", "网页"),
    "binary with words in it": (b"HEADER\x00\x01\x02\x03\x04\x05DATA" * 400, "稿件.txt", "二进制"),
    "zeros": (bytes(5000), "稿件.txt", ""),
    "unknown ending": ("好稿子".encode(), "稿件.docx", "另存为 .txt"),
    "unknown ending in capitals": ("好稿子".encode(), "D:\\稿件\\一.PDF", ".pdf"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_no_document_is_refused_with_advice(name: str) -> None:
    data, file_name, words = REFUSED[name]
    with pytest.raises(UnreadableDocument) as refusal:
        parse(data, file_name)
    assert words in refusal.value.message
    assert "请" in refusal.value.message
    assert str(refusal.value) == refusal.value.message


def test_random_bytes_are_refused() -> None:
    for seed in range(40):
        with pytest.raises(UnreadableDocument):
            parse(random.Random(seed).randbytes(3000), "稿件.txt")


@pytest.mark.parametrize(
    "file_name",
    ["", "稿件", "稿件.TXT", "稿件.md", "第3.期", "2023.6.30", "a.b.txt", "稿 件 .txt", "稿件.Markdown"],
)
def test_text_is_read_under_any_honest_name(file_name: str) -> None:
    assert parse("江畔区开夜校\n\n报名的人排到了门外。".encode(), file_name)[0].headline == "江畔区开夜校"


def test_a_few_control_characters_are_a_problem_and_no_refusal() -> None:
    [article] = parse("江畔区开夜校\n\n报名的\x01人排到了\x08门外，大家都很高兴。".encode())
    assert article.sections[0].paragraphs == ("报名的人排到了门外，大家都很高兴。",)
    assert "control_character" in [problem.code for problem in article.problems]


def test_mojibake_is_a_problem_and_no_crash() -> None:
    [article] = parse("江畔区开夜校\n\n报名的锟斤拷排到了门外，\ufffd大家都很高兴。".encode())
    assert {"mojibake", "replacement_character"} <= {problem.code for problem in article.problems}

"""Refuses files that are not text, whatever their name, and texts without content."""

from __future__ import annotations

import unicodedata

from .document import UnreadableDocument

_SIGNATURES = (
    # Leading bytes, what the file is, what to do. Source: the formats' own specifications.
    (b"PK\x03\x04", "压缩包或 Office 文档（.docx、.xlsx、.zip）", "请打开后把文字另存为 .txt 再上传"),
    (b"%PDF-", "PDF 文档", "请把文字复制出来存为 .txt 再上传"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Office 文档（.doc、.xls）", "请打开后另存为 .txt 再上传"),
    (b"{\\rtf", "RTF 文档", "请打开后另存为 .txt 再上传"),
    (b"\x89PNG\r\n", "图片", "请先做文字识别，把识别出的文字存为 .txt 再上传"),
    (b"\xff\xd8\xff", "图片", "请先做文字识别，把识别出的文字存为 .txt 再上传"),
    (b"GIF8", "图片", "请先做文字识别，把识别出的文字存为 .txt 再上传"),
    (b"II*\x00", "图片", "请先做文字识别，把识别出的文字存为 .txt 再上传"),
    (b"Rar!\x1a\x07", "压缩包", "请解压后上传里面的文字文件"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包", "请解压后上传里面的文字文件"),
    (b"\x1f\x8b\x08", "压缩包", "请解压后上传里面的文字文件"),
    (b"\xfd7zXZ\x00", "压缩包", "请解压后上传里面的文字文件"),
    (b"\x7fELF", "程序", "请上传文字文件"),
    (b"MZ\x90\x00", "程序", "请上传文字文件"),
    (b"SQLite format 3\x00", "数据库", "请上传文字文件"),
)
_ADVICE = "请确认选对了文件：这里收 .txt 和 .md 的文字稿、它们的 .zip 压缩包和 .jsonl 清单。"


def refuse_other_formats(data: bytes) -> None:
    """Raise :class:`UnreadableDocument` for an empty file and for formats with known leading bytes."""
    if not data:
        raise UnreadableDocument("文件是空的，没有任何内容。请检查后重新上传。")
    for signature, name, advice in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableDocument(f"这个文件实际是{name}，不是文字稿。{advice}。")
    opening = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doctype html", b"<html")):
        raise UnreadableDocument(
            "这个文件是网页（HTML），不是文字稿。请在浏览器里把正文复制出来存为 .txt 再上传。"
        )


def refuse_empty_text(text: str) -> None:
    """Raise :class:`UnreadableDocument` for decoded text that is blank, binary, or without any letter."""
    if not text.strip():
        raise UnreadableDocument("文件里只有空白，没有文字。请检查后重新上传。")
    # Control characters and undecodable bytes: a text has a few, a binary file has many.
    if len(control_characters(text)) + text.count("\ufffd") > max(3, len(text) // 20):
        raise UnreadableDocument(f"这个文件像是程序或图片之类的二进制文件，不是文字稿。{_ADVICE}")
    if not any(character.isalpha() for character in text):
        raise UnreadableDocument(f"文件里没有汉字或字母，只有数字、符号或空白。{_ADVICE}")


def control_characters(text: str) -> list[str]:
    """The C0 and C1 control characters of a text in order; white space is none."""
    return [
        character
        for character in text
        if (character < " " or "\x7f" <= character < "\xa0") and not character.isspace()
    ]


def remove_control_characters(text: str) -> str:
    """``text`` without control and format characters (Unicode Cc and Cf). White space stays."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf"})

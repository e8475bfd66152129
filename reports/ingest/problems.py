"""Problems that a reviewer should check. The codes are stable; the messages are for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .block_roles import LOW_CONFIDENCE, LabelledPiece
from .brackets import find_unmatched
from .document import DecodedText
from .parsed import Problem
from .signatures import control_characters

_MAX_LISTED_DOUBTS = 5
_MAX_LISTED_LINES = 12
_MOJIBAKE = re.compile(r"锟斤拷|烫烫烫|屯屯屯|(?:[ÃÂäåæçèé][\x80-\xbf\u0152-\u2122]){2}")


def find_charset_problems(decoded: DecodedText) -> Iterator[Problem]:
    """Problems of the charset, counted over the whole document."""
    text = decoded.text
    if not decoded.is_certain:
        yield Problem("guessed_charset", f"文字编码是猜的（{decoded.charset}），请看看有没有乱码。")
    if count := text.count("\ufffd"):
        yield Problem(
            "replacement_character",
            f"有{count}个字无法识别，显示为“\ufffd”，请对照原件补上。",
            _line_of(text, "\ufffd"),
        )
    if mojibake := _MOJIBAKE.search(text):
        yield Problem(
            "mojibake", f"出现乱码“{mojibake[0]}”，原文件可能转换错了编码。", _line_of(text, mojibake[0])
        )
    if controls := control_characters(text):
        yield Problem(
            "control_character",
            f"有{len(controls)}个看不见的控制字符，已从正文去掉。",
            _line_of(text, controls[0]),
        )


def _line_of(text: str, fragment: str) -> int:
    return len(text[: text.index(fragment) + 1].splitlines()) or 1


def find_unclosed_brackets(paragraphs: Sequence[tuple[str, int]]) -> Iterator[Problem]:
    """At most one problem per paragraph. A speech may repeat its opening quotation mark in each paragraph."""
    for text, line in paragraphs:
        unclosed, unopened = find_unmatched(text)
        if unopened:
            yield Problem("unclosed_bracket", f"只有右半边的括号或引号：{_distinct(unopened)}", line)
        elif unclosed.replace("“", ""):
            yield Problem("unclosed_bracket", f"括号或引号没有合上：{unclosed}", line)
        elif unclosed:
            yield Problem("unclosed_bracket", "引号没有合上：“", line)


def _distinct(closers: str) -> str:
    return "".join(dict.fromkeys(closers))


def find_low_confidence(pieces: Sequence[LabelledPiece]) -> Iterator[Problem]:
    doubtful = [labelled for labelled in pieces if labelled.confidence < LOW_CONFIDENCE]
    for labelled in doubtful[:_MAX_LISTED_DOUBTS]:
        yield Problem(
            "low_confidence",
            f"“{_beginning(labelled.features.text)}”判为{labelled.role.label}，把握不大。",
            labelled.features.piece.first_line,
        )
    if len(doubtful) > _MAX_LISTED_DOUBTS:
        more = len(doubtful) - _MAX_LISTED_DOUBTS
        yield Problem(
            "low_confidence",
            f"另有{more}处判断把握不大，请通看一遍。",
            doubtful[_MAX_LISTED_DOUBTS].features.piece.first_line,
        )


def _beginning(text: str) -> str:
    return text if len(text) <= 12 else f"{text[:12]}…"


def list_lines(lines: Sequence[int]) -> str:
    """第3、5、9行: at most twelve lines."""
    shown = "、".join(map(str, lines[:_MAX_LISTED_LINES]))
    return f"第{shown}行" + ("等" if len(lines) > _MAX_LISTED_LINES else "")


def describe_interruption(skipped: Sequence[LabelledPiece]) -> str:
    """Names of the roles that divided a joined sentence (图片说明、引语), or 分栏或换行 if none did."""
    names = [labelled.role.label for labelled in skipped if not labelled.features.piece.separator]
    return "、".join(dict.fromkeys(names)) if names else "分栏或换行"

"""What a reviewer should look at. The codes are stable; the messages are for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .brackets import find_unmatched
from .document import Decoded
from .parsed import Problem, Role
from .roles import HESITANT, Assigned

_ROLE_NAMES = {
    Role.KICKER: "引题",
    Role.HEADLINE: "主题",
    Role.DECK: "副题",
    Role.BYLINE: "署名",
    Role.LEAD: "导语",
    Role.HEADING: "小标题",
    Role.PARAGRAPH: "正文",
    Role.CAPTION: "图片说明",
    Role.CREDIT: "图片来源",
    Role.PULL_QUOTE: "引语",
    Role.DATELINE: "日期版次",
    Role.FURNITURE: "版面文字",
}
_MOST_HESITANT = 5
_MOST_LISTED = 12
_MOJIBAKE = re.compile(r"锟斤拷|烫烫烫|屯屯屯|(?:[ÃÂäåæçèé][\x80-\xbf\u0152-\u2122]){2}")


def find_charset_problems(decoded: Decoded) -> Iterator[Problem]:
    """What decoding left behind, counted over the whole document."""
    text = decoded.text
    if not decoded.certain:
        yield Problem("guessed_charset", f"文字编码是猜的（{decoded.charset}），请看看有没有乱码。")
    if count := text.count("\ufffd"):
        yield Problem(
            "replacement_character",
            f"有{count}个字无法识别，显示为“\ufffd”，请对照原件补上。",
            _line_of(text, "\ufffd"),
        )
    if found := _MOJIBAKE.search(text):
        yield Problem("mojibake", f"出现乱码“{found[0]}”，原文件可能转换错了编码。", _line_of(text, found[0]))
    controls = [c for c in text if (c < " " or "\x7f" <= c < "\xa0") and not c.isspace()]
    if controls:
        yield Problem(
            "control_character",
            f"有{len(controls)}个看不见的控制字符，已从正文去掉。",
            _line_of(text, controls[0]),
        )


def _line_of(text: str, fragment: str) -> int:
    return len(text[: text.index(fragment) + 1].splitlines()) or 1


def find_unclosed_brackets(paragraphs: Sequence[tuple[str, int]]) -> Iterator[Problem]:
    """One problem a paragraph; a quotation mark reopened at each paragraph of a speech is no fault."""
    for text, line in paragraphs:
        opened, closed = find_unmatched(text)
        if closed:
            yield Problem("unclosed_bracket", f"只有右半边的括号或引号：{_show_closers(closed)}", line)
        elif opened.replace("“", ""):
            yield Problem("unclosed_bracket", f"括号或引号没有合上：{opened}", line)
        elif opened:
            yield Problem("unclosed_bracket", "引号没有合上：“", line)


def _show_closers(closers: str) -> str:
    return "".join(dict.fromkeys(closers))


def find_hesitations(pieces: Sequence[Assigned]) -> Iterator[Problem]:
    doubtful = [a for a in pieces if a.confidence < HESITANT]
    for a in doubtful[:_MOST_HESITANT]:
        yield Problem(
            "low_confidence",
            f"“{_open(a.features.text)}”判为{_ROLE_NAMES[a.role]}，把握不大。",
            a.features.piece.first_line,
        )
    if len(doubtful) > _MOST_HESITANT:
        more = len(doubtful) - _MOST_HESITANT
        yield Problem(
            "low_confidence",
            f"另有{more}处判断把握不大，请通看一遍。",
            doubtful[_MOST_HESITANT].features.piece.first_line,
        )


def _open(text: str) -> str:
    return text if len(text) <= 12 else f"{text[:12]}…"


def list_lines(lines: Sequence[int]) -> str:
    """第3、5、9行: the first dozen."""
    shown = "、".join(map(str, lines[:_MOST_LISTED]))
    return f"第{shown}行" + ("等" if len(lines) > _MOST_LISTED else "")


def describe_interruption(skipped: Sequence[Assigned]) -> str:
    """What a joined sentence was cut by: 图片说明、引语, or a column break."""
    names = [_ROLE_NAMES[a.role] for a in skipped if not a.features.piece.separator]
    return "、".join(dict.fromkeys(names)) if names else "分栏或换行"

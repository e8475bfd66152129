"""The lines of a document: their number, their markup, and how the page was set.

Lines end where :meth:`str.splitlines` ends them: LF, CR, CRLF, form feed, NEL, U+2028, U+2029 and more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import median
from unicodedata import east_asian_width

from .signatures import remove_control_characters

_ATX_HEADING = re.compile(r"[ ]{0,3}(#{1,6})(\s*)(\S.*?)(?:\s+#+)?\s*$")
_QUOTED = re.compile(r"[ ]{0,3}((?:>[ ]?)+)")
_SEPARATOR = re.compile(r"\s*([-*_=~—–─━═＿﹏·◇◆○●☆★※#+])(?:\s*\1){2,}\s*$")
_BOLD_LINE = re.compile(r"\s*(\*\*|__)(?=\S)([^*\n]+?)\1\s*$")
_BOLD = re.compile(r"\*\*([^*\n]{1,200})\*\*")
_IMAGE = re.compile(r"\s*!\[([^\]\n]*)\]\([^)\n]*\)\s*$")
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\([^()\s]{1,500}\)")
_LIST_ITEM = re.compile(r"\s*[-*+]\s+(?=\S)")
_SENTENCE_END = frozenset("。！？!?…；;：:”’」』）)》.")


@dataclass(frozen=True, slots=True)
class Line:
    """``text`` is without markup and outer blanks; ``width`` counts a Chinese character as two."""

    number: int
    printed: str
    text: str
    level: int = 0
    quoted: bool = False
    bold: bool = False
    image: bool = False
    separator: bool = False
    indent: int = 0
    width: int = 0
    blank_lines_above: int = 0
    """Blank lines above it; -1 for the first line with text."""

    @property
    def marked(self) -> bool:
        """Whether its markup alone makes it a separate block."""
        return bool(self.level or self.bold or self.image or self.separator)

    @property
    def ends_sentence(self) -> bool:
        return self.text[-1:] in _SENTENCE_END


@dataclass(frozen=True, slots=True)
class Layout:
    """How the page was set.

    ``measure`` is the width of hard-wrapped lines in columns, 0 if a line is a whole paragraph; ``count`` is
    the same in characters, because typists and programs count characters.
    """

    measure: int = 0
    count: int = 0
    indented: bool = False
    spaced: bool = False
    double_spaced: bool = False

    def is_full(self, line: Line) -> bool:
        """Whether the line is as wide as the measure; it may differ by punctuation that cannot begin a
        line."""
        if not self.measure:
            return False
        return -6 <= line.width - self.measure <= 6 or -1 <= len(line.printed) - self.count <= 1


def split_lines(text: str, markup: bool = False) -> list[Line]:
    """All lines that are not blank."""
    lines: list[Line] = []
    blank_lines_above = -1
    for number, printed in enumerate(text.splitlines(), 1):
        if not printed or printed.isspace():
            blank_lines_above += blank_lines_above >= 0
            continue
        lines.append(_read_line(number, printed, markup, blank_lines_above))
        blank_lines_above = 0
    return lines


def _read_line(number: int, printed: str, markup: bool, blank_lines_above: int) -> Line:
    body = remove_control_characters(printed).rstrip()
    start = body.lstrip()
    indent = display_width(body[: len(body) - len(start)])
    width = display_width(body)
    line = partial(Line, number, printed, blank_lines_above=blank_lines_above, width=width)
    if not start:
        return line("", separator=True)
    if _SEPARATOR.match(body):
        return line(start, separator=True)
    if match := _IMAGE.match(body):
        return line(match[1].strip() or start, image=True)
    if (match := _ATX_HEADING.match(body)) and _is_heading(match, markup):
        return line(_plain(match[3]), level=len(match[1]))
    quoted = False
    if match := _QUOTED.match(body):
        quoted, start, indent = True, body[match.end() :].strip(), 0
    if match := _BOLD_LINE.match(start):
        return line(_plain(match[2]), quoted=quoted, bold=True)
    if markup and (match := _LIST_ITEM.match(start)):
        start = start[match.end() :]
    return line(_plain(start), quoted=quoted, indent=indent)


def _is_heading(match: re.Match[str], markup: bool) -> bool:
    """Whether ``#`` marks a heading. Without a blank after it, it may also be a #topic# or a number."""
    if match[2] or markup:
        return True
    title = match[3]
    return not title.endswith("#") and not title[0].isdigit() and "\u4e00" <= title[-1] <= "\u9fff"


def _plain(text: str) -> str:
    """Without bold marks and link targets."""
    if "**" in text:
        text = _BOLD.sub(r"\1", text)
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    return text.strip()


def display_width(text: str) -> int:
    """Columns on a fixed-width display (Unicode Standard Annex 11); a tab counts as four."""
    if text.isascii():
        return len(text) + 3 * text.count("\t")
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def measure_layout(lines: Sequence[Line]) -> Layout:
    """The layout: hard-wrapped, or one paragraph per line.

    A hard-wrapped line ends inside a sentence, is followed directly by a line without indent, and is as wide
    as the other hard-wrapped lines. On a double-spaced page one blank line is between the two lines.
    """
    pairs = list(pairwise(lines))
    if not pairs:
        return Layout()
    spaced = sum(1 for _, b in pairs if b.blank_lines_above) * 2 > len(pairs)
    indented = sum(1 for line in lines if line.indent >= 2) >= max(2, len(lines) // 20)
    usual_gap = 0
    if all(b.blank_lines_above for _, b in pairs):
        usual_gap = 1
    # Title lines above the first indented paragraph may have any width.
    head = next((line.number for line in lines if line.indent >= 2), 0) if indented else 0
    broken = [
        a
        for a, b in pairs
        if a.number >= head
        if b.blank_lines_above == usual_gap and not a.ends_sentence and not a.marked and not b.marked
        if b.indent < 2 and 20 <= a.width <= 110
    ]
    if len(broken) < 3 or len(broken) * 6 < len(lines):
        return Layout(0, 0, indented, spaced)
    layout = Layout(
        int(median(line.width for line in broken)),
        int(median(len(line.printed) for line in broken)),
        indented,
        spaced and not usual_gap,
        bool(usual_gap),
    )
    alike = sum(map(layout.is_full, broken))
    wider = sum(1 for line in lines if line.width > layout.measure + 6)
    if alike * 10 < len(broken) * 7 or wider * 10 > len(lines) or (usual_gap and alike * 2 < len(lines)):
        return Layout(0, 0, indented, spaced)
    return layout

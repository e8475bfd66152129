"""The lines of a document: their number, their markup, and how the page was set.

Lines end where :meth:`str.splitlines` ends them: LF, CR, CRLF, form feed, NEL, U+2028, U+2029 and more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from unicodedata import east_asian_width

from .signatures import remove_invisible

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
    gap: int = 0
    """Blank lines above it; -1 for the first line with text."""

    @property
    def marked(self) -> bool:
        """Its markup alone makes it a block of its own."""
        return bool(self.level or self.bold or self.image or self.separator)

    @property
    def ends_sentence(self) -> bool:
        return self.text[-1:] in _SENTENCE_END


@dataclass(frozen=True, slots=True)
class Layout:
    """How the page was set.

    ``measure`` is the width at which lines are broken by hand, 0 where a line is a whole paragraph; ``count``
    is the same in characters, for typists and programs count those.
    """

    measure: int = 0
    count: int = 0
    indented: bool = False
    spaced: bool = False
    double_spaced: bool = False

    def is_full(self, line: Line) -> bool:
        """The line reaches the measure, give or take punctuation that may not start the next one."""
        if not self.measure:
            return False
        return -6 <= line.width - self.measure <= 6 or -1 <= len(line.printed) - self.count <= 1


def split_lines(text: str, markup: bool = False) -> list[Line]:
    """All lines with at least one character that is not white space."""
    lines: list[Line] = []
    gap = -1
    for number, printed in enumerate(text.splitlines(), 1):
        if not printed or printed.isspace():
            gap += gap >= 0
            continue
        lines.append(_read_line(number, printed, markup, gap))
        gap = 0
    return lines


def _read_line(number: int, printed: str, markup: bool, gap: int) -> Line:
    body = remove_invisible(printed).rstrip()
    start = body.lstrip()
    indent = display_width(body[: len(body) - len(start)])
    width = display_width(body)
    if not start:
        return Line(number, printed, "", separator=True, gap=gap)
    if _SEPARATOR.match(body):
        return Line(number, printed, start, separator=True, gap=gap, width=width)
    if found := _IMAGE.match(body):
        return Line(number, printed, found[1].strip() or start, image=True, gap=gap, width=width)
    if (found := _ATX_HEADING.match(body)) and _is_heading(found, markup):
        return Line(number, printed, _plain(found[3]), level=len(found[1]), gap=gap, width=width)
    quoted = False
    if found := _QUOTED.match(body):
        quoted, start, indent = True, body[found.end() :].strip(), 0
    if found := _BOLD_LINE.match(start):
        return Line(number, printed, _plain(found[2]), quoted=quoted, bold=True, gap=gap, width=width)
    if markup and (found := _LIST_ITEM.match(start)):
        start = start[found.end() :]
    return Line(number, printed, _plain(start), quoted=quoted, indent=indent, width=width, gap=gap)


def _is_heading(found: re.Match[str], markup: bool) -> bool:
    """``#`` and a blank is Markdown; without the blank it may be a #topic#, a number, a careless heading."""
    if found[2] or markup:
        return True
    title = found[3]
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
    """Tell hard-wrapped pages from those that set a paragraph on a line.

    A hand-broken line stops in mid-sentence, is followed at once by a line that is not indented, and is as
    wide as its likes. In a double-spaced page each pair stands one blank line apart instead.
    """
    pairs = list(pairwise(lines))
    if not pairs:
        return Layout()
    spaced = sum(1 for _, b in pairs if b.gap) * 2 > len(pairs)
    indented = sum(1 for line in lines if line.indent >= 2) >= max(2, len(lines) // 20)
    usual_gap = 0
    if all(b.gap for _, b in pairs):
        usual_gap = 1
    # Title lines above the first indented paragraph are as wide as they please.
    head = next((line.number for line in lines if line.indent >= 2), 0) if indented else 0
    broken = [
        a
        for a, b in pairs
        if a.number >= head
        if b.gap == usual_gap and not a.ends_sentence and not a.marked and not b.marked
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

"""Groups lines into pieces. A piece is one paragraph, title line or mark that has no role yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .bylines import find_credit_tail, read_byline
from .datelines import read_statement
from .lines import Layout, Line
from .phrases import CAPTION_MARK, NOTE, STARTS_ITEM


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive lines. ``text`` is joined and without markup, ``printed`` is the text of the page."""

    text: str
    printed: str
    first_line: int
    last_line: int
    blank_lines_above: int
    level: int = 0
    quoted: bool = False
    bold: bool = False
    image: bool = False
    separator: bool = False
    indent: int = 0
    full: bool = False
    """Whether its last line reaches the measure, on a page with hard line breaks."""

    @property
    def adjacent(self) -> bool:
        return self.blank_lines_above == 0


def group_lines(lines: Sequence[Line], layout: Layout) -> list[Piece]:
    """The pieces in order; every line is in exactly one of them."""
    return [_make_piece(group, layout) for group in _line_groups(lines, layout)]


def _line_groups(lines: Sequence[Line], layout: Layout) -> Iterator[list[Line]]:
    group: list[Line] = []
    # On a page with indented paragraphs, the lines above the first indented one are the head: not joined.
    in_head = layout.indented
    for line in lines:
        if group and (in_head or not _continues(group[-1], line, layout)):
            yield group
            group = []
        in_head = in_head and line.indent < 2
        group.append(line)
    if group:
        yield group


def _continues(above: Line, line: Line, layout: Layout) -> bool:
    """Whether the line continues the paragraph of the line above; only on pages with hard line breaks."""
    if line.blank_lines_above != (1 if layout.double_spaced else 0) or above.marked or line.marked:
        return False
    if above.quoted != line.quoted or line.indent >= 2:
        return False
    if layout.double_spaced and above.ends_sentence:
        return False
    if CAPTION_MARK.match(line.text) or (above.ends_sentence and STARTS_ITEM.match(line.text)):
        return False
    if not layout.is_full(above) or _stands_alone(above) or _stands_alone(line):
        return False
    # The last line of a paragraph is short but ends the sentence; a title line is short and does not.
    return not above.ends_sentence or line.ends_sentence or layout.is_full(line)


def _stands_alone(line: Line) -> bool:
    """A byline, or a caption with its credit: as wide as the text, but not part of it."""
    return line.width <= 120 and bool(
        read_byline(line.text)
        or read_statement(line.text)
        or find_credit_tail(line.text)
        or NOTE.fullmatch(line.text)
    )


def _make_piece(group: list[Line], layout: Layout) -> Piece:
    head = group[0]
    parts = [head.text]
    for line in group[1:]:
        # Latin words are joined with a blank, Chinese lines without.
        if parts[-1][-1:].isascii() and line.text[:1].isascii() and line.text[:1].isalpha():
            parts.append(" ")
        parts.append(line.text)
    return Piece(
        text="".join(parts),
        printed="\n".join(line.printed for line in group),
        first_line=head.number,
        last_line=group[-1].number,
        blank_lines_above=head.blank_lines_above,
        level=head.level,
        quoted=head.quoted,
        bold=head.bold,
        image=head.image,
        separator=head.separator,
        indent=head.indent,
        full=layout.is_full(group[-1]),
    )

"""Roles to article: the pieces of one page become blocks, titles, figures and contributors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from . import phrases
from .blocks import Piece
from .body import Body
from .bylines import find_inline_bylines, read_byline
from .parsed import (
    Block,
    FigureKind,
    ParsedContributor,
    ParsedFigure,
    Role,
)
from .roles import Assigned

_LONGEST_MERGED = 500
"""Beyond this a block takes in no further lines: a file of furniture alone would cost quadratic time."""
_MERGED = frozenset({Role.BYLINE, Role.FURNITURE, Role.DATELINE, Role.HEADING, Role.HEADLINE})
_BRACKETS = "（）()【】 。."
_CAPTION_LABEL = re.compile(r"(?:[▲△▼▽↑↓←→↖↗↘↙⬆⬇◀◁◤◥◢◣◄⇧⇩☝👆📷\s]+|(?:图片说明|图说|图注)\s*[:：]\s*)+")


def build_blocks(pieces: Sequence[Assigned]) -> tuple[Block, ...]:
    """Every piece lies in one block; lines set together with one role make one block."""
    blocks: list[Block] = []
    for a in pieces:
        piece = a.features.piece
        above = blocks[-1] if blocks else None
        if above and a.role in _MERGED and above.role is a.role and _is_set_together(above, piece):
            blocks[-1] = Block(
                a.role,
                f"{above.text}\n{piece.printed}",
                above.first_line,
                piece.last_line,
                min(above.confidence, a.confidence),
                above.why,
            )
        else:
            blocks.append(
                Block(a.role, piece.printed, piece.first_line, piece.last_line, a.confidence, a.why)
            )
    return tuple(blocks)


def _is_set_together(above: Block, piece: Piece) -> bool:
    return piece.glued and not piece.separator and len(above.text) < _LONGEST_MERGED


def join_titles(pieces: Iterable[Assigned], role: Role) -> str:
    """All title lines of a role as one line; a blank stands where the page breaks the line."""
    return " ".join(a.features.text for a in pieces if a.role is role)


def build_figures(pieces: Sequence[Assigned]) -> tuple[ParsedFigure, ...]:
    """A caption with the credit in it or beside it; a credit alone is a figure without caption."""
    figures: list[ParsedFigure] = []
    last: int | None = None
    for position, a in enumerate(pieces):
        text = a.features.text
        if a.role is Role.CAPTION:
            if a.features.piece.image and text.startswith("!["):
                continue
            figures.append(_read_caption(text, a.features.credit_tail))
            last = position
        elif a.role is Role.CREDIT:
            if figures and last is not None and position - last <= 1 and not figures[-1].credit:
                figures[-1] = ParsedFigure(figures[-1].caption, text.strip(_BRACKETS), figures[-1].kind)
            else:
                figures.append(ParsedFigure("", text.strip(_BRACKETS)))
            last = None
    return tuple(figures)


def _read_caption(text: str, credit: str) -> ParsedFigure:
    kind = FigureKind.PHOTO
    if phrases.TABLE.match(text):
        kind = FigureKind.TABLE
    elif phrases.CHART.search(text):
        kind = FigureKind.CHART
    caption = text[: len(text) - len(credit)].rstrip() if credit and text.endswith(credit) else text
    if not caption.strip("（(【 "):
        caption, credit = text, ""
    found = _CAPTION_LABEL.match(caption)
    return ParsedFigure(
        caption[found.end() :] if found and caption[found.end() :] else caption,
        credit.strip(_BRACKETS),
        kind,
    )


def collect_contributors(pieces: Sequence[Assigned], body: Body) -> tuple[ParsedContributor, ...]:
    """From bylines first, then from everything else in reading order; each name once in a role."""
    found = [c for a in pieces if a.role is Role.BYLINE for c in _contributors_of(a)]
    found += [c for a in pieces if a.role is not Role.BYLINE for c in _contributors_of(a)]
    paragraphs = [paragraph.text for paragraph in body.paragraphs()]
    for number, text in enumerate(paragraphs, 1):
        for byline in find_inline_bylines(text[:80], text[-80:]):
            if byline.labelled or number == len(paragraphs):
                found += byline.contributors
    return tuple(dict.fromkeys(found))


def _contributors_of(a: Assigned) -> Iterator[ParsedContributor]:
    if a.features.byline and a.role in {Role.BYLINE, Role.FURNITURE, Role.DATELINE, Role.CREDIT}:
        yield from a.features.byline.contributors
    elif a.role is Role.CAPTION and a.features.credit_tail:
        byline = read_byline(a.features.credit_tail.strip("（）()。. "))
        yield from byline.contributors if byline else ()

"""Labelled pieces become the parts of an article: blocks, titles, figures and contributors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from . import phrases
from .block_roles import LabelledPiece
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

_MAX_MERGED_CHARACTERS = 500
"""A longer block gets no further lines: otherwise a file of furniture only would take quadratic time."""
_MERGED = frozenset({Role.BYLINE, Role.FURNITURE, Role.DATELINE, Role.HEADING, Role.HEADLINE})
_BRACKETS = "（）()【】 。."
_CAPTION_LABEL = re.compile(r"(?:[▲△▼▽↑↓←→↖↗↘↙⬆⬇◀◁◤◥◢◣◄⇧⇩☝👆📷\s]+|(?:图片说明|图说|图注)\s*[:：]\s*)+")


def build_blocks(pieces: Sequence[LabelledPiece]) -> tuple[Block, ...]:
    """Every piece is in exactly one block; adjacent lines with the same role form one block."""
    blocks: list[Block] = []
    for labelled in pieces:
        piece = labelled.features.piece
        above = blocks[-1] if blocks else None
        if (
            above
            and labelled.role in _MERGED
            and above.role is labelled.role
            and _is_set_together(above, piece)
        ):
            blocks[-1] = Block(
                labelled.role,
                f"{above.text}\n{piece.printed}",
                above.first_line,
                piece.last_line,
                min(above.confidence, labelled.confidence),
                above.why,
            )
        else:
            blocks.append(
                Block(
                    labelled.role,
                    piece.printed,
                    piece.first_line,
                    piece.last_line,
                    labelled.confidence,
                    labelled.why,
                )
            )
    return tuple(blocks)


def _is_set_together(above: Block, piece: Piece) -> bool:
    return piece.adjacent and not piece.separator and len(above.text) < _MAX_MERGED_CHARACTERS


def join_titles(pieces: Iterable[LabelledPiece], role: Role) -> str:
    """All title lines with one role as one line, with a blank at each line break of the page."""
    return " ".join(labelled.features.text for labelled in pieces if labelled.role is role)


def build_figures(pieces: Sequence[LabelledPiece]) -> tuple[ParsedFigure, ...]:
    """One figure per caption, with the credit inside or next to it; a single credit is a figure without
    caption."""
    figures: list[ParsedFigure] = []
    last: int | None = None
    for position, labelled in enumerate(pieces):
        text = labelled.features.text
        if labelled.role is Role.CAPTION:
            if labelled.features.piece.image and text.startswith("!["):
                continue
            figures.append(_read_caption(text, labelled.features.credit_tail))
            last = position
        elif labelled.role is Role.CREDIT:
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
    label = _CAPTION_LABEL.match(caption)
    return ParsedFigure(
        caption[label.end() :] if label and caption[label.end() :] else caption,
        credit.strip(_BRACKETS),
        kind,
    )


def collect_contributors(pieces: Sequence[LabelledPiece], body: Body) -> tuple[ParsedContributor, ...]:
    """The names in bylines first, then all others in reading order; each name and role once."""
    contributors = [
        c for labelled in pieces if labelled.role is Role.BYLINE for c in _contributors_of(labelled)
    ]
    contributors += [
        c for labelled in pieces if labelled.role is not Role.BYLINE for c in _contributors_of(labelled)
    ]
    paragraphs = [paragraph.text for paragraph in body.paragraphs()]
    for number, text in enumerate(paragraphs, 1):
        for byline in find_inline_bylines(text[:80], text[-80:]):
            if byline.labelled or number == len(paragraphs):
                contributors += byline.contributors
    return tuple(dict.fromkeys(contributors))


def _contributors_of(labelled: LabelledPiece) -> Iterator[ParsedContributor]:
    if labelled.features.byline and labelled.role in {
        Role.BYLINE,
        Role.FURNITURE,
        Role.DATELINE,
        Role.CREDIT,
    }:
        yield from labelled.features.byline.contributors
    elif labelled.role is Role.CAPTION and labelled.features.credit_tail:
        byline = read_byline(labelled.features.credit_tail.strip("（）()。. "))
        yield from byline.contributors if byline else ()

"""Splits a document into its articles.

Four signs are tried in order. A sign is used only if every resulting part is a plausible article; otherwise
the document stays whole. The signs: labelled headlines, Markdown headlines, separator lines before a
headline, and headlines followed by a byline or by 本报讯.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .features import Features

_MAX_LINES_ABOVE_HEADLINE = 5
"""Greatest number of lines above a headline that belong to it."""
_HEAVY = frozenset("=＝═★☆※◆◇●○#+")


def split_articles(pieces: Sequence[Features]) -> list[Sequence[Features]]:
    """The pieces of each article, in order; together they are ``pieces``."""
    for find in (_by_label, _by_level, _by_rule, _by_signature):
        starts = find(pieces)
        if len(starts) > 1:
            return _parts([0, *starts[1:]], pieces)
    return [pieces]


def _has_running(pieces: Sequence[Features]) -> bool:
    return any(f.is_running for f in pieces)


def _is_signed(pieces: Sequence[Features]) -> bool:
    """Whether the pieces contain a byline, a statement with a date, or 本报讯."""
    return any(
        f.wire
        or (f.byline and not f.byline.editorial and not f.credit)
        or (f.statement and f.statement.dated)
        for f in pieces
    )


def _parts(starts: Sequence[int], pieces: Sequence[Features]) -> list[Sequence[Features]]:
    return [pieces[a:b] for a, b in pairwise([*starts, len(pieces)])]


def _by_label(pieces: Sequence[Features]) -> list[int]:
    starts = [_first_line_above(pieces, i) for i, f in enumerate(pieces) if f.label == "headline"]
    return starts if all(map(_has_running, _parts(starts, pieces))) else []


def _by_level(pieces: Sequence[Features]) -> list[int]:
    levels = [f.piece.level for f in pieces if f.piece.level]
    if not levels:
        return []
    top = min(levels)
    starts = [
        _first_line_above(pieces, i) for i, f in enumerate(pieces) if f.piece.level == top and not f.numbered
    ]
    parts = _parts(starts, pieces)
    if len(starts) < 2 or not all(map(_has_running, parts)):
        return []
    ruled = all(start == 0 or pieces[start - 1].piece.separator for start in starts[1:])
    nested = all(any(f.piece.level > top for f in part) for part in parts)
    return starts if ruled or nested or all(map(_is_signed, parts)) else []


def _by_rule(pieces: Sequence[Features]) -> list[int]:
    """Starts after separator lines, if each part begins with a headline."""
    starts = [0]
    heavy = False
    for i, f in enumerate(pieces[:-1]):
        if f.piece.separator and f.text and not pieces[i + 1].piece.separator:
            opening = next(
                (
                    opening_piece
                    for opening_piece in pieces[i + 1 :]
                    if not (opening_piece.is_marked and not opening_piece.piece.level)
                ),
                None,
            )
            if (
                opening is not None
                and opening.is_title
                and not opening.numbered
                and _same_level(opening, pieces)
            ):
                starts.append(i + 1)
                heavy = heavy or f.text[0] in _HEAVY or len(f.text) >= 10
    parts = _parts(starts, pieces)
    if len(starts) < 2 or not all(map(_has_running, parts)):
        return []
    return starts if heavy or all(map(_is_signed, parts)) else []


def _same_level(opening: Features, pieces: Sequence[Features]) -> bool:
    first = next((f for f in pieces if f.is_title), opening)
    return opening.piece.level == first.piece.level


def _by_signature(pieces: Sequence[Features]) -> list[int]:
    """Starts at headlines that are followed by a byline or 本报讯, and then by text."""
    starts = []
    for i, f in enumerate(pieces[:-1]):
        below = pieces[i + 1]
        if not f.is_title or f.numbered or f.piece.level or f.heading_label:
            continue
        signed = bool(
            below.byline and below.byline.labelled and not below.byline.editorial and not below.credit
            and _next_running(pieces, i + 2)
        )  # fmt: skip
        if signed or below.wire:
            starts.append(_first_line_above(pieces, i))
    parts = _parts(starts, pieces)
    if len(starts) < 2 or not all(map(_has_running, parts)) or _has_running(pieces[: starts[0]]):
        return []
    return starts


def _next_running(pieces: Sequence[Features], start: int) -> bool:
    """Whether one of the three pieces from ``start`` on is running text."""
    return any(f.is_running for f in pieces[start : start + 3])


def _first_line_above(pieces: Sequence[Features], start: int) -> int:
    """The position of the first title line or folio directly above the headline at ``start``."""
    level = pieces[start].piece.level
    for _ in range(_MAX_LINES_ABOVE_HEADLINE):
        if not start or pieces[start - 1].piece.separator:
            break
        above = pieces[start - 1]
        is_title = above.is_title and not above.numbered and (not level or above.piece.level != level)
        is_kicker = is_title or above.label == "kicker"
        is_dateline = (
            above.statement is not None and above.piece.first_line + 2 >= pieces[start].piece.first_line
        )
        if not is_kicker and not (is_dateline and start > 1 and pieces[start - 2].piece.separator):
            break
        start -= 1
    return start

"""Finds text in quotes: “…”, ‘…’, 「…」, 『…』, 《…》 and the straight quotes of typewritten pages."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOSING = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》"}
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
_MARKS = re.compile('[“”‘’「」『』《》"\n]')

QUOTE_MARKS = "“”‘’「」『』\"'"


@dataclass(frozen=True, slots=True)
class Quotation:
    """``start`` and ``end`` are the range without the quotes; ``mark`` is the opening quote."""

    start: int
    end: int
    mark: str

    @property
    def is_title(self) -> bool:
        return self.mark == "《"


def unquoted(printed: str) -> str:
    """The name without quotes and blanks: 三强‘三提’ is 三强三提."""
    return "".join(
        character for character in printed if character not in QUOTE_MARKS and not character.isspace()
    )


def find_quotations(text: str, max_length: int) -> list[Quotation]:
    """All quotations of at most ``max_length`` characters, nested ones too, sorted by start.

    Quotes pair inside a line. If one is missing, the other quotes of the line must not pair wrongly, so only
    near quotes pair. A straight quote may open or close, so it pairs with the one before and the one after
    it; the caller judges by the words around the quotation.
    """
    quotations: list[Quotation] = []
    opened: list[tuple[str, int]] = []
    straight = -1
    for match in _MARKS.finditer(text):
        mark, at = match[0], match.start()
        if mark == "\n":
            opened.clear()
            straight = -1
        elif mark in _CLOSING:
            opened.append((mark, at))
        elif mark == '"':
            if straight >= 0 and at - straight - 1 <= max_length:
                quotations.append(Quotation(straight + 1, at, mark))
            straight = at
        else:
            _close(mark, at, opened, quotations, max_length)
    return sorted(
        (quotation for quotation in quotations if quotation.end > quotation.start),
        key=lambda q: (q.start, -q.end),
    )


def _close(
    mark: str, at: int, opened: list[tuple[str, int]], quotations: list[Quotation], max_length: int
) -> None:
    """Pair a closing mark with the nearest opening one of its kind; later opening marks have no partner."""
    for depth in range(len(opened) - 1, -1, -1):
        opening, start = opened[depth]
        if opening == _OPENING[mark]:
            del opened[depth:]
            if at - start - 1 <= max_length:
                quotations.append(Quotation(start + 1, at, opening))
            return

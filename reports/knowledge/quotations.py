"""What stands between quotes: “…”, ‘…’, 「…」, 『…』, 《…》 and the straight quotes of typewritten pages."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOSING = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》"}
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
_MARKS = re.compile('[“”‘’「」『』《》"\n]')

QUOTE_MARKS = "“”‘’「」『』\"'"


@dataclass(frozen=True, slots=True)
class Quotation:
    """``start`` and ``end`` bound what is quoted, without the quotes; ``mark`` is the opening one."""

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


def find_quotations(text: str, longest: int) -> list[Quotation]:
    """All quoted stretches of up to ``longest`` characters, inner ones too, by their start.

    Quotes pair within a line. A quote whose partner was lost in print must not turn the rest of the line
    inside out: only near partners pair, and a straight quote, which does not tell whether it opens or closes,
    pairs with the one before and the one after it; what uses the result judges by the surroundings.
    """
    found: list[Quotation] = []
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
            if straight >= 0 and at - straight - 1 <= longest:
                found.append(Quotation(straight + 1, at, mark))
            straight = at
        else:
            _close(mark, at, opened, found, longest)
    return sorted(
        (quotation for quotation in found if quotation.end > quotation.start), key=lambda q: (q.start, -q.end)
    )


def _close(mark: str, at: int, opened: list[tuple[str, int]], found: list[Quotation], longest: int) -> None:
    """Pair a closing mark with the nearest opening one of its kind; marks opened since were never closed."""
    for depth in range(len(opened) - 1, -1, -1):
        opening, start = opened[depth]
        if opening == _OPENING[mark]:
            del opened[depth:]
            if at - start - 1 <= longest:
                found.append(Quotation(start + 1, at, opening))
            return

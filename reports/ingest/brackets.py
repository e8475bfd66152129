"""Brackets and quotation marks: which stay open, which close what was never opened."""

from __future__ import annotations

_PAIRS = {"《": "》", "“": "”", "「": "」", "『": "』", "（": "）", "【": "】", "〈": "〉", "‘": "’"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
# Half-width brackets are judged with their full-width twins: typists mix them within one pair.
_TWINS = {"(": "（", ")": "）", "[": "【", "]": "】"}


def find_unmatched(text: str) -> tuple[str, str]:
    """(openers never closed, closers never opened), each in order, apostrophes left out.

    Pairs may nest and cross (`“《”》` is a slip, not two missing marks), so each kind is counted alone.
    """
    opened: dict[str, int] = {}
    closed: list[str] = []
    for character in text:
        character = _TWINS.get(character, character)
        if character in _PAIRS:
            opened[character] = opened.get(character, 0) + 1
        elif character in _CLOSERS:
            opener = _CLOSERS[character]
            if opened.get(opener):
                opened[opener] -= 1
            elif character != "’":
                closed.append(character)
    return "".join(o * n for o, n in opened.items() if o != "‘"), "".join(closed)


def closes(openers: str, closers: str) -> bool:
    """One of the closers closes one of the openers."""
    return any(_CLOSERS[closer] in openers for closer in closers)


def is_wholly_quoted(text: str) -> bool:
    """The text opens with a quotation mark and ends with one, or never closes the first."""
    if text[:1] not in '“「『"':
        return False
    body = text.rstrip("。．.！!？?… ")
    return body[-1:] in '”」』"' or bool(find_unmatched(text)[0]) or text.count('"') % 2 == 1

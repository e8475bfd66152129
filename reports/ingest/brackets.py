"""Brackets and quotation marks without a partner."""

from __future__ import annotations

_PAIRS = {"《": "》", "“": "”", "「": "」", "『": "』", "（": "）", "【": "】", "〈": "〉", "‘": "’"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
# Half-width brackets count as full-width ones: typists mix both in one pair.
_TWINS = {"(": "（", ")": "）", "[": "【", "]": "】"}


def find_unmatched(text: str) -> tuple[str, str]:
    """Returns (opening marks without a closing one, closing marks without an opening one), without
    apostrophes.

    Pairs may nest and cross (`“《”》` is a typing error, not two missing marks), so each kind is counted
    alone.
    """
    unclosed: dict[str, int] = {}
    unopened: list[str] = []
    for character in text:
        character = _TWINS.get(character, character)
        if character in _PAIRS:
            unclosed[character] = unclosed.get(character, 0) + 1
        elif character in _CLOSERS:
            opener = _CLOSERS[character]
            if unclosed.get(opener):
                unclosed[opener] -= 1
            elif character != "’":
                unopened.append(character)
    return "".join(o * n for o, n in unclosed.items() if o != "‘"), "".join(unopened)


def closes(openers: str, closers: str) -> bool:
    """Whether one of the closing marks belongs to one of the opening marks."""
    return any(_CLOSERS[closer] in openers for closer in closers)


def is_wholly_quoted(text: str) -> bool:
    """Whether the text begins with a quotation mark and ends with one, or never closes the first."""
    if text[:1] not in '“「『"':
        return False
    body = text.rstrip("。．.！!？?… ")
    return body[-1:] in '”」』"' or bool(find_unmatched(text)[0]) or text.count('"') % 2 == 1

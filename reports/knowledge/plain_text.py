"""A text in a form that patterns can be written for, whose offsets lead back to the text as printed."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from reports.language.variants import simplified_character

_WIDE_ASCII = range(0xFF01, 0xFF5F)
_BLANK = re.compile("[ \t\r\f\v]+")


class _PlainTable(dict[int, str]):
    """For ``str.translate``: each character as one character, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if code in _WIDE_ASCII:
            character = chr(code - 0xFEE0)
        elif character.isspace() and character != "\n":
            character = " "
        elif code > 0x2E80:
            character = simplified_character(character)
        self[code] = character
        return character


_table = _PlainTable()


def plain(text: str) -> str:
    """Half-width ASCII and punctuation, simplified characters; as long as the text, character by character.

    Unlike ``language.normalise`` it keeps case, blanks and lines, which names and sentences need.
    """
    return text.translate(_table)


class Squeezed:
    """The plain text without blanks and without the characters of ``dropped``, and the way back.

    Blanks within Chinese are faults of the page, and 三强‘三提’ is 三强三提 printed otherwise.
    """

    __slots__ = ("_offsets", "_starts", "text")

    def __init__(self, text: str, dropped: re.Pattern[str] = _BLANK) -> None:
        plain_text = plain(text)
        offsets: list[int] = []  # where each kept stretch begins in the printed text
        pieces: list[str] = []
        start = 0
        for match in dropped.finditer(plain_text):
            if match.start() > start:
                offsets.append(start)
                pieces.append(plain_text[start : match.start()])
            start = match.end()
        if start < len(plain_text):
            offsets.append(start)
            pieces.append(plain_text[start:])
        self.text = "".join(pieces)
        self._starts = [0, *accumulate(map(len, pieces))][: len(pieces)]
        self._offsets = offsets

    def printed(self, start: int, end: int) -> tuple[int, int]:
        """The printed range of a range that is not empty."""
        return self._offset(start), self._offset(end - 1) + 1

    def _offset(self, index: int) -> int:
        piece = bisect_right(self._starts, index) - 1
        return self._offsets[piece] + index - self._starts[piece]

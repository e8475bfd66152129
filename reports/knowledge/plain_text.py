"""A simplified form of a text for regular expressions, with offsets that map to the printed text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from itertools import accumulate

from reports.language.variants import simplified_character

_WIDE_ASCII = range(0xFF01, 0xFF5F)
_BLANK = re.compile("[ \t\r\f\v]+")


class _PlainTable(dict[int, str]):
    """For ``str.translate``: maps each character to one character. Entries are added on first use."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if code in _WIDE_ASCII:
            character = chr(code - 0xFEE0)
        elif character.isspace() and character != "\n":
            character = " "
        elif code > 0x2E80:
            # NFKC: the radicals that PDF fonts print for whole characters, and compatibility ideographs.
            unified = unicodedata.normalize("NFKC", character) if _is_compatible(code) else character
            character = simplified_character(unified)
        self[code] = character
        return character


def _is_compatible(code: int) -> bool:
    return 0x2E80 <= code < 0x2FE0 or 0xF900 <= code < 0xFB00 or 0x2F800 <= code < 0x2FA20


_table = _PlainTable()


def plain(text: str) -> str:
    """The text with half-width ASCII and punctuation and simplified characters, and the same length.

    Unlike ``language.normalise`` it keeps case, blanks and lines, because names and sentences depend on them.
    """
    return text.translate(_table)


class CompactText:
    """The plain text without blanks and without characters that match ``dropped``, with a map to the text.

    Blanks inside Chinese are errors of the page, and 三强‘三提’ is the same name as 三强三提.
    """

    __slots__ = ("_offsets", "_starts", "text")

    def __init__(self, text: str, dropped: re.Pattern[str] = _BLANK) -> None:
        plain_text = plain(text)
        offsets: list[int] = []  # where each remaining range begins in the printed text
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
        """The printed range of a non-empty range."""
        return self._offset(start), self._offset(end - 1) + 1

    def _offset(self, index: int) -> int:
        piece = bisect_right(self._starts, index) - 1
        return self._offsets[piece] + index - self._starts[piece]

"""Removes blanks from running text that recognition software (OCR) left at former line ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .phrases import HAN

_BLANK = re.compile(rf"(?<=[{HAN}、，。；：！？”’》）,;:!?\"])[ 　](?=[{HAN}“‘《（\"(])")
_FEWEST = 8


def has_line_end_blanks(paragraphs: Sequence[str]) -> bool:
    """Whether most paragraphs have single blanks between Chinese characters.

    Blanks that separate two clauses of a heading or a list do not occur eight times in running text.
    """
    long_ones = [text for text in paragraphs if len(text) >= 40]
    marked = [text for text in long_ones if _BLANK.search(text)]
    if len(marked) * 2 < len(long_ones):
        return False
    return sum(len(_BLANK.findall(text)) for text in marked) >= _FEWEST


def remove_line_end_blanks(text: str) -> tuple[str, int]:
    """Returns the text without them, and their number. Blanks next to Latin letters or digits stay."""
    return _BLANK.subn("", text)

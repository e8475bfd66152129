"""Blanks that recognition software left where a line once ended: found, and taken out of running text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .phrases import HAN

_BLANK = re.compile(rf"(?<=[{HAN}、，。；：！？”’》）,;:!?\"])[ 　](?=[{HAN}“‘《（\"(])")
_FEWEST = 8


def has_line_end_blanks(paragraphs: Sequence[str]) -> bool:
    """The page shows the pattern: in most paragraphs single blanks stand between Chinese characters.

    A blank that parts two clauses of a heading or a list does not come eight times in running text.
    """
    long_ones = [text for text in paragraphs if len(text) >= 40]
    marked = [text for text in long_ones if _BLANK.search(text)]
    if len(marked) * 2 < len(long_ones):
        return False
    return sum(len(_BLANK.findall(text)) for text in marked) >= _FEWEST


def remove_line_end_blanks(text: str) -> tuple[str, int]:
    """The text without them, and how many there were. Blanks beside Latin letters or digits stay."""
    return _BLANK.subn("", text)

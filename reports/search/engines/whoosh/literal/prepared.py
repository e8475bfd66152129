"""A block as the literal index takes it: its text printed and normalised, and its word boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.language.offsets import Step

# Replaces what no query can contain: NUL, which separates blocks, and halves of surrogate pairs. It is a
# noncharacter of Unicode (chapter 23.7), so no interchanged text contains it.
UNSEARCHABLE = "\uffff"

Steps = Sequence[Step]


@dataclass(frozen=True, slots=True)
class PreparedBlock:
    """``steps``: from ``language.normalise``, they map ``normalised`` to ``printed``. ``boundaries``: the
    offsets in ``normalised``, ascending, in code points, where a word begins or ends. Can be pickled."""

    kind: str
    section: int
    figure: int
    printed: str
    normalised: str
    steps: Steps
    boundaries: Sequence[int]


def is_searchable(text: str) -> bool:
    """Whether an index can contain the text: it is not empty and has no NUL and no lone surrogate."""
    return bool(text) and UNSEARCHABLE not in _indexable(text)


def encode(text: str) -> bytes:
    """UTF-16 code units, little-endian; unsearchable characters are replaced by one unit each."""
    try:
        if "\0" not in text:
            return text.encode("utf-16-le")
    except UnicodeEncodeError:
        pass
    return _indexable(text).encode("utf-16-le")


def utf16_length(text: str) -> int:
    """The number of UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _indexable(text: str) -> str:
    return "".join(
        UNSEARCHABLE if character in "\0\uffff" or "\ud800" <= character <= "\udfff" else character
        for character in text
    )

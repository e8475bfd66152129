"""A block ready for the index: its normalised text, the way back to print, and where its words meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.language.normalise import normalise
from reports.language.offsets import Step
from reports.search.contract.values import IndexedBlock

# Stands for what cannot be asked for: NUL (which parts blocks) and halves of surrogate pairs. A
# noncharacter by Unicode (chapter 23.7), so no text interchange carries it.
UNASKABLE = "\uffff"

Steps = Sequence[Step]
Boundaries = Callable[[str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class PreparedBlock:
    """``steps``: as ``language.normalise`` gives them. ``boundaries``: code points of ``normalised``
    where words begin or end, ascending; empty where nobody looked. Picklable."""

    kind: str
    section: int
    figure: int
    printed: str
    normalised: str
    steps: Steps
    boundaries: Sequence[int]


def prepare_block(block: IndexedBlock, boundaries: Boundaries | Sequence[int] = ()) -> PreparedBlock:
    """Normalise a block. May run in another process than the one that builds.

    ``boundaries``: where words of the normalised text begin or end, or what finds them in it.
    """
    normalised = normalise(block.text)
    return PreparedBlock(
        block.kind,
        block.section,
        block.figure,
        block.text,
        normalised.text,
        normalised.steps,
        boundaries(normalised.text) if callable(boundaries) else boundaries,
    )


def askable(text: str) -> bool:
    """Whether the text can stand in an index at all: not empty, no NUL, no lone surrogate."""
    return bool(text) and UNASKABLE not in _indexable(text)


def encode(text: str) -> bytes:
    """UTF-16 code units, little-endian, what is unaskable replaced by one unit each."""
    try:
        if "\0" not in text:
            return text.encode("utf-16-le")
    except UnicodeEncodeError:
        pass
    return _indexable(text).encode("utf-16-le")


def _indexable(text: str) -> str:
    return "".join(UNASKABLE if c in "\0\uffff" or "\ud800" <= c <= "\udfff" else c for c in text)

"""Compares two texts for display: paragraph by paragraph, and by characters inside a paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

# Comparing characters takes quadratic time in the worst case. A longer paragraph is shown as replaced.
_MAX_COMPARED_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class TextRange:
    """``kind``: ``same``, ``removed`` or ``added``."""

    kind: str
    text: str


def compare_texts(before: str, after: str) -> list[list[TextRange]]:
    """The paragraphs of both texts as ranges. Without the added ranges they give ``before``, without the
    removed ones ``after``."""
    old, new = before.split("\n"), after.split("\n")
    paragraphs: list[list[TextRange]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            paragraphs += [[TextRange("same", text)] for text in old[i1:i2]]
        elif kind == "replace" and i2 - i1 == j2 - j1:
            paragraphs += [_compare_paragraphs(a, b) for a, b in zip(old[i1:i2], new[j1:j2], strict=True)]
        else:
            paragraphs += [[TextRange("removed", text)] for text in old[i1:i2]]
            paragraphs += [[TextRange("added", text)] for text in new[j1:j2]]
    return [filled for paragraph in paragraphs if (filled := [part for part in paragraph if part.text])]


def _compare_paragraphs(before: str, after: str) -> list[TextRange]:
    if max(len(before), len(after)) > _MAX_COMPARED_CHARACTERS:
        return [TextRange("removed", before), TextRange("added", after)]
    ranges: list[TextRange] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            ranges.append(TextRange("same", before[i1:i2]))
        else:
            ranges += [TextRange("removed", before[i1:i2]), TextRange("added", after[j1:j2])]
    return ranges

"""Two texts compared for reading: paragraph by paragraph, and inside a paragraph by characters."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

# Matching characters is quadratic at worst; beyond this a paragraph is shown as replaced whole.
_MAX_COMPARED_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class TextRange:
    """``kind``: ``same``, ``removed`` or ``added``."""

    kind: str
    text: str


def compare_texts(before: str, after: str) -> list[list[TextRange]]:
    """The paragraphs of both, each as stretches. Joined without the added ones they are ``before``,
    without the removed ones ``after``."""
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

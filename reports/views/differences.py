"""Two texts compared for reading: paragraph by paragraph, and inside a paragraph by characters."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

# Matching characters is quadratic at worst; beyond this a paragraph is shown as replaced whole.
_COMPARED_BY_CHARACTER = 2000


@dataclass(frozen=True, slots=True)
class Stretch:
    """``kind``: ``same``, ``removed`` or ``added``."""

    kind: str
    text: str


def compare_texts(before: str, after: str) -> list[list[Stretch]]:
    """The paragraphs of both, each as stretches. Joined without the added ones they are ``before``,
    without the removed ones ``after``."""
    old, new = before.split("\n"), after.split("\n")
    paragraphs: list[list[Stretch]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            paragraphs += [[Stretch("same", text)] for text in old[i1:i2]]
        elif kind == "replace" and i2 - i1 == j2 - j1:
            paragraphs += [_compare_paragraphs(a, b) for a, b in zip(old[i1:i2], new[j1:j2], strict=True)]
        else:
            paragraphs += [[Stretch("removed", text)] for text in old[i1:i2]]
            paragraphs += [[Stretch("added", text)] for text in new[j1:j2]]
    return [filled for paragraph in paragraphs if (filled := [part for part in paragraph if part.text])]


def _compare_paragraphs(before: str, after: str) -> list[Stretch]:
    if max(len(before), len(after)) > _COMPARED_BY_CHARACTER:
        return [Stretch("removed", before), Stretch("added", after)]
    stretches: list[Stretch] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            stretches.append(Stretch("same", before[i1:i2]))
        else:
            stretches += [Stretch("removed", before[i1:i2]), Stretch("added", after[j1:j2])]
    return stretches

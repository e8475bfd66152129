"""The order in which the matched blocks of a hit are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PassageCandidate:
    """A block that contains some of the texts; ``texts``: their numbers."""

    block: int
    texts: frozenset[int]


def best_first(candidates: Sequence[PassageCandidate], weights: Sequence[float]) -> list[PassageCandidate]:
    """All candidates, so that the first ones together show as many texts as possible.

    The next one is always the candidate whose texts not yet shown weigh most; if equal, whose texts weigh
    most in all; if equal, the first in reading order. ``weights``: of the texts.
    """
    # Blocks with the same texts differ only in their position: until all texts are shown, only the first of
    # each such group can be the next one.
    first_of: dict[frozenset[int], PassageCandidate] = {}
    for candidate in candidates:
        first_of.setdefault(candidate.texts, candidate)
    weight_of = {texts: sum(weights[number] for number in texts) for texts in first_of}
    selected: list[PassageCandidate] = []
    shown: frozenset[int] = frozenset()
    while remaining := [texts for texts in first_of if texts - shown]:
        best = max(
            remaining, key=lambda texts: (sum(weights[number] for number in texts - shown), weight_of[texts])
        )
        selected.append(first_of[best])
        shown |= best
    blocks = {candidate.block for candidate in selected}
    others = [candidate for candidate in candidates if candidate.block not in blocks]
    return [*selected, *sorted(others, key=lambda candidate: -weight_of[candidate.texts])]

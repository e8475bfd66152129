"""The blocks of a hit in which strings of the query occur, in the order in which they are worth showing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A block that holds some of the texts; ``texts``: their numbers."""

    block: int
    texts: frozenset[int]


def best_first(candidates: Sequence[Candidate], weights: Sequence[float]) -> list[Candidate]:
    """All candidates, so that the first ones together show as many of the texts as can be.

    Each next one is that whose texts not yet shown weigh most, then all its texts, then the first
    in reading order.
    """
    # Those with the same texts differ in their place only: one of each such group is worth choosing until
    # all texts are shown.
    groups: dict[frozenset[int], Candidate] = {}
    for candidate in candidates:
        groups.setdefault(candidate.texts, candidate)
    worth = {texts: sum(weights[number] for number in texts) for texts in groups}
    chosen: list[Candidate] = []
    shown: frozenset[int] = frozenset()
    while telling := [texts for texts in groups if texts - shown]:
        best = max(
            telling, key=lambda texts: (sum(weights[number] for number in texts - shown), worth[texts])
        )
        chosen.append(groups[best])
        shown |= best
    blocks = {candidate.block for candidate in chosen}
    rest = [candidate for candidate in candidates if candidate.block not in blocks]
    rest.sort(key=lambda candidate: -worth[candidate.texts])
    return [*chosen, *rest]


def occurrences(text: str, normalised: str) -> Iterator[tuple[int, int]]:
    """Every range where the text occurs, overlapping ones too."""
    start = normalised.find(text)
    while start >= 0:
        yield start, start + len(text)
        start = normalised.find(text, start + 1)

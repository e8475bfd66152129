"""The best places of a hit: whole blocks as printed, with marks where the query's strings stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A block that holds some of the texts; ``found``: numbers of those texts."""

    block: int
    normalised: str
    found: frozenset[int]


def choose(candidates: Sequence[Candidate], weights: Sequence[float], most: int) -> list[Candidate]:
    """At most ``most`` of the candidates, the best first.

    Each next one is that whose texts not yet shown weigh most, then all its texts, then the first
    in reading order: so that together they show as many of the query's words as can be.
    """
    if len(candidates) == 1:
        return list(candidates[:most])
    worth = {candidate.block: sum(weights[i] for i in candidate.found) for candidate in candidates}
    left = list(candidates)
    chosen: list[Candidate] = []
    shown: set[int] = set()
    while left and len(chosen) < most:
        best = max(left, key=lambda c: (sum(weights[i] for i in c.found - shown), worth[c.block]))
        left.remove(best)
        chosen.append(best)
        shown |= best.found
    return chosen


def occurrences(texts: Sequence[str], normalised: str) -> Iterator[tuple[int, int]]:
    """Every range where one of the texts stands, overlapping ones too."""
    for text in texts:
        start = normalised.find(text)
        while start >= 0:
            yield start, start + len(text)
            start = normalised.find(text, start + 1)


def merge(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The ranges in order; those that overlap become one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return tuple(merged)

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
    # Those with the same texts differ in their place only: one of each such group is worth choosing until
    # all texts are shown.
    groups: dict[frozenset[int], Candidate] = {}
    for candidate in candidates:
        groups.setdefault(candidate.found, candidate)
    worth = {found: sum(weights[i] for i in found) for found in groups}
    chosen: list[Candidate] = []
    shown: frozenset[int] = frozenset()
    while telling := [found for found in groups if found - shown]:
        best = max(telling, key=lambda found: (sum(weights[i] for i in found - shown), worth[found]))
        chosen.append(groups[best])
        shown |= best
    taken = {candidate.block for candidate in chosen}
    rest = [candidate for candidate in candidates if candidate.block not in taken]
    rest.sort(key=lambda candidate: -worth[candidate.found])
    return [*chosen, *rest][:most]


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

"""Compares the times of engines in one run: the same queries, in turn, in several rounds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.documents import facet_key
from bench.peers.answer import Answer, Peer
from bench.queries import Query


@dataclass(slots=True)
class Timings:
    """Milliseconds, a list per query."""

    name: str
    by_query: dict[int, list[float]] = field(default_factory=dict)

    def medians(self) -> list[float]:
        return [statistics.median(times) for times in self.by_query.values()]

    def percentile(self, share: float) -> float:
        """Percentile of the medians of the queries: without noise of the machine, with slow queries."""
        return percentile(self.medians(), share)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def time_queries(
    peers: Sequence[Peer], queries: Sequence[Query], rounds: int
) -> tuple[dict[str, Timings], dict[str, dict[int, Answer]]]:
    """Each round sends every query to every engine in turn, so that slow moments affect all engines equally.

    An engine may have fewer ``rounds``. The first engine changes, because each engine finds the processor's
    caches filled by the one before it.
    """
    timings = {peer.name: Timings(peer.name) for peer in peers}
    answers: dict[str, dict[int, Answer]] = {peer.name: {} for peer in peers}
    for peer in peers:  # a warm pass
        for number, query in enumerate(queries):
            answers[peer.name][number] = peer.search(query)
    for done in range(rounds):
        for number, query in enumerate(queries):
            first = (done + number) % len(peers)
            for peer in (*peers[first:], *peers[:first]):
                if done < getattr(peer, "rounds", rounds):
                    elapsed = answer_time(peer, query)
                    timings[peer.name].by_query.setdefault(number, []).append(elapsed)
    return timings, answers


def answer_time(peer: Peer, query: Query) -> float:
    """Milliseconds; of an engine that measures its own time (``seconds``), that."""
    started = time.perf_counter()
    peer.search(query)
    elapsed = time.perf_counter() - started
    return float(getattr(peer, "seconds", elapsed)) * 1000


def disagreements(
    answers: Mapping[str, Mapping[int, Answer]], one: str, other: str, queries: Sequence[Query]
) -> list[str]:
    """Queries on which two engines that should agree differ in total or facets."""
    differing = []
    for number, query in enumerate(queries):
        a, b = answers[one][number], answers[other][number]
        if a.total != b.total or _positive(a) != _positive(b):
            differing.append(f"{query.kind} {'+'.join(query.words)}: {a.total} and {b.total}")
    return differing


def _positive(answer: Answer) -> dict[str, dict[str, int]]:
    return {
        facet: {facet_key(facet, value): count for value, count in counts.items() if count}
        for facet, counts in answer.facets.items()
    }

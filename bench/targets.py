"""The targets, and whether the results reach them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.peers.answer import TANTIVY_SAME_ANSWERS, TANTIVY_WORDS_ONLY
from bench.peers.fts5 import Fts5
from bench.peers.ours import Ours
from bench.peers.stock_haystack import StockHaystack
from bench.peers.whoosh_words import WhooshWords
from bench.results import Measured

Parts = Mapping[str, Mapping[str, Any]]
_SMALL = 10_000
_MEGABYTE = 1e6
# If memory grew with the length of a download, this number of hits would take tens of megabytes.
_EXPORTED = 10_000


@dataclass(frozen=True, slots=True)
class Target:
    """The maximum: ``small`` up to 10,000 documents, ``large`` above; None if there is no target."""

    name: str
    small: float | None
    large: float | None
    unit: str
    measure: Callable[[Parts], float | None]

    def limit(self, size: int) -> float | None:
        return self.small if size <= _SMALL else self.large


@dataclass(frozen=True, slots=True)
class Outcome:
    target: Target
    limit: float | None
    measured: float | None

    @property
    def is_reached(self) -> bool | None:
        """None if there is no target or no result."""
        if self.limit is None or self.measured is None:
            return None
        return self.measured <= self.limit


def outcomes(measured: Measured) -> list[Outcome]:
    return [
        Outcome(target, target.limit(measured.size), target.measure(measured.parts)) for target in TARGETS
    ]


def _p95(parts: Parts, engine: str) -> float | None:
    engines = parts.get("queries", {}).get("engines", {})
    return float(engines[engine]["p95"]) if engine in engines else None


def _against(other: str, *ours: str) -> Callable[[Parts], float | None]:
    """The slowest p95 of ours divided by that of the other engine."""

    def measure(parts: Parts) -> float | None:
        mine, theirs = [_p95(parts, name) for name in ours], _p95(parts, other)
        measured = [p95 for p95 in mine if p95 is not None]
        return max(measured) / theirs if len(measured) == len(ours) and theirs else None

    return measure


def _served(*path: str) -> Callable[[Parts], float | None]:
    def measure(parts: Parts) -> float | None:
        value: Any = parts.get("served")
        for name in path:
            value = value[name] if value is not None else None
        return None if value is None else float(value)

    return measure


def _share_after_preload(parts: Parts) -> float | None:
    """A worker's proportional share of anonymous memory before it has answered anything."""
    served = parts.get("served")
    return None if served is None else served["memory"]["after preload"]["worker_share"] / _MEGABYTE


def _own(parts: Parts) -> float | None:
    """Memory of one additional worker: the pages used by it only, at their maximum after queries and
    exports."""
    served = parts.get("served")
    if served is None:
        return None
    return max(moment["worker_own"] for moment in served["memory"].values()) / _MEGABYTE


def _build(parts: Parts) -> float | None:
    engines = parts.get("builds", {}).get("engines", {})
    ours, base = engines.get(Ours.NAME), engines.get(WhooshWords.name)
    return float(ours["seconds"]) / float(base["seconds"]) if ours and base else None


def _export(read: Callable[[Mapping[str, Any]], float]) -> Callable[[Parts], float | None]:
    def measure(parts: Parts) -> float | None:
        served = parts.get("served")
        if served is None or served["export"]["hits"] < _EXPORTED:
            return None
        return read(served["export"])

    return measure


TARGETS = (
    Target("p95 against tantivy, same answers", 0.5, 0.5, "×", _against(TANTIVY_SAME_ANSWERS, Ours.NAME)),
    Target("p95 against tantivy, words only", 1.2, 1.2, "×", _against(TANTIVY_WORDS_ONLY, Ours.NAME)),
    Target(
        "p95 against FTS5, same tokens",
        *(0.2, 0.2, "×"),
        _against(Fts5.SAME_TOKENS, Ours.NAME, Ours.WORDS_ONLY),
    ),
    Target("p95 against stock haystack", 0.01, None, "×", _against(StockHaystack.name, Ours.NAME)),
    Target("first search after a worker is ready", 60, 200, "ms", _served("first", "median")),
    Target("search page over HTTP, one client, p95", 40, 80, "ms", _served("pages", "1", "p95")),
    Target("a further worker's memory, PSS after preload", 120, 300, "MB", _share_after_preload),
    Target("a further worker's own pages after all queries", 120, 300, "MB", _own),
    Target("full build against Whoosh on jieba's words", 0.7, 0.7, "×", _build),
    Target("CSV, first byte", 500, None, "ms", _export(lambda export: float(export["first_byte"]))),
    Target("CSV, whole", 5_000, None, "ms", _export(lambda export: float(export["whole"]))),
    Target(
        "CSV, growth of a worker's memory",
        *(16, None, "MB"),
        _export(lambda export: max(export["growth"]) / _MEGABYTE),
    ),
)

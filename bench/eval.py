"""``make eval``: the ranking quality of the archive, of stock Whoosh and of character bigrams.

    python -m bench.eval [--shared ../shared] [--count 500] [--articles N]

Writes bench/results/eval.md: figures only, no text. Indexes stay in bench/work/eval and are built again if
fields, analyzer or lexicon have changed.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django

django.setup()

from bench.eval_corpora import KnownItems, Questions, Task
from bench.eval_systems import System, systems
from bench.peers.ours import indexed
from reports.language.segment import default_segmenter
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.schema import manifest

HERE = Path(__file__).parent
_MISSED = 1_000_000
_RESAMPLES = 10_000

_systems: Sequence[System] = ()  # read by the forked processes


@dataclass(frozen=True, slots=True)
class Outcome:
    """``ranks``: rank of the expected document for each query, from 1."""

    name: str
    ranks: np.ndarray

    def reciprocal(self) -> np.ndarray:
        return np.where(self.ranks <= 10, 1 / self.ranks, 0)

    def recall(self, depth: int) -> float:
        return float((self.ranks <= depth).mean())

    def part(self, first: int) -> Outcome:
        """Every second query, from the first or the second on."""
        return Outcome(self.name, self.ranks[first::2])


def main() -> None:
    arguments = _arguments()
    if not (arguments.shared / "ir").is_dir():
        sys.exit(f"{arguments.shared}: no test data there (say --shared FOLDER)")
    started = time.perf_counter()
    sets = (
        Questions(arguments.shared / "ir"),
        KnownItems(arguments.shared / "corpus" / "news.jsonl.xz", arguments.articles, arguments.count),
    )
    lines = [
        "# Ranking, measured\n",
        "`make eval`; docs/ranking.md says what is measured and why the weights are as they are.\n",
    ]
    for tested in sets:
        print(f"{tested.name}: index", flush=True)
        index = _index(tested, arguments.work)
        print(f"{tested.name}: queries", flush=True)
        tasks = tested.tasks()
        compared = systems(index, tested.documents(), with_all=isinstance(tested, KnownItems))
        lines += _table(tested, index, _ranked(compared, tasks))
    seconds = time.perf_counter() - started
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines.append(f"{machine}: {seconds:.0f} s.\n")
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    (results / "eval.md").write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=HERE.parent.parent / "shared")
    parser.add_argument("--count", type=int, default=500, help="known items to look for")
    parser.add_argument("--articles", type=int, help="articles to look for them among; all, if not said")
    parser.add_argument("--work", type=Path, default=HERE / "work" / "eval")
    return parser.parse_args()


def _index(tested: Questions | KnownItems, work: Path) -> IndexDirectory:
    count = getattr(tested, "articles", None) or "all"
    family = f"{tested.name.replace(' ', '-')}-{count}-"
    folder = work / (family + manifest(default_segmenter())["version"])
    if not (folder / "complete").exists():
        for stale in work.glob(family + "*"):
            shutil.rmtree(stale)
        folder.mkdir(parents=True)
        documents = list(tested.documents())
        articles = map(indexed, documents)
        IndexDirectory(folder).rebuild(articles, lambda _: (), default_segmenter(), len(documents))
        (folder / "complete").touch()
    return IndexDirectory(folder)


def _ranked(compared: Sequence[System], tasks: Sequence[Task]) -> list[Outcome]:
    """Each system over all tasks, several systems at a time: stock Whoosh takes long."""
    global _systems
    _systems = compared
    with get_context("fork").Pool(min(len(compared), os.cpu_count() or 1)) as pool:
        jobs = [(index, task) for index in range(len(compared)) for task in tasks]
        ranks = np.array(pool.starmap(_rank, jobs, chunksize=50), np.int64).reshape(len(compared), -1)
    return [Outcome(system.name, own) for system, own in zip(compared, ranks, strict=True)]


def _rank(index: int, task: Task) -> int:
    ranking = _systems[index].best(task.query)
    return ranking.index(task.expected) + 1 if task.expected in ranking else _MISSED


def _table(tested: Questions | KnownItems, index: IndexDirectory, outcomes: Sequence[Outcome]) -> list[str]:
    snapshot = index.snapshot()
    assert snapshot is not None
    lines = [
        f"## {tested.name.capitalize()}: {len(outcomes[0].ranks):,} over {snapshot.count:,} documents\n",
        "| system | MRR@10 | recall@10 | recall@100 | MRR@10, odd half | even half |",
        "|---|---|---|---|---|---|",
    ]
    best = max(outcomes, key=lambda outcome: outcome.reciprocal().mean())
    for outcome in outcomes:
        halves = " | ".join(f"{outcome.part(first).reciprocal().mean():.4f}" for first in (0, 1))
        figures = f"{outcome.reciprocal().mean():.4f} | {outcome.recall(10):.4f} | {outcome.recall(100):.4f}"
        name = f"**{outcome.name}**" if outcome is best else outcome.name
        lines.append(f"| {name} | {figures} | {halves} |")
    ours = outcomes[0]
    lines += [
        "",
        f"MRR@10 of “{ours.name}” above that of … (95 % of {_RESAMPLES:,} resamples of the queries):",
        "",
    ]
    lines += [f"- {other.name}: {_difference(ours, other)}" for other in outcomes[1:]]
    return [*lines, ""]


def _difference(ours: Outcome, other: Outcome) -> str:
    gains = ours.reciprocal() - other.reciprocal()
    chance = np.random.default_rng(1)
    means = [gains[chance.integers(0, len(gains), len(gains))].mean() for _ in range(_RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{gains.mean():+.4f} ({low:+.4f} to {high:+.4f})"


if __name__ == "__main__":
    main()

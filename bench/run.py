"""``make bench``: ours, stock haystack, SQLite FTS5 and tantivy on the same documents and queries.

    python -m bench.run --sizes 1000 10000 [--corpus FILE.jsonl] [--rounds 5] [--without stock]
    python -m bench.run --builds-only --sizes 10000 50000   full builds: ours and one-process Whoosh, anew

Writes a table and a plot to bench/results/. Compare within one run only.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django

django.setup()

from bench.building import Build, build_table, measured_build
from bench.documents import Prepared, corpus_documents, prepare, synthetic_documents
from bench.measure import Timings, disagreements, time_queries
from bench.peers.answer import Peer
from bench.peers.fts5 import Fts5
from bench.peers.ours import Ours
from bench.peers.stock_haystack import StockHaystack
from bench.peers.tantivy_engine import Tantivy
from bench.peers.whoosh_words import WhooshWords
from bench.queries import Query, draw

HERE = Path(__file__).parent
STOCK_LIMIT = 10_000


def main() -> None:
    arguments = _arguments()
    lines = [
        f"# Benchmark\n\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n"
    ]
    for size in arguments.sizes:
        label = (
            f"{Path(arguments.corpus).stem.split('.')[0]}-{size}" if arguments.corpus else f"synthetic-{size}"
        )
        work = arguments.work / label
        documents = (
            corpus_documents(Path(arguments.corpus), size) if arguments.corpus else synthetic_documents(size)
        )
        prepared = prepare(documents, work / "documents")
        if arguments.builds_only:
            builds = _builds([Ours(), WhooshWords()], prepared, work, anew=True)
            lines.append(f"## {label}\n\n{_build_rows(builds)}")
            continue
        queries = draw(prepared)
        peers = _peers(size, arguments.without)
        built_only = [WhooshWords()] if not _is_left_out(WhooshWords.name, arguments.without) else []
        builds = _builds([*peers, *built_only], prepared, work)
        timings, notes = _measure(peers, builds, queries, work, arguments.rounds)
        lines += [_table(label, timings, queries, notes), _build_rows(builds)]
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    (results / f"{arguments.name}.md").write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument(
        "--corpus", help="real text instead: a .jsonl or .jsonl.xz of title text date place source"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--builds-only", action="store_true", help="build ours and one-process Whoosh anew")
    parser.add_argument(
        "--without", nargs="*", default=[], help="engines to leave out, by a part of their name"
    )
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--name", default="bench", help="name of the file of results")
    return parser.parse_args()


def _peers(size: int, without: Sequence[str]) -> list[Peer]:
    peers: list[Peer] = [
        Ours(),
        Ours(words_only=True),
        Tantivy(by_character=True),
        Tantivy(by_character=False),
        Fts5(by_character=False),
        Fts5(by_character=True),
    ]
    if size <= STOCK_LIMIT:
        peers.append(StockHaystack())
    return [peer for peer in peers if not _is_left_out(peer.name, without)]


def _is_left_out(name: str, without: Sequence[str]) -> bool:
    return any(part in name for part in without)


def _measure(
    peers: Sequence[Peer], builds: Mapping[str, Build], queries: Sequence[Query], work: Path, rounds: int
) -> tuple[dict[str, Timings], list[str]]:
    for peer in peers:
        peer.open(_folder(peer, work))
    timings, answers = time_queries(peers, queries, rounds)
    for name, timing in timings.items():
        timing.build_seconds, timing.size_bytes = builds[name].seconds, builds[name].size_bytes
    notes = []
    for one, other in (
        ("this archive", "tantivy, same answers"),
        ("this archive", "SQLite FTS5, same answers"),
    ):
        if one in answers and other in answers:
            differing = disagreements(answers, one, other, queries)
            notes.append(
                f"{one} and {other}: {len(queries) - len(differing)} of {len(queries)} answers equal"
            )
            notes += [f"  {line}" for line in differing[:10]]
    return timings, notes


def _folder(peer: Peer, work: Path) -> Path:
    name = "this archive" if isinstance(peer, Ours) else peer.name
    return work / "".join(c if c.isalnum() else "-" for c in name)


def _builds(peers: Sequence[Peer], prepared: Prepared, work: Path, *, anew: bool = False) -> dict[str, Build]:
    return {peer.name: measured_build(peer, prepared, _folder(peer, work), anew=anew) for peer in peers}


def _build_rows(builds: Mapping[str, Build]) -> str:
    return build_table(builds, ["this archive"], WhooshWords.name)


def _table(label: str, timings: dict[str, Timings], queries: Sequence[Query], notes: Sequence[str]) -> str:
    rows = [
        f"## {label}: {len(queries)} queries, milliseconds\n",
        "| engine | p50 | p95 | first | build s | size MB |",
    ]
    rows.append("|---|---|---|---|---|---|")
    for t in timings.values():
        rows.append(
            f"| {t.name} | {t.percentile(0.5):.2f} | {t.percentile(0.95):.2f} | {t.first:.1f} "
            f"| {t.build_seconds:.0f} | {t.size_bytes / 1e6:.0f} |"
        )
    ours = timings.get("this archive")
    words = timings.get("this archive, words only")
    if ours is not None:
        rows.append("\n| ratio of p95 | |\n|---|---|")
        for other in timings.values():
            mine = words if other.name.endswith("same tokens") and words else ours
            if other is not mine and other is not ours and other is not words:
                rows.append(
                    f"| {mine.name} / {other.name} | {mine.percentile(0.95) / other.percentile(0.95):.3f} |"
                )
    return "\n".join([*rows, "", *notes, ""])


if __name__ == "__main__":
    main()

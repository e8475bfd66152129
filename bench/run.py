"""``make bench``: the archive, stock haystack, SQLite FTS5 and tantivy on the same documents and queries.

    python -m bench.run [--sizes 1000 10000] [--corpus FILE.jsonl.xz]
        [--only builds queries served] [--without stock …] [--rounds 5] [--starts 5]
    python -m bench.run --only builds --anew    full builds of ours and one-process Whoosh, from nothing
    python -m bench.run --redraw                tables and plot from what was measured before

What is measured: ``builds`` (full builds, in fresh processes), ``queries`` (every engine in turn), ``served``
(gunicorn over HTTP). Each run puts what it measured in the place of what was there and leaves the rest:
bench/results/LABEL.json and LABEL.md for each set of documents, README.md and speed.svg over all.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django

django.setup()

from bench.building import measured_build
from bench.documents import Prepared, corpus_documents, prepare, synthetic_documents
from bench.fresh import fresh_start
from bench.measure import disagreements, folder_size, time_queries
from bench.peers.answer import TANTIVY_SAME_ANSWERS, Peer
from bench.peers.fts5 import Fts5
from bench.peers.ours import Ours, OursForgetful
from bench.peers.stock_haystack import StockHaystack
from bench.peers.whoosh_words import WhooshWords
from bench.queries import draw
from bench.results import Part, circumstances, read_all, record
from bench.served.measuring import measure_served
from bench.tables import overview, page

HERE = Path(__file__).parent
STOCK_LIMIT = 10_000
PARTS = ("builds", "queries", "served")
_PLOT = "speed.svg"


def main() -> None:
    arguments = _arguments()
    if not arguments.redraw:
        for size in arguments.sizes or ([None] if arguments.corpus else [1_000, 10_000]):
            _measure(arguments, size)
    _redraw(arguments.results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", help="numbers of documents; of a corpus, all if left out"
    )
    parser.add_argument(
        "--corpus", type=Path, help="real text instead: a .jsonl or .jsonl.xz of title text date place source"
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="what to measure")
    parser.add_argument(
        "--without", nargs="+", default=[], help="engines to leave out, by a part of their name"
    )
    parser.add_argument("--anew", action="store_true", help="build anew what was built before")
    parser.add_argument("--rounds", type=int, default=5, help="of all queries, after a warm one")
    parser.add_argument("--starts", type=int, default=5, help="fresh processes, for first queries")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="where indexes are built and kept")
    parser.add_argument("--results", type=Path, default=HERE / "results")
    parser.add_argument("--redraw", action="store_true", help="measure nothing, draw tables and plot")
    return parser.parse_args()


def _measure(arguments: argparse.Namespace, size: int | None) -> None:
    label = "-".join(
        [
            arguments.corpus.name.split(".")[0] if arguments.corpus else "synthetic",
            *([str(size)] if size else []),
        ]
    )
    work: Path = (arguments.work / label).resolve()
    documents = (
        corpus_documents(arguments.corpus, size) if arguments.corpus else synthetic_documents(size or 0)
    )
    prepared = prepare(documents, work / "documents")
    count = size or sum(1 for _ in prepared)
    around = circumstances(f"python -m bench.run {' '.join(sys.argv[1:])}".strip())

    def keep(name: str, part: Part) -> None:
        record(arguments.results, label, count, name, part, around)

    if "builds" in arguments.only:
        keep("builds", _builds(_builders(arguments, count), prepared, work, anew=arguments.anew))
    if "queries" in arguments.only:
        keep("queries", _queries(_peers(arguments, count), prepared, work, arguments))
    if "served" in arguments.only:
        measured_build(Ours(), prepared, _folder(Ours(), work))
        keep(
            "served",
            measure_served(
                prepared,
                draw(prepared),
                _folder(Ours(), work),
                work / "served",
                rounds=arguments.rounds,
                starts=arguments.starts,
            ),
        )


def _redraw(results: Path) -> None:
    measured = read_all(results)
    for one in measured:
        (results / f"{one.label}.md").write_text(page(one), "utf-8")
    text = overview(measured, _PLOT)
    (results / "README.md").write_text(text, "utf-8")
    if find_spec("matplotlib"):
        from bench.plot import draw as draw_plot

        draw_plot(measured, results / _PLOT)
    else:
        print("No plot: matplotlib is not installed (requirements-bench.txt)", file=sys.stderr)
    print(text)


def _peers(arguments: argparse.Namespace, size: int) -> list[Peer]:
    peers: list[Peer] = [Ours(), Ours(words_only=True), OursForgetful()]
    if "tantivy" not in arguments.without:
        from bench.peers.tantivy_engine import Tantivy

        peers += [Tantivy(by_character=True), Tantivy(by_character=False)]
    peers += [Fts5(by_character=False), Fts5(by_character=True)]
    if size <= STOCK_LIMIT:
        peers.append(StockHaystack())
    return _chosen(peers, arguments)


def _builders(arguments: argparse.Namespace, size: int) -> list[Peer]:
    """Those with an index of their own, and Whoosh alone, which is only built."""
    if arguments.anew:
        return _chosen([Ours(), WhooshWords()], arguments)
    own = [peer for peer in _peers(arguments, size) if not isinstance(peer, Ours) or peer.name == Ours.NAME]
    return [*own, *_chosen([WhooshWords()], arguments)]


def _chosen(peers: Sequence[Peer], arguments: argparse.Namespace) -> list[Peer]:
    return [peer for peer in peers if not any(part in peer.name for part in arguments.without)]


def _folder(peer: Peer, work: Path) -> Path:
    name = Ours.NAME if isinstance(peer, Ours) else peer.name
    return work / "".join(c if c.isalnum() else "-" for c in name)


def _builds(peers: Sequence[Peer], prepared: Prepared, work: Path, *, anew: bool) -> Part:
    built = {peer.name: measured_build(peer, prepared, _folder(peer, work), anew=anew) for peer in peers}
    return {"engines": {name: asdict(build) for name, build in built.items()}}


def _queries(peers: Sequence[Peer], prepared: Prepared, work: Path, arguments: argparse.Namespace) -> Part:
    queries = draw(prepared)
    for peer in peers:
        measured_build(peer, prepared, _folder(peer, work))
    fresh = {peer.name: fresh_start(peer, _folder(peer, work), queries, arguments.starts) for peer in peers}
    for peer in peers:
        peer.open(_folder(peer, work))
    timings, answers = time_queries(peers, queries, arguments.rounds)
    for peer in peers:
        if close := getattr(peer, "close", None):
            close()
    engines = {
        peer.name: {
            "p50": timings[peer.name].percentile(0.5),
            "p95": timings[peer.name].percentile(0.95),
            **asdict(fresh[peer.name]),
            "size_bytes": folder_size(_folder(peer, work)),
            "medians": timings[peer.name].medians(),
        }
        for peer in peers
    }
    notes = []
    for other in (TANTIVY_SAME_ANSWERS, Fts5.SAME_ANSWERS):
        if Ours.NAME in answers and other in answers:
            differing = disagreements(answers, Ours.NAME, other, queries)
            equal = len(queries) - len(differing)
            notes.append(
                f"{Ours.NAME} and {other}: {equal} of {len(queries)} answers equal (totals and facets)"
            )
            notes += differing[:10]
    return {"engines": engines, "queries": [asdict(query) for query in queries], "notes": notes}


if __name__ == "__main__":
    main()

"""Results as Markdown: one page for each set of documents, and one for the targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.building import Build, build_table
from bench.peers.ours import Ours
from bench.peers.whoosh_words import WhooshWords
from bench.results import Measured
from bench.targets import Outcome, outcomes

_LEGEND = """\
Milliseconds unless said otherwise. A query's time is the median of its rounds; p50 and p95 are over queries.
An answer has the total, the best 20 and five facets, each counted with its own choice let go. “First” is the
first query of an engine just opened in a new process (median of several), its files in the page cache.
“Memory” is what opening and all queries added to what only that process has, mapped files not counted.
“Nothing kept”: before each query all that is remembered from earlier ones is thrown away.
"""
_SERVED = """\
gunicorn with `archive/gunicorn.py`, preloaded, and SQLite, both as shipped; 20 hits with passages, all
facets. Hits, totals, counts, labels and passages were compared with the engine's and the documents' before
anything was timed.

Memory is that of the worker that has most: “own” is `Private_Dirty` of `/proc/PID/smaps_rollup`, pages only
it has written (what it still shares with the master is not in it, nor are mapped files of the index, which
are page cache); “share” is `Pss_Anon` + `Pss_Shmem`, its part of the shared pages as well. What must be
reached is held against the share after preload and the own pages at the worst moment. The growth during a
download is that of `RssAnon`, looked at every 20 ms.
"""


def page(measured: Measured) -> str:
    """The page of one set of documents."""
    parts = measured.parts
    lines = [f"# {measured.label}: {measured.size:,} documents", "", "## Must reach", ""]
    lines += [*reached_table(outcomes(measured)), ""]
    if "queries" in parts:
        lines += _queries(parts["queries"])
    if "builds" in parts:
        builds = {name: Build(**build) for name, build in parts["builds"]["engines"].items()}
        lines += ["## Full builds", "", _around(parts["builds"]), ""]
        lines += [build_table(builds, [Ours.NAME], WhooshWords.name)]
    if "served" in parts:
        lines += _served(parts["served"])
    return "\n".join(lines).rstrip() + "\n"


def overview(all_measured: Sequence[Measured], plot: str) -> str:
    """The targets, with one column for each set of documents."""
    lines = [
        "# Speed, measured",
        "",
        "`make bench`. The page of each run says what its figures are. Compare within one run only.",
        "",
        f"![p50 and p95 of every engine]({plot})",
        "",
    ]
    for measured in all_measured:
        lines += [f"## [{measured.label}]({measured.label}.md): {measured.size:,} documents", ""]
        lines += [*reached_table(outcomes(measured)), ""]
        lines += [f"- {name}: {_around(part)}" for name, part in measured.parts.items()] + [""]
    return "\n".join(lines).rstrip() + "\n"


def reached_table(outcomes: Iterable[Outcome]) -> list[str]:
    rows = []
    for outcome in outcomes:
        name, unit = outcome.target.name, outcome.target.unit
        limit = "–" if outcome.limit is None else f"≤ {outcome.limit:g} {unit}"
        measured = "not measured" if outcome.measured is None else f"{_figure(outcome.measured)} {unit}"
        reached = {True: "yes", False: "**no**", None: "–"}[outcome.is_reached]
        rows.append((name, limit, measured, reached))
    return _table(("must reach", "wanted", "measured", "reached"), rows)


def _queries(part: Mapping[str, Any]) -> list[str]:
    engines = part["engines"]
    rows = [
        (
            name,
            *(f"{engine[key]:.2f}" for key in ("p50", "p95")),
            *(f"{engine[key]:.1f}" for key in ("first", "open")),
            f"{engine['memory_bytes'] / 1e6:.0f}",
            f"{engine['size_bytes'] / 1e6:.0f}",
        )
        for name, engine in engines.items()
    ]
    header = ("engine", "p50", "p95", "first", "opening", "memory MB", "index MB")
    lines = [f"## {len(part['queries'])} queries", "", _around(part), "", _LEGEND, *_table(header, rows), ""]
    ours = engines.get(Ours.NAME)
    if ours is not None:
        others = [name for name in engines if not name.startswith(Ours.NAME)]
        ratios = [
            (
                name,
                *(
                    f"{engines[mine]['p95'] / engines[name]['p95']:.4f}" if mine in engines else ""
                    for mine in (Ours.NAME, Ours.WORDS_ONLY)
                ),
            )
            for name in others
        ]
        lines += [*_table(("p95 divided by that of", Ours.NAME, Ours.WORDS_ONLY), ratios), ""]
    lines += _by_kind(part)
    return lines + [f"- {note}" for note in part["notes"]] + [""]


def _by_kind(part: Mapping[str, Any]) -> list[str]:
    """The slowest median of each kind of query."""
    kinds = list(dict.fromkeys(query["kind"] for query in part["queries"]))
    rows = []
    for kind in sorted(kinds):
        numbers = [number for number, query in enumerate(part["queries"]) if query["kind"] == kind]
        times = (max(engine["medians"][number] for number in numbers) for engine in part["engines"].values())
        rows.append((kind, *(_figure(time) for time in times)))
    return [*_table(("slowest of its kind", *part["engines"]), rows), ""]


def _served(part: Mapping[str, Any]) -> list[str]:
    first, service, export = part["first"], part["service"], part["export"]
    lines = ["## Over HTTP", "", _around(part), "", _SERVED]
    pages = [
        (
            f"search page, {clients} client{'s' if clients != '1' else ''}",
            *(f"{page[key]:.1f}" for key in ("p50", "p95", "p95_all", "pages_a_second")),
            f"{page['median_bytes'] / 1e3:.0f}",
        )
        for clients, page in part["pages"].items()
    ]
    inner = (f"{service['p50']:.1f}", f"{service['p95']:.1f}", "", "", "")
    pages.append(("of it: search, passages, labels (`took_ms`)", *inner))
    lines += [*_table(("", "p50", "p95", "p95 of all pages", "pages a second", "KB"), pages), ""]
    each = ", ".join(f"{time:.1f}" for time in first["each"])
    growth = ", ".join(f"{growth / 1e6:.1f}" for growth in export["growth"])
    rows = [
        ("a start until a worker answers, s", f"{first['ready_seconds']:.1f}"),
        ("first search after that, ms: median (each)", f"{first['median']:.1f} ({each})"),
        ("CSV: hits, MB", f"{export['hits']:,} of `{export['query']}`, {export['bytes'] / 1e6:.1f}"),
        ("CSV: first byte, whole, ms", f"{export['first_byte']:.0f}, {export['whole']:.0f}"),
        ("CSV: growth of a worker, MB, each download", growth),
    ]
    lines += [*_table(("", ""), rows), ""]
    columns = ("master_own", "master_share", "worker_own", "worker_share")
    memory = [
        (moment, *(f"{figures[column] / 1e6:.0f}" for column in columns))
        for moment, figures in part["memory"].items()
    ]
    header = ("memory, MB", "master: own", "share", "a worker: own", "share")
    return [*lines, *_table(header, memory), ""]


def _around(part: Mapping[str, Any]) -> str:
    around = part["circumstances"]
    return (
        f"{around['date']}, {around['machine']}, {around['system']}, "
        f"load {around['load']} before; `{around['command']}`"
    )


def _figure(value: float) -> str:
    """The number with three significant digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]

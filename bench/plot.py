"""p50 and p95 of every engine on a logarithmic scale, one panel a set of documents, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from bench.peers.ours import Ours
from bench.results import Measured

# The same measurements must give the same file.
mpl.rcParams["svg.hashsalt"] = "bench"
_OURS, _OTHERS, _PAGE = "#b3261e", "#44546a", "#8a6d00"


def draw(all_measured: Sequence[Measured], path: Path) -> None:
    shown = [measured for measured in all_measured if _rows(measured)]
    if not shown:
        return
    heights = [len(_rows(measured)) + 2 for measured in shown]
    figure = Figure(figsize=(9, 0.34 * sum(heights) + 0.5), layout="constrained")
    panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False, height_ratios=heights)
    for axes, measured in zip(panels[:, 0], shown, strict=True):
        _panel(axes, measured)
    panels[-1, 0].set_xlabel("milliseconds a query (logarithmic): ● p50, ┃ p95; top 20, total, all facets")
    figure.savefig(path, metadata={"Date": None})


def _rows(measured: Measured) -> list[tuple[str, float, float, str]]:
    """Name, p50, p95 and colour; the fastest first."""
    engines = measured.parts.get("queries", {}).get("engines", {})
    rows = [
        (name, engine["p50"], engine["p95"], _OURS if name.startswith(Ours.NAME) else _OTHERS)
        for name, engine in engines.items()
    ]
    for clients, page in measured.parts.get("served", {}).get("pages", {}).items():
        rows.append((f"search page over HTTP, {clients} at a time", page["p50"], page["p95"], _PAGE))
    return sorted(rows, key=lambda row: row[2])


def _panel(axes: Axes, measured: Measured) -> None:
    rows = _rows(measured)
    for row, (_, p50, p95, colour) in enumerate(rows):
        axes.plot([p50, p95], [row, row], color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot(p50, row, "o", color=colour, markersize=5)
        axes.plot(p95, row, "|", color=colour, markersize=12, markeredgewidth=2)
        axes.annotate(f"{p95:.3g}", (p95, row), (7, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_yticks(range(len(rows)), [row[0] for row in rows], fontsize=8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.1)
    axes.grid(axis="x", which="major", color="#dddddd")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"{measured.label}: {measured.size:,} documents", loc="left", fontsize=10)

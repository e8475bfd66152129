"""Measures full builds, one after the other, each in a new process and an empty folder."""

from __future__ import annotations

import json
import multiprocessing
import resource
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.documents import Prepared
from bench.measure import folder_size
from bench.peers.answer import Peer

_MEASURED = "build.json"


@dataclass(frozen=True, slots=True)
class Build:
    """``cpu_seconds`` of all its processes; ``peak_bytes`` of the process itself and of its largest child."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    child_peak_bytes: int
    size_bytes: int


def measured_build(peer: Peer, prepared: Prepared, folder: Path, *, anew: bool = False) -> Build:
    """Build the index and return the cost, or return the stored cost of the existing index."""
    if anew or not (folder / _MEASURED).exists():
        shutil.rmtree(folder, ignore_errors=True)
        # Spawned, so that the process has loaded nothing and has no threads, as our own build requires.
        process = multiprocessing.get_context("spawn").Process(target=_build, args=(peer, prepared, folder))
        process.start()
        process.join()
        if process.exitcode:
            raise ChildProcessError(f"{peer.name}: the build ended with {process.exitcode}")
    return Build(**json.loads((folder / _MEASURED).read_text()))


def _build(peer: Peer, prepared: Prepared, folder: Path) -> None:
    started = time.perf_counter()
    peer.build(prepared, folder)
    seconds = time.perf_counter() - started
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    build = Build(
        seconds=round(seconds, 2),
        cpu_seconds=round(own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime, 2),
        peak_bytes=own.ru_maxrss * 1024,
        child_peak_bytes=children.ru_maxrss * 1024,
        size_bytes=folder_size(folder),
    )
    (folder / _MEASURED).write_text(json.dumps(asdict(build)))


def build_table(builds: Mapping[str, Build], ours: Sequence[str], baseline: str) -> str:
    rows = [
        "| full build | s | CPU s | peak MB | of its largest child | size MB |",
        "|---|---|---|---|---|---|",
    ]
    rows += [
        f"| {name} | {build.seconds:.1f} | {build.cpu_seconds:.1f} | {build.peak_bytes / 1e6:.0f} "
        f"| {build.child_peak_bytes / 1e6:.0f} | {build.size_bytes / 1e6:.0f} |"
        for name, build in builds.items()
    ]
    base = builds.get(baseline)
    measured = [name for name in ours if name in builds]
    if base is not None and measured:
        rows += ["", "| ratio of full builds | time | CPU |", "|---|---|---|"]
        rows += [
            f"| {name} / {baseline} | {builds[name].seconds / base.seconds:.3f} "
            f"| {builds[name].cpu_seconds / base.cpu_seconds:.3f} |"
            for name in measured
        ]
    return "\n".join([*rows, ""])

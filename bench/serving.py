"""``make serving``: waiting times while clients occupy the server, pages per second, memory.

    python -m bench.serving [--size 10000] [--rounds 3] [--seconds 6] [--setups 4k2 64k0+nginx] [--work PATH]

A set-up is threads a worker, ``k`` and keep-alive in seconds, ``t`` where reading requests take turns
(bench/served/turns.py), and ``+nginx`` with the shipped nginx in front; all else is as shipped.
In every round every set-up is started, measured and stopped, in an order that changes, so that what else
the machine does falls on all of them. While clients of one kind hold the server, two readers ask for
/healthz and for a search, each answer over a connection of its own, every 0.2 s: their median and worst
wait is told, T where no answer came in ten seconds. Only 127.0.0.1 is spoken to.
Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django

django.setup()

from bench.documents import Prepared, prepare, synthetic_documents
from bench.memory import share_bytes
from bench.queries import draw
from bench.served.addresses import address
from bench.served.front import Front
from bench.served.measuring import ask_all
from bench.served.server import Server
from bench.served.waiting import KINDS, NAMES, Waits, watch

_ROOT = Path(__file__).parents[1]
_SETUPS = ("4k2", "64k0", "64k0t", "4k2+nginx", "64k0+nginx")


@dataclass(frozen=True, slots=True)
class Setup:
    name: str
    threads: int
    keepalive: int
    has_turns: bool
    has_nginx: bool

    @classmethod
    def named(cls, name: str) -> Setup:
        server, _, front = name.partition("+")
        threads, _, keepalive = server.removesuffix("t").partition("k")
        if front not in ("", "nginx"):
            raise argparse.ArgumentTypeError(f"{name}: 64k0 or 64k0+nginx is a set-up")
        return cls(name, int(threads), int(keepalive), server.endswith("t"), bool(front))

    def server(self, data: Path) -> Server:
        arguments = ["--threads", str(self.threads), "--keep-alive", str(self.keepalive)]
        if self.keepalive:
            # gunicorn's own: with as many as there are threads, none would be kept.
            arguments += ["--worker-connections", "1000"]
        else:
            arguments += ["--worker-connections", str(self.threads)]
        application = "bench.served.turns" if self.has_turns else "archive.wsgi"
        return Server(data, data / "index", application=application, arguments=arguments)


@dataclass
class Measured:
    waits: dict[str, Waits] = field(default_factory=lambda: {kind: Waits() for kind in KINDS})
    pages: dict[int, list[float]] = field(default_factory=lambda: {1: [], 8: []})
    memory: list[int] = field(default_factory=list)
    nginx_memory: list[int] = field(default_factory=list)


def main() -> int:
    arguments = _arguments()
    work = (arguments.work / f"synthetic-{arguments.size}").resolve()
    prepared = prepare(synthetic_documents(arguments.size), work / "documents")
    data = work / "serving"
    _fill(prepared, data)
    addresses = [address(query) for query in draw(prepared)][: arguments.pages]
    measured = {setup: Measured() for setup in arguments.setups}
    loads = []
    for number in range(arguments.rounds):
        begin = number % len(arguments.setups)
        for setup in arguments.setups[begin:] + arguments.setups[:begin]:
            loads.append(os.getloadavg()[0])
            print(f"round {number + 1}, {setup.name}, load {loads[-1]:.1f}", file=sys.stderr, flush=True)
            _measure(setup, data, addresses, arguments.seconds, measured[setup])
    print(_table(arguments, measured, loads))
    return 0


def _fill(prepared: Prepared, data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    for command in (
        ["-m", "bench.served.data", str(prepared.folder)],
        ["manage.py", "update_index", "--verbosity", "0"],
    ):
        subprocess.run(
            [sys.executable, "-W", "ignore", *command],
            cwd=_ROOT,
            env={**os.environ, "ARCHIVE_DATA": str(data)},
            check=True,
            stdout=sys.stderr,
        )


def _measure(setup: Setup, data: Path, addresses: Sequence[str], seconds: float, measured: Measured) -> None:
    with contextlib.ExitStack() as running:
        server = running.enter_context(setup.server(data))
        front = running.enter_context(Front(server.port, data / "nginx")) if setup.has_nginx else None
        port = front.port if front else server.port
        ask_all(port, addresses, clients=8, rounds=1)  # every worker has answered before anything is measured
        for clients, rates in measured.pages.items():
            rates.append(_pages_a_second(port, addresses, clients, seconds))
        for kind, waits in measured.waits.items():
            watch(port, kind, addresses[0], seconds, waits)
        measured.memory.append(sum(map(share_bytes, [server.master, *server.workers()])))
        if front:
            measured.nginx_memory.append(sum(map(share_bytes, front.processes())))


def _pages_a_second(port: int, addresses: Sequence[str], clients: int, seconds: float) -> float:
    wrk = shutil.which("wrk")
    if wrk is None:
        result = ask_all(port, addresses, clients=clients, rounds=1)
        return len(result["answers"]) / result["seconds"]
    listed = json.dumps(list(addresses))[1:-1]
    script = f"""
local addresses, n = {{{listed}}}, 0
request = function() n = n + 1; return wrk.format("GET", addresses[n % #addresses + 1]) end
done = function(s)
  io.write(string.format('{{"pages": %d, "seconds": %f, "failed": %d}}\\n', s.requests, s.duration / 1e6,
    s.errors.status))
end
"""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="ascii") as file:
        file.write(script)
        file.flush()
        command = [wrk, "-t1", f"-c{clients}", f"-d{max(2, round(seconds))}s", "-s", file.name]
        output = subprocess.run(
            [*command, f"http://127.0.0.1:{port}/"], check=True, capture_output=True, text=True
        )
    summary = json.loads(output.stdout.splitlines()[-1])
    if summary["failed"]:
        print(f"{summary['failed']} of {summary['pages']} pages failed", file=sys.stderr)
    return float((summary["pages"] - summary["failed"]) / summary["seconds"])


def _table(arguments: argparse.Namespace, measured: dict[Setup, Measured], loads: Sequence[float]) -> str:
    """A table with one column per set-up."""
    rows = {
        NAMES[kind].format(count): [str(m.waits[kind]) for m in measured.values()]
        for kind, count in KINDS.items()
    }
    for clients in (1, 8):
        name = f"pages a second, {clients} client{'s' * (clients > 1)}"
        rows[name] = [", ".join(f"{rate:.0f}" for rate in m.pages[clients]) for m in measured.values()]
    rows["memory after, MB"] = [
        _megabytes(m.memory) + (f" + nginx {_megabytes(m.nginx_memory)}" if m.nginx_memory else "")
        for m in measured.values()
    ]
    client = "wrk" if shutil.which("wrk") else "Python"
    lines = [
        f"{arguments.size} articles, {os.cpu_count()} cores, load {min(loads):.1f} to {max(loads):.1f}, "
        f"{arguments.rounds} rounds of {arguments.seconds:g} s, pages by {client}. Median/worst wait in ms "
        "for /healthz, then for a search, over all rounds; T: no answer in 10 s. Pages a second by round. "
        "Memory: PSS beyond page cache of master and workers, most of all rounds.",
        "",
        f"| | {' | '.join(setup.name for setup in measured)} |",
        "|---" * (len(measured) + 1) + "|",
        *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items()),
    ]
    return "\n".join(lines)


def _megabytes(amounts: Sequence[int]) -> str:
    return f"{max(amounts) / 1e6:.0f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6, help="of each measurement")
    parser.add_argument("--pages", type=int, default=100, help="addresses that the readers go through")
    parser.add_argument(
        "--setups", type=Setup.named, nargs="+", default=[Setup.named(name) for name in _SETUPS]
    )
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "work")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

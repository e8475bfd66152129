"""``python -m bench.pages CHECKOUT DATA CHECKOUT DATA``: what a search page costs in two checkouts.

Each checkout answers from its own DATA (``ARCHIVE_DATA``, with the index in it); both should hold the same
articles. In turn, several times: milliseconds of the processor for a page, and pages a second over HTTP with
eight clients on the same machine. The second checkout is compared with the first.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django

django.setup()

from bench.served.measuring import ask_all
from bench.served.server import Server

_QUERIES = ["党建", "党建引领 产业链", "乡村振兴", "营商环境", "人工智能", "改革 开放", "高质量发展", "治理"]
_ADDRESSES = [f"/search/?{urlencode({'q': query})}" for query in _QUERIES]
_CLIENTS = 8
_ROUNDS_OF_CLIENT = 5
_COSTS = Path(__file__).parent / "served" / "page_costs.py"

Costs = dict[str, tuple[float, int]]


def costs(checkout: Path, data: Path, rounds: int) -> Costs:
    """Address -> milliseconds, bytes."""
    environment = {**os.environ, "ARCHIVE_DATA": str(data), "ARCHIVE_PUBLIC": "1"}
    environment["SEARCH_URL"] = f"whoosh:{data / 'index'}"
    environment["STATIC_ROOT"] = str(data.parent / f"{data.name}-static")
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=checkout, env=environment, check=True)
    run = subprocess.run(
        [sys.executable, "-W", "ignore", str(_COSTS), str(rounds)],
        input=json.dumps(_ADDRESSES),
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer: Costs = json.loads(run.stdout)
    return answer


def pages_a_second(checkout: Path, data: Path) -> float:
    with Server(data, data / "index", root=checkout) as server:
        ask_all(server.port, _ADDRESSES, clients=_CLIENTS, rounds=1)  # both workers warm
        asked = ask_all(server.port, _ADDRESSES, clients=_CLIENTS, rounds=_ROUNDS_OF_CLIENT)
        return len(asked["answers"]) / float(asked["seconds"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", nargs=4, type=Path, metavar="PATH", help="CHECKOUT DATA CHECKOUT DATA")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    given = [path.resolve() for path in options.archives]
    archives = [(given[0], given[1]), (given[2], given[3])]
    milliseconds: list[list[float]] = [[], []]
    kilobytes: list[list[float]] = [[], []]
    rates: list[list[float]] = [[], []]
    for _ in range(options.turns):
        for number, archive in enumerate(archives):
            measured = costs(*archive, options.rounds).values()
            milliseconds[number].append(statistics.mean(time for time, _ in measured))
            kilobytes[number] = [size / 1024 for _, size in measured]
            rates[number].append(pages_a_second(*archive))
    for number, (checkout, _) in enumerate(archives):
        print(
            f"{checkout}: {statistics.median(milliseconds[number]):.1f} ms of the processor a page, "
            f"{statistics.mean(kilobytes[number]):.0f} KB (at most {max(kilobytes[number]):.0f}), "
            f"{statistics.median(rates[number]):.0f} pages a second with {_CLIENTS} clients"
        )
    cost = [after / before for before, after in zip(*milliseconds, strict=True)]
    rate = [after / before for before, after in zip(*rates, strict=True)]
    print(f"medians of the ratios: {statistics.median(cost):.2f} × the time (wanted: 0.6 at most),")
    print(f"{statistics.median(rate):.2f} × the pages a second (wanted: 1.6 at least)")


if __name__ == "__main__":
    main()

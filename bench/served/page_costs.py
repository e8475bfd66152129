"""What search pages cost in the checkout that is the working folder: seconds of the processor, and bytes.

    python …/page_costs.py ROUNDS < addresses as JSON    writes {address: [milliseconds, bytes]} as JSON

The pages are asked for through Django's test client, in one thread; the time is the median of the rounds.
Only what every version of the archive has is used, so that two versions can be compared.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django

django.setup()

from django.conf import settings
from django.test import Client


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    rounds, addresses = int(sys.argv[1]), json.load(sys.stdin)
    client = Client()
    times: dict[str, list[float]] = {address: [] for address in addresses}
    sizes: dict[str, int] = {}
    for number in range(rounds + 1):
        for address in addresses:
            started = time.thread_time()
            response = client.get(address)
            elapsed = time.thread_time() - started
            if response.status_code != 200:
                raise SystemExit(f"{address}: {response.status_code}")
            if number:  # the first round warms up
                times[address].append(elapsed * 1000)
            sizes[address] = len(response.content)
    costs = {address: [statistics.median(times[address]), sizes[address]] for address in addresses}
    json.dump(costs, sys.stdout)


if __name__ == "__main__":
    main()

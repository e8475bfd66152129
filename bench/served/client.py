"""One reader: requests addresses over one kept-alive connection, and prints the time of each answer.

    python -m bench.served.client    reads {"port", "addresses", "rounds", "first"} as a line of JSON,
                                     says ready, starts at the next line, writes its times as JSON

It loads only the standard library, so that eight clients cost little compared with the server.
"""

from __future__ import annotations

import http.client
import json
import sys
import time


def main() -> None:
    order = json.loads(sys.stdin.readline())
    connection = http.client.HTTPConnection("127.0.0.1", order["port"], timeout=120)
    addresses = order["addresses"]
    print("ready", flush=True)
    sys.stdin.readline()
    answers = []
    for _ in range(order["rounds"]):
        for index in range(len(addresses)):
            # Readers start at different queries, so that they do not send the same one at the same time.
            number = (index + order["first"]) % len(addresses)
            answers.append([number, *ask(connection, addresses[number])])
    print(json.dumps(answers), flush=True)


def ask(connection: http.client.HTTPConnection, address: str) -> tuple[float, int, int]:
    """Milliseconds until the whole page has come, its status and length."""
    started = time.perf_counter()
    connection.request("GET", address)
    response = connection.getresponse()
    body = response.read()
    return (time.perf_counter() - started) * 1000, response.status, len(body)


if __name__ == "__main__":
    main()

"""Clients that occupy a server: they send nothing, stop in the middle, do not read, or do not close."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

EXPORT = "/search.csv"
_HOST = "Host: 127.0.0.1:{port}\r\n"
_SENT = {
    "idle": "",
    "heads": "GET /healthz HTTP/1.1\r\n" + _HOST + "X-More: ",
    # With the token the server reads the body; without it the form is refused unread.
    "bodies": "POST /login/ HTTP/1.1\r\n" + _HOST + f"Cookie: csrftoken={'a' * 32}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na=",
    "unclosed": "GET /healthz HTTP/1.1\r\n" + _HOST + "Connection: close\r\n\r\n",
    "stalled": f"GET {EXPORT} HTTP/1.1\r\n" + _HOST + "\r\n",
}
KINDS = tuple(_SENT)


@contextmanager
def held(port: int, **counts: int) -> Iterator[list[socket.socket]]:
    """``held(port, idle=40, heads=40)``: the given number of connections of each kind, open until the end."""
    connections: list[socket.socket] = []
    try:
        for kind, count in counts.items():
            connections += [_connection(port, kind) for _ in range(count)]
        yield connections
    finally:
        for connection in connections:
            connection.close()


def _connection(port: int, kind: str) -> socket.socket:
    connection = socket.socket()
    # A small receive buffer: the kernel then accepts little for a client that does not read.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(10)
    connection.connect(("127.0.0.1", port))
    connection.sendall(_SENT[kind].format(port=port).encode())
    return connection

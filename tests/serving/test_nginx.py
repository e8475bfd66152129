"""The file for nginx that is shipped: nginx takes it, and says to the archive who asks."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
from pathlib import Path

import pytest

from bench.served.front import SHIPPED, Front
from bench.served.server import Server


def ask(port: int, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(
            "POST" if body else "GET", path, body, {k.replace("_", "-"): v for k, v in headers.items()}
        )
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_nginx_takes_the_file(needs_nginx: None, tmp_path: Path) -> None:
    said = subprocess.run(Front(8000, tmp_path).command("-t"), check=False, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert "warn" not in said.stderr


def test_the_hints_for_https_are_of_the_file(needs_nginx: None) -> None:
    """What is to be uncommented is there, and the upstream keeps no connection, as gunicorn keeps none."""
    lines = [line.strip() for line in SHIPPED.read_text("utf-8").splitlines()]
    assert "# listen 443 ssl;" in lines
    assert not any(line.startswith("keepalive ") for line in lines)


def test_what_a_client_claims_to_be_is_dropped(front: Front) -> None:
    status, body = ask(
        front.port, "/echo", X_Forwarded_For="10.1.2.3", X_Forwarded_Proto="https", Forwarded="for=10.1.2.3"
    )
    assert status == 200
    told = json.loads(body)
    assert told["HTTP_X_FORWARDED_FOR"] == "127.0.0.1"
    assert told["HTTP_X_FORWARDED_PROTO"] == "http"
    assert told["wsgi.url_scheme"] == "http"
    assert told["HTTP_HOST"] == f"127.0.0.1:{front.port}"


def test_pages_and_style_sheets_come_through(front: Front) -> None:
    for path in ("/search/?q=%E7%BD%91%E6%A0%BC", "/static/css/archive.css", "/healthz", "/readyz"):
        assert ask(front.port, path)[0] == 200, path


def test_nginx_says_in_chinese_what_it_does_not_take(front: Front) -> None:
    status, said = ask(front.port, "/" + "a" * 9500)
    assert (status, "太长" in said) == (414, True)
    status, said = ask(front.port, "/", Cookie="a" * 9500)
    assert (status, "太长" in said) == (414, True)
    status, said = ask(front.port, "/login/", b"a", Content_Length=str(600 * 1024 * 1024))
    assert (status, "太大" in said) == (413, True)


def test_nginx_says_in_chinese_what_is_no_request(front: Front) -> None:
    with socket.create_connection(("127.0.0.1", front.port), timeout=60) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")  # HTTP/1.1 without Host
        said = b"".join(iter(lambda: connection.recv(4096), b"")).decode()
    assert said.startswith("HTTP/1.1 400 ")
    assert "不合 HTTP 规范" in said


def test_nginx_says_in_chinese_that_the_archive_is_down(
    needs_nginx: None, server: Server, tmp_path: Path
) -> None:
    # Nothing listens on a port that was just given back.
    with Front(1, tmp_path) as alone:
        status, said = ask(alone.port, "/search/")
    assert (status, "暂时不能访问" in said) == (503, True)


def test_an_export_that_fails_in_its_middle_does_not_look_whole(front: Front) -> None:
    def export() -> None:
        while ask(front.port, "/search.csv?q=%E6%96%AD")[0] == 503:  # another one is still under way
            time.sleep(0.1)

    with pytest.raises(http.client.IncompleteRead):
        export()

"""What only a real server shows: headers that it would believe, and requests that Django never sees."""

from __future__ import annotations

import socket

import pytest

from bench.served.server import Server


class Served:
    def __init__(self, port: int) -> None:
        self._port = port

    def answer(self, head: bytes, body: bytes = b"") -> tuple[int, str]:
        """The status and the page of one request, given as it goes over the wire."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=60) as connection:
            connection.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
            parts = []
            while part := connection.recv(65536):
                parts.append(part)
        received = b"".join(parts)
        status = received.split(b" ", 2)[1]
        return int(status), received.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")

    def get(self, path: str, *headers: str) -> tuple[int, str]:
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", *headers]
        return self.answer("\r\n".join(lines).encode("latin-1"))


@pytest.fixture
def served(server: Server) -> Served:
    return Served(server.port)


class TestHeadersThatNameAnotherAddress:
    """A proxy lets /search/ through and not /admin/: no header may turn one into the other."""

    @pytest.mark.parametrize("name", ["SCRIPT_NAME", "Script_Name", "SCRIPT-NAME"])
    @pytest.mark.parametrize("value", ["/open", "/", "x", "/search", "\xff", "//evil.example"])
    def test_the_beginning_of_the_application_is_not_believed(
        self, served: Served, name: str, value: str
    ) -> None:
        status, page = served.get("/search/", f"{name}: {value}")
        assert status == 200
        assert 'action="/search/"' in page

    @pytest.mark.parametrize(
        "header", ["SCRIPT_NAME: /open", "PATH_INFO: /admin/login/", "SCRIPT_URL: /admin/"]
    )
    def test_no_page_opens_under_another_address(self, served: Served, header: str) -> None:
        assert served.get("/open/admin/login/", header)[0] == 404
        assert served.get("/admin/login/")[0] == 200


@pytest.mark.parametrize("charset", ["utf-16", "hex", "zlib", "undefined", "unicode_escape", "\xff", "a b"])
def test_a_charset_that_is_none_is_no_failure(served: Served, charset: str) -> None:
    for path in ("/", "/search/?q=a", "/suggest/?q=%5Cud800", "/login/", "/healthz", "/nowhere"):
        status, _ = served.get(path, f"Content-Type: text/plain; charset={charset}")
        assert status in {200, 404}, path


@pytest.mark.parametrize(
    "kind",
    ["text/plain; a*=nope''%41", "multipart/form-data; boundary*=hex''%41", ";;;", "a/b; charset*0=hex"],
)
def test_a_content_type_that_cannot_be_read_is_no_failure(served: Served, kind: str) -> None:
    assert served.get("/search/?q=a", f"Content-Type: {kind}")[0] == 200
    head = f"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: 3"
    assert served.answer(head.encode(), b"a=b")[0] in {400, 403}


def test_an_address_that_is_not_utf_8_is_answered_in_chinese(served: Served) -> None:
    for path in (b"/%FF", b"/districts/%ED%A0%80/", b"/articles/%00/", b"/static/%00"):
        status, page = served.answer(b"GET " + path + b" HTTP/1.1\r\nHost: localhost")
        assert status == 404, path
        assert 'lang="zh-Hans"' in page, path


@pytest.mark.parametrize(
    "head",
    [
        b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost",
        b"GET / HTTP/1.1\r\nHost: \xff",
        b"GET / HTTP/1.1\r\nHost: localhost:99999999",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost",
        b"GET //evil.example/ HTTP/1.1\r\nHost: localhost",
        b"GET /?\xff=\xff HTTP/1.1\r\nHost: localhost",
        b"GET /search.json?q=a HTTP/1.1\r\nHost: localhost\r\nRange: bytes=5-1",
        b"GET /static/css/archive.css HTTP/1.1\r\nHost: localhost\r\nRange: bytes=9-1,x",
        b"GET /static/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid=\xff; csrftoken=\xff; messages=\xff",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nIf-Modified-Since: \xff",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: \xff\r\nX-Forwarded-Proto: \xff",
        b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Type: multipart/form-data",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nA: \x00",
        b"BREW / HTTP/1.1\r\nHost: localhost",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost",
    ],
)
def test_no_odd_request_makes_the_server_fail(served: Served, head: bytes) -> None:
    assert served.answer(head)[0] < 500


class TestWhatIsNoRequest:
    """gunicorn answers these itself, before anything of the application is asked."""

    def test_an_address_that_is_too_long_is_refused_in_chinese(self, served: Served) -> None:
        status, page = served.get(f"/search/?q={'a' * 9000}")
        assert (status, "网址太长" in page) == (414, True)

    def test_a_header_that_is_too_long_is_refused_in_chinese(self, served: Served) -> None:
        status, page = served.get("/", f"Cookie: {'a' * 9000}")
        assert (status, "请求头太长" in page) == (431, True)

    @pytest.mark.parametrize(
        "head",
        [b"x", b"GET / HTTP/7.0\r\nHost: a", b"g\xffT / HTTP/1.1\r\nHost: a", b"GET / HTTP/1.1\r\nno header"],
    )
    def test_what_is_no_http_is_refused_in_chinese(self, served: Served, head: bytes) -> None:
        status, page = served.answer(head)
        assert (status, "不合 HTTP 规范" in page) == (400, True)

    def test_an_address_that_is_not_utf_8_has_a_chinese_page(self, served: Served) -> None:
        status, page = served.get("/districts/%FF/")
        assert status in {400, 404}
        assert "区县报道档案" in page

"""gunicorn's worker with threads and Chinese answers to requests that never reach the application."""

from __future__ import annotations

import contextlib
import html
import socket
from http import HTTPStatus
from typing import Any

from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

_TOO_LONG = "网址太长，没有接收。请缩短检索式或减少筛选条件。"
_TOO_LARGE = "请求头太长，没有接收。请清除浏览器里本站的 Cookie 后再试。"
_MALFORMED = "请求不合 HTTP 规范，没有接收。"
_REFUSALS: dict[type[Exception], tuple[HTTPStatus, str]] = {
    errors.LimitRequestLine: (HTTPStatus.REQUEST_URI_TOO_LONG, _TOO_LONG),
    errors.LimitRequestHeaders: (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _TOO_LARGE),
    errors.InvalidRequestLine: (HTTPStatus.BAD_REQUEST, _MALFORMED),
    errors.InvalidRequestMethod: (HTTPStatus.BAD_REQUEST, _MALFORMED),
    errors.InvalidHTTPVersion: (HTTPStatus.BAD_REQUEST, _MALFORMED),
    errors.InvalidHeader: (HTTPStatus.BAD_REQUEST, _MALFORMED),
    errors.InvalidHeaderName: (HTTPStatus.BAD_REQUEST, _MALFORMED),
    errors.ObsoleteFolding: (HTTPStatus.BAD_REQUEST, _MALFORMED),
}
_PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>没有接收 · 区县报道档案</title></head>
<body><h1>{status}</h1><p>{sentence}</p></body></html>
"""


class Worker(ThreadWorker):  # type: ignore[misc]
    """Overrides ``handle_error``, whose page in gunicorn is in English."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        # Compares the exact type: subclasses, such as InvalidResponseHeader, are errors of the application.
        if (refusal := _REFUSALS.get(type(exc))) is None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("没有接收来自 %s 的请求：%s", addr[0] if addr else "", exc)
        with contextlib.suppress(OSError):  # the client may have disconnected
            client.sendall(answer(*refusal))


def answer(status: HTTPStatus, sentence: str) -> bytes:
    """A complete response that closes the connection, because the request is not reliable."""
    page = _PAGE.format(status=status.value, sentence=html.escape(sentence)).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nCache-Control: no-store\r\n"
        f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n\r\n"
    )
    return head.encode("ascii") + page

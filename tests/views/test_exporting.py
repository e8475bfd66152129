"""Who holds the place of the one running export, and when it is given back."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from reports.exports import EXPORTERS, CsvExporter
from reports.models import Article
from reports.search.contract.errors import IndexDamaged
from reports.views import downloads, exporting
from reports.views.exporting import one_at_a_time

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _place_is_free() -> Iterator[None]:
    assert is_free()
    yield
    gc.collect()
    assert is_free()


def close(response: HttpResponseBase) -> None:
    """As a server does, but the test's connection to the database stays open."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


def asked(method: str = "GET", **headers: str) -> HttpRequest:
    request = RequestFactory().generic(method, "/search.csv", headers=headers)
    request.resolver_match = resolve("/search.csv")
    return request


def pieces() -> Iterator[bytes]:
    yield b"1"
    yield b"2"


@one_at_a_time
def streamed(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse(pieces())


def _never(*_: Any) -> Any:
    raise AssertionError("a HEAD has no rows made")


def is_free() -> bool:
    if not exporting._export_lock.acquire(blocking=False):
        return False
    exporting._export_lock.release()
    return True


def test_the_place_is_held_until_the_last_piece_is_given() -> None:
    """Who has the whole file may ask for the next one before the server has closed the response."""
    response = streamed(asked())
    assert isinstance(response, StreamingHttpResponse)
    given = iter(response)
    assert [next(given), next(given)] == [b"1", b"2"]
    assert not is_free()
    assert next(given, None) is None
    assert is_free()
    close(response)


def test_an_export_never_begun_gives_its_place_back() -> None:
    close(streamed(asked()))
    assert is_free()


def test_an_export_left_in_the_middle_gives_its_place_back() -> None:
    response = streamed(asked())
    assert next(iter(response)) == b"1"  # type: ignore[call-overload]
    close(response)
    assert is_free()


def test_a_response_that_nobody_closes_gives_its_place_back() -> None:
    response = streamed(asked())
    del response
    gc.collect()
    assert is_free()


def test_a_second_close_does_not_free_the_place_of_the_next() -> None:
    first = streamed(asked())
    close(first)
    second = streamed(asked())
    close(first)
    del first
    gc.collect()
    assert not is_free()
    close(second)


def test_a_view_that_fails_gives_its_place_back() -> None:
    @one_at_a_time
    def failing(request: HttpRequest) -> HttpResponseBase:
        raise IndexDamaged("坏了")

    with pytest.raises(IndexDamaged):
        failing(asked())
    assert is_free()


def test_a_file_made_as_a_whole_holds_the_place_while_it_is_made() -> None:
    held = []

    @one_at_a_time
    def whole(request: HttpRequest) -> HttpResponseBase:
        held.append(not is_free())
        return HttpResponse(b"12")

    assert whole(asked()).status_code == 200
    assert held == [True]
    assert is_free()


def test_a_failure_in_the_middle_is_logged_and_gives_the_place_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @one_at_a_time
    def breaking(request: HttpRequest) -> HttpResponseBase:
        return StreamingHttpResponse(piece if piece else 1 / 0 for piece in (b"1", b""))

    response = breaking(asked())
    with pytest.raises(ConnectionResetError):
        list(response)  # type: ignore[call-overload]
    close(response)
    assert is_free()
    assert [record.message for record in caplog.records] == ["导出中断：/search.csv"]


@pytest.mark.parametrize(("accept", "said"), [("text/html", "暂时不能导出"), ("application/json", "error")])
def test_who_comes_second_is_told_at_once(
    client: Client, published: Article, accept: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    first = streamed(asked())
    response = client.get("/search.csv", headers={"Accept": accept})
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert said in response.content.decode()
    assert "正在导出的人较多" in response.content.decode()
    assert [record for record in caplog.records if record.levelname in ("ERROR", "WARNING")] == []
    close(first)
    assert b"".join(client.get("/search.csv")).startswith(b"\xef\xbb\xbf")  # type: ignore[call-overload]


def test_the_place_is_one_for_all_formats(
    client: Client, published: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Other(CsvExporter):
        format = "other"

    monkeypatch.setitem(EXPORTERS, "other", Other)
    first = client.get("/search.csv")
    assert downloads._download(asked(), "other").status_code == 503
    close(first)


def test_a_head_has_the_headers_and_no_row_is_made(
    client: Client, published: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = client.get("/search.csv?q=%E6%99%9A%E7%81%AF")
    close(full)
    with monkeypatch.context() as patched:
        for name in ("rows", "write", "export"):
            patched.setattr(CsvExporter, name, _never)
        head = client.head("/search.csv?q=%E6%99%9A%E7%81%AF")
    assert head.status_code == 200
    assert head.headers == full.headers
    assert "Content-Length" not in head.headers
    assert head.headers["Content-Disposition"].startswith("attachment")


def test_a_head_needs_no_place(client: Client, published: Article) -> None:
    first = streamed(asked())
    assert client.head("/search.csv").status_code == 200
    assert not is_free()
    close(first)


def test_a_head_says_that_the_index_cannot_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: Any) -> Any:
        raise IndexDamaged("索引已损坏")

    monkeypatch.setattr("reports.views.downloads.iterate_hits", damaged)
    response = client.head("/search.csv")
    assert response.status_code == 503
    assert response["Retry-After"]

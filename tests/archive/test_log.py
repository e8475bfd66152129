"""The log: rotates without losing a line, is private, cannot be forged, and holds one line a bad request."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from archive.log_lines import LineFormatter, OneLineARequest
from reports.models import User

WRITER = """
import json, logging, logging.config, sys
logging.config.dictConfig(json.loads(sys.argv[1]))
for number in range(int(sys.argv[3])):
    logging.getLogger("x").warning("%s line %d", sys.argv[2], number)
"""
LINES = 300


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What would be written to the file."""
    written = io.StringIO()
    configured = django_settings.LOGGING
    handler = logging.StreamHandler(written)
    made = configured["formatters"]["line"]
    handler.setFormatter(LineFormatter(made["format"], style=made["style"]))
    # Twice, since console and file both ask.
    for _ in configured["handlers"]["file"]["filters"] * 2:
        handler.addFilter(OneLineARequest())
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def test_both_outputs_are_set_up_so() -> None:
    configured = django_settings.LOGGING
    assert configured["formatters"]["line"]["()"] == "archive.log_lines.LineFormatter"
    for handler in configured["handlers"].values():
        assert (handler["formatter"], handler["filters"]) == ("line", ["one_line"])


def test_two_processes_rotate_one_file_and_lose_no_line(tmp_path: Path) -> None:
    handler = django_settings.LOGGING["handlers"]["file"]
    handler = {**handler, "filename": str(tmp_path / "archive.log"), "maxBytes": 2000, "backupCount": 200}
    config = {
        **django_settings.LOGGING,
        "handlers": {"file": handler},
        "root": {"handlers": ["file"], "level": "WARNING"},
    }
    arguments = [sys.executable, "-c", WRITER, json.dumps(config)]
    writers = [
        subprocess.Popen([*arguments, name, str(LINES)], cwd=django_settings.BASE_DIR) for name in "甲乙"
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    files = list(tmp_path.glob("archive.log*"))
    assert len(files) > 10
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    assert sorted(line.split(" x ")[1] for line in lines) == sorted(
        f"{name} line {number}" for name in "甲乙" for number in range(LINES)
    )
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def _too_many_fields(client: Client) -> HttpResponse:
    return client.post("/login/", {f"field{number}": "1" for number in range(10_001)})


def _without_token(_: Client) -> HttpResponse:
    return Client(enforce_csrf_checks=True).post("/login/", {"username": "a", "password": "b"})


def _no_form(client: Client) -> HttpResponse:
    return client.post("/login/", b"--x", content_type="multipart/form-data; boundary=")


def _at_the_desk(client: Client) -> HttpResponse:
    client.force_login(User.objects.get(username="读者甲"))
    return client.get(reverse("desk"))


def _locked(client: Client) -> HttpResponse:
    return client.post("/login/", {"username": "谁", "password": "no"})


BAD: dict[str, tuple[Callable[[Client], Any], int]] = {
    "of another host": (lambda client: client.get("/", HTTP_HOST="evil.example"), 400),
    "with too many fields": (_too_many_fields, 400),
    "without its token": (_without_token, 403),
    "that is no form": (_no_form, 400),
    "for what is not there": (lambda client: client.get("/nowhere/"), 404),
    "by a method that is not allowed": (lambda client: client.put("/search/"), 405),
    "for what is not the reader's": (_at_the_desk, 403),
    "of a wrong password": (_locked, 200),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_one_line(
    client: Client, reader: User, log: io.StringIO, settings: Any, name: str
) -> None:
    settings.ARCHIVE_PUBLIC = True
    ask, status = BAD[name]
    assert ask(client).status_code == status
    assert log.getvalue().count("\n") == 1


@pytest.mark.django_db
def test_so_is_one_that_locks_and_one_while_it_is_locked(
    client: Client, log: io.StringIO, settings: Any
) -> None:
    settings.AXES_ENABLED = True
    assert [_locked(client).status_code for _ in range(6)] == [200, 200, 200, 200, 429, 429]
    lines = log.getvalue().splitlines()
    assert len(lines) == 6
    assert all("账号“谁”，来自 127.0.0.1" in line for line in lines)


@pytest.mark.django_db
def test_a_fault_of_our_own_keeps_its_traceback(
    client: Client, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("what broke\nand another line")

    monkeypatch.setattr("reports.views.desk.status", broken)
    client.raise_request_exception = False
    client.force_login(User.objects.create_superuser("admin"))
    assert client.get("/desk/").status_code == 500
    head, *trace = log.getvalue().splitlines()
    assert "Internal Server Error: /desk/" in head
    assert any("RuntimeError: what broke" in line for line in trace)
    assert all(line.startswith("    ") for line in trace)


@pytest.mark.parametrize(
    "sign", ["\n", "\r\n", "\x00", "\x0b", "\x1b[2J", "\x85", "\u2028", "\u202e", "\ud800"]
)
def test_no_sign_makes_a_second_line_or_hides_the_first(sign: str) -> None:
    """Formatted here and not logged: pytest would pass a lone surrogate on, and xdist fail on it."""
    made = django_settings.LOGGING["formatters"]["line"]
    told = {"name": "reports", "levelname": "WARNING", "msg": "名字：%s", "args": (f"甲{sign}ERROR forged",)}
    line = LineFormatter(made["format"], style=made["style"]).format(logging.makeLogRecord(told))
    assert sign not in line
    assert line.isprintable()
    line.encode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/x%0A2026-01-01%20ERROR%20forged/", "/x%1B%5B2J/", "/x%E2%80%A8forged/"])
def test_nor_does_an_address(client: Client, log: io.StringIO, path: str) -> None:
    client.get(path)
    (line,) = log.getvalue().split("\n")[:-1]
    assert line.isprintable()


@pytest.mark.django_db
def test_nor_does_a_name_at_the_login(client: Client, log: io.StringIO) -> None:
    client.post("/login/", {"username": "甲\u2028乙\x1b[2J", "password": "no"})
    (line,) = log.getvalue().split("\n")[:-1]
    assert line.isprintable()

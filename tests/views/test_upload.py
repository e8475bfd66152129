"""Uploading at the desk: a result for each file, nothing lost, nothing doubled, no 500."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile, UploadedFile
from django.test import Client

from reports import workflow
from reports.models import Accession, Article, User
from reports.views.upload import take_in

from .conftest import PAGE, text_file

pytestmark = pytest.mark.django_db
URL = "/desk/upload/"


def send(client: Client, *files: UploadedFile, **headers: str) -> Any:
    return client.post(URL, {"chosen": list(files)}, headers=headers)


def results(client: Client, *files: UploadedFile) -> list[dict[str, Any]]:
    response = send(client, *files, Accept="application/json")
    assert response.status_code == 200
    told: list[dict[str, Any]] = response.json()["results"]
    return told


def test_every_file_has_its_own_result(desk: Client) -> None:
    told = results(
        desk,
        text_file("好 文件（一）.txt"),
        text_file("国标.txt", PAGE.replace("晚灯", "晨灯").encode("gb18030")),
        text_file("空.txt", b""),
        text_file("图片.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
        text_file("又一份.txt"),
    )
    assert [(one["file_name"], one["outcome"]) for one in told] == [
        ("好 文件（一）.txt", "drafted"),
        ("国标.txt", "drafted"),
        ("空.txt", "refused"),
        ("图片.txt", "refused"),
        ("又一份.txt", "known"),
    ]
    assert all(any("\u4e00" <= c <= "\u9fff" for c in one["message"]) for one in told)
    assert "好 文件（一）.txt" in told[4]["message"]
    assert told[4]["articles"] == told[0]["articles"]
    assert Article.objects.count() == 2


def test_the_page_without_script_says_the_same(desk: Client) -> None:
    response = send(desk, text_file("好 文件.txt"), text_file("空.txt", b""))
    html = response.content.decode()
    assert response.status_code == 200
    for words in ("好 文件.txt", "建立草稿 1 篇", "空.txt", "文件是空的"):
        assert words in html
    assert f"/desk/review/{Article.objects.get().pk}/" in html


def test_a_form_sent_twice_doubles_nothing(desk: Client) -> None:
    for outcome in ("drafted", "known", "known"):
        assert [one["outcome"] for one in results(desk, text_file("甲.txt"))] == [outcome]
    assert (Accession.objects.count(), Article.objects.count()) == (1, 1)


def test_a_form_without_files_is_told_so(desk: Client) -> None:
    response = desk.post(URL)
    assert response.status_code == 400
    assert "请先选择文件" in response.content.decode()
    assert desk.post(URL, headers={"Accept": "application/json"}).json()["error"] == "请先选择文件。"


def test_the_originals_are_kept_byte_for_byte(desk: Client) -> None:
    data = PAGE.encode("gb18030")
    results(desk, text_file("国标.txt", data))
    assert Accession.objects.get().sha256 == hashlib.sha256(data).hexdigest()


def test_what_cannot_be_read_is_kept_and_shown_on_the_desk(desk: Client) -> None:
    results(desk, text_file("图片.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8))
    html = desk.get("/desk/?queue=failed").content.decode()
    assert "图片.txt" in html
    assert Accession.objects.get().failure[:6] in html


def test_a_file_over_the_limit_is_refused_before_it_is_read(editor: User, settings: Any) -> None:
    settings.ARCHIVE_UPLOAD_LIMIT = 1000

    class Unread(TemporaryUploadedFile):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("read although too large")

    result = take_in(Unread("大.txt", "text/plain", 200 * 1024 * 1024, None), editor)
    assert result.outcome == "refused"
    assert "200MB" in result.message.replace(" ", "")
    assert not Accession.objects.exists()


def test_a_fault_in_one_file_leaves_the_results_of_the_others(
    desk: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def sometimes(data: bytes, name: str, **more: Any) -> Any:
        if name == "坏.txt":
            raise RuntimeError("disk on fire")
        return workflow.receive(data, name, **more)

    monkeypatch.setattr("reports.views.upload.receive", sometimes)
    told = results(desk, text_file("坏.txt", b"x"), text_file("好.txt"))
    assert [one["outcome"] for one in told] == ["refused", "drafted"]
    assert "disk on fire" not in told[0]["message"]
    assert "disk on fire" in caplog.text


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>.txt", "a\r\nb.txt", "\u202egnp.txt", "名" * 300 + ".txt"]
)
def test_a_strange_name_does_no_harm(desk: Client, name: str) -> None:
    response = send(desk, SimpleUploadedFile("x", PAGE.encode()), text_file(name, PAGE + name))
    assert response.status_code == 200
    assert "<img src=x" not in response.content.decode()
    assert desk.get("/desk/").status_code == 200


def test_several_articles_of_one_file_are_all_linked(desk: Client) -> None:
    (told,) = results(desk, text_file("两则.txt"))
    assert len(told["articles"]) == Article.objects.count()

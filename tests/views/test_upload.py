"""Uploading at the desk: a result for each file, nothing lost, nothing doubled, no 500."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile, UploadedFile
from django.test import Client

from reports.models import Accession, Article, Event, User
from reports.views import upload as upload_module
from reports.workflow import files_at, originals, receive

from .conftest import PAGE, text_file

pytestmark = pytest.mark.django_db
URL = "/desk/upload/"


def send(client: Client, *files: UploadedFile, **headers: str) -> Any:
    return client.post(URL, {"chosen": list(files)}, headers=headers)


def results(client: Client, *files: UploadedFile) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = answer(client, *files)["results"]
    return told


def answer(client: Client, *files: UploadedFile) -> dict[str, Any]:
    response = send(client, *files, Accept="application/json")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    told: dict[str, Any] = json.loads(b"".join(response))
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
        ("图片.txt", "unreadable"),
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


@pytest.mark.parametrize("name", ["大.txt", "大.zip", "大.jsonl"])
def test_a_file_over_the_limit_is_refused_before_it_is_read(editor: User, settings: Any, name: str) -> None:
    settings.ARCHIVE_UPLOAD_LIMIT = 1000

    class Unread(TemporaryUploadedFile):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("read although too large")

    file = Unread(name, "text/plain", 200 * 1024 * 1024, None)
    file.file.truncate(200 * 1024 * 1024)
    (result,) = upload_module._receive_each([file], editor)
    assert result.outcome == "refused"
    assert "200MB" in result.message
    assert not Accession.objects.exists()


def test_a_fault_in_one_file_leaves_the_results_of_the_others(
    desk: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    keep = originals.store

    def sometimes(data: bytes, sha256: str) -> Path:
        if data == b"x":
            raise OSError("disk on fire")
        return keep(data, sha256)

    monkeypatch.setattr(originals, "store", sometimes)
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


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def a_page(number: int) -> bytes:
    return PAGE.replace("1840", str(3000 + number)).encode()


ZIP = zipped(
    {
        "六月/01版.txt": a_page(1),
        "六月/02版.txt": a_page(2).decode().encode("gb18030"),
        "六月/副本.txt": a_page(1),
        "六月/扫描.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        "六月/空.txt": b"",
        "六月/内.zip": zipped({"a.txt": b"a"}),
        ".DS_Store": b"x",
    }
)
LIST = (
    "".join(
        json.dumps(
            {"title": f"第{n}盏灯", "text": f"院落里新添了{n}盏灯，街坊晚上愿意出门。"}, ensure_ascii=False
        )
        + "\n"
        for n in (1, 2)
    )
    + "oops\n"
)


class TestContainers:
    def test_each_member_of_a_zip_has_its_result(self, desk: Client) -> None:
        told = answer(desk, text_file("六月.zip", ZIP))
        assert [(one["file_name"], one["outcome"], len(one["articles"])) for one in told["results"]] == [
            ("六月.zip › 六月/01版.txt", "drafted", 1),
            ("六月.zip › 六月/02版.txt", "drafted", 1),
            ("六月.zip › 六月/副本.txt", "known", 1),
            ("六月.zip › 六月/扫描.txt", "unreadable", 0),
            ("六月.zip › 六月/空.txt", "refused", 0),
            ("六月.zip › 六月/内.zip", "refused", 0),
        ]
        assert told["summary"] == "共6份：新建报道2篇，已有1份，失败3份。"
        messages = [one["message"] for one in told["results"]]
        assert "01版.txt" in messages[2]
        assert "图片" in messages[3]
        assert messages[4:] == [
            "文件是空的，没有收录。",
            "这是压缩包里的压缩包或清单，没有收录。请先解开再试。",
        ]
        assert Accession.objects.get(file_name="01版.txt").container == Accession.objects.get(
            file_name="六月.zip"
        )

    def test_each_line_of_a_list_has_its_result(self, desk: Client) -> None:
        told = results(desk, text_file("清单.jsonl", LIST))
        assert [(one["file_name"], one["outcome"]) for one in told] == [
            ("清单.jsonl 第1行", "drafted"),
            ("清单.jsonl 第2行", "drafted"),
            ("清单.jsonl 第3行", "unreadable"),
        ]
        assert Article.objects.get(headline="第2盏灯").accession.line == 2

    def test_the_page_without_script_says_the_same(self, desk: Client) -> None:
        html = send(desk, text_file("六月.zip", ZIP)).content.decode()
        for words in ("六月.zip › 六月/01版.txt", "建立草稿 1 篇", "请先解开再试", "共6份：新建报道2篇"):
            assert words in html
        for article in Article.objects.all():
            assert f"/desk/review/{article.pk}/" in html

    def test_sent_twice_it_doubles_nothing(self, desk: Client) -> None:
        results(desk, text_file("六月.zip", ZIP))
        before = Article.objects.count(), Accession.objects.count()
        again = results(desk, text_file("又一次.zip", ZIP))
        assert {one["outcome"] for one in again} == {"known", "unreadable", "refused"}
        assert (Article.objects.count(), Accession.objects.count()) == before

    @pytest.mark.parametrize(
        ("name", "data", "says"),
        [
            ("假.zip", b"plain text", "不是完好的压缩包"),
            ("空.zip", zipped({}), "里面没有内容"),
            ("炸.zip", zipped({"a.txt": bytes(2 << 20)}), "压缩比异常"),
            ("空.jsonl", b"\n\n", "里面没有内容"),
        ],
    )
    def test_what_is_no_container_is_refused_as_one_file(
        self, desk: Client, name: str, data: bytes, says: str
    ) -> None:
        (told,) = results(desk, text_file(name, data))
        assert (told["file_name"], told["outcome"]) == (name, "refused")
        assert says in told["message"]
        assert not Accession.objects.exists()

    def test_the_kinds_are_named_on_the_page_and_where_another_is_refused(self, desk: Client) -> None:
        page = desk.get(URL).content.decode()
        (told,) = results(desk, text_file("版面.rar", b"Rar!\x1a\x07 and so on"))
        for kind in (".txt", ".md", ".zip", ".jsonl"):
            assert kind in page
            assert kind in told["message"]

    @pytest.mark.parametrize(
        ("name", "data"), [("六月.zip", ZIP), ("清单.jsonl", LIST.encode()), ("页.txt", a_page(1))]
    )
    def test_desk_and_command_take_the_same_and_say_the_same(
        self, desk: Client, tmp_path: Path, name: str, data: bytes
    ) -> None:
        told = results(desk, text_file(name, data))
        Article.objects.all().delete()
        Accession.objects.filter(container__isnull=False).delete()
        Accession.objects.all().delete()
        (tmp_path / name).write_bytes(data)
        said = list(receive(files_at([tmp_path / name])))
        assert [(one["file_name"], one["outcome"], one["message"]) for one in told] == [
            (one.name, one.outcome, one.message) for one in said
        ]


class TestLargeContainers:
    def test_results_are_sent_batch_by_batch(self, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("reports.workflow.receiving.receive.BATCH", 2)
        response = send(
            desk,
            text_file("大.zip", zipped({f"{n}.txt": a_page(n) for n in range(6)})),
            Accept="application/json",
        )
        pieces = iter(response)
        assert next(pieces) == b'{"results": [\n'
        assert not Article.objects.exists()
        assert b"0.txt" in next(pieces)
        assert Article.objects.count() == 2
        assert response["X-Accel-Buffering"] == "no"

    def test_events_say_who_and_where_from_though_the_request_is_over(
        self, desk: Client, editor: User
    ) -> None:
        response = desk.post(
            URL,
            {"chosen": [text_file("六月.zip", ZIP)]},
            headers={"Accept": "application/json"},
            REMOTE_ADDR="10.1.2.3",
        )
        b"".join(response)
        told = Event.objects.filter(act__in=["receive", "draft"])
        assert set(told.values_list("account", "address")) == {(editor.pk, "10.1.2.3")}

    def test_the_page_without_script_stops_and_goes_on(
        self, desk: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("reports.workflow.receiving.receive.BATCH", 2)
        monkeypatch.setattr(upload_module, "PAGE_TIMEOUT", -1.0)
        data = zipped({f"{n}.txt": a_page(n) for n in range(4)})
        html = send(desk, text_file("大.zip", data)).content.decode()
        assert "请把同样的文件再传一次" in html
        assert Article.objects.count() == 2
        monkeypatch.setattr(upload_module, "PAGE_TIMEOUT", 60.0)
        html = send(desk, text_file("大.zip", data)).content.decode()
        assert "请把同样的文件再传一次" not in html
        assert Article.objects.count() == 4

"""What readers, editors and the command line see of an index that is damaged, missing or read-only."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from haystack import connections

from reports import workflow
from reports.models import Article, OutboxRow, User
from reports.search import connection as search_connection
from reports.search.contract.errors import IndexMissing
from reports.search.engines.whoosh.directory.locks import REBUILD_LOCK, file_lock
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.indexing import changes, rebuild
from reports.search.indexing.status import IndexState, status
from tests.disks import Disk
from tests.factories import ArticleFactory
from tests.views.conftest import text_file

pytestmark = pytest.mark.django_db

SEARCHES = [
    "/",
    "/search/?q=院落",
    "/search.json?q=院落",
    "/search.csv?q=院落",
    "/districts/",
    "/initiatives/",
]


@pytest.fixture(autouse=True)
def public(settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = True


@pytest.fixture
def shelf(db: None) -> list[Article]:
    articles = [ArticleFactory(published=True) for _ in range(5)]
    rebuild()
    return articles


def the_index() -> IndexDirectory:
    return connections["default"].get_backend().engine.index  # type: ignore[no-any-return]


def spoil(pattern: str = "*.trm") -> None:
    index = the_index()
    number = index.generations.current()
    assert number is not None
    for path in index.generations.folder_of(number).glob(pattern):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 4
        path.write_bytes(data)
    search_connection.engine().read_again()  # as a process that starts


@pytest.mark.parametrize("path", SEARCHES)
def test_searches_say_that_the_index_is_damaged(client: Client, shelf: list[Article], path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    list(response)  # read to its end: an export is over then
    spoil()
    response = client.get(path)
    assert response.status_code == 503
    assert response["Retry-After"]
    said = response.content.decode()
    assert "已损坏" in said
    assert "资料本身没有丢失" in said
    with file_lock(the_index().path / REBUILD_LOCK):
        assert "正在重建" in client.get(path).content.decode()
    call_command("update_index", verbosity=0)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", SEARCHES)
def test_searches_say_that_the_index_is_missing(client: Client, shelf: list[Article], path: str) -> None:
    shutil.rmtree(the_index().path)
    response = client.get(path)
    assert response.status_code == 503
    assert "尚无检索索引" in response.content.decode()
    Article.objects.update(state="withdrawn", withdrawn_at="2024-01-01T00:00Z")
    assert client.get(path).status_code == 200  # nothing is what there is to find


def test_all_that_needs_no_index_goes_on(
    client: Client,
    shelf: list[Article],
    editor: User,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    spoil()
    assert client.get(shelf[0].get_absolute_url()).status_code == 200
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json() == {"ready": False, "database": True, "index": False}
    assert client.get("/suggest/?q=院").status_code in (200, 503)
    client.force_login(editor)
    desk = client.get("/desk/").content.decode()
    assert "索引已损坏" in desk
    assert "update_index" in desk
    response = client.post("/desk/upload/", {"chosen": [text_file("晚灯.txt")]})
    assert response.status_code == 200
    draft = Article.objects.waiting().get()
    assert client.get(f"/desk/review/{draft.pk}/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        workflow.publish(draft, editor)
    assert OutboxRow.objects.filter(article_id=draft.pk).exists()
    assert workflow.indexing_notice(draft)
    call_command("update_index", verbosity=0)
    assert not OutboxRow.objects.exists()
    assert client.get("/search.json?q=晚灯").json()["total"] == 1


@pytest.mark.parametrize("command", ["update_index", "rebuild_index"])
@pytest.mark.parametrize("fault", ["damaged", "missing", "pointer", "manifest"])
def test_one_command_brings_any_index_back(shelf: list[Article], command: str, fault: str) -> None:
    index = the_index()
    if fault == "damaged":
        spoil("*.pst")
    elif fault == "missing":
        shutil.rmtree(index.path)
    elif fault == "pointer":
        index.generations.pointer.write_bytes(b"garbage")
    else:
        spoil("manifest.json")
    OutboxRow.objects.create(article_id=shelf[0].pk)
    assert status().needs_rebuild
    call_command(command, verbosity=0)
    found = status()
    assert (found.state, found.engine.indexed, found.waiting) == (IndexState.CURRENT, 5, 0)


def test_an_outdated_index_is_searched_shown_and_built_anew(
    client: Client, shelf: list[Article], editor: User, capsys: pytest.CaptureFixture[str]
) -> None:
    generations = the_index().generations
    number = generations.current()
    assert number is not None
    made = generations.manifest(number)
    generations.write_manifest(number, {**made, "parts": {**made["parts"], "segmenter": "older"}})
    assert status().state is IndexState.OUTDATED
    assert client.get("/search.json?q=院落").json()["total"] == 5
    client.force_login(editor)
    assert "另一版本" in client.get("/desk/").content.decode()
    with pytest.raises(SystemExit):
        call_command("index_status")
    assert "分词词典" in capsys.readouterr().out
    call_command("update_index", verbosity=0)
    assert status().state is IndexState.CURRENT


def test_a_lost_index_of_many_articles_is_not_replaced_by_one_of_a_few(
    client: Client, shelf: list[Article], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(changes, "_MAX_FIRST_ARTICLES", 3)
    shutil.rmtree(the_index().path)
    OutboxRow.objects.create(article_id=shelf[0].pk)
    with pytest.raises(IndexMissing):
        workflow.drain_outbox()
    assert OutboxRow.objects.count() == 1
    assert client.get("/search/").status_code == 503
    call_command("update_index", verbosity=0)
    assert status().engine.indexed == 5


def test_a_read_only_index_is_said_and_answers(
    client: Client, shelf: list[Article], editor: User, small_disk: Disk, capsys: pytest.CaptureFixture[str]
) -> None:
    disk = small_disk(8)
    shutil.copytree(the_index().path, disk.path / "index")
    disk.make_read_only()
    on(disk.path / "index")
    found = status()
    assert (found.state, found.engine.is_writable) == (IndexState.READ_ONLY, False)
    assert client.get("/search.json?q=院落").json()["total"] == 5
    client.force_login(editor)
    assert "不可写" in client.get("/desk/").content.decode()
    OutboxRow.objects.create(article_id=shelf[0].pk)
    with pytest.raises(CommandError, match="仍保留"):
        call_command("update_index", verbosity=0)
    assert OutboxRow.objects.count() == 1
    with pytest.raises(SystemExit):
        call_command("index_status", "--json")
    assert json.loads(capsys.readouterr().out)["state"] == "read_only"


def test_a_full_disk_keeps_what_was_published_for_later(
    shelf: list[Article],
    editor: User,
    small_disk: Disk,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    disk = small_disk(8)
    shutil.copytree(the_index().path, disk.path / "index")
    on(disk.path / "index")
    disk.fill()
    draft = ArticleFactory()
    with django_capture_on_commit_callbacks(execute=True):
        workflow.publish(draft, editor)
    assert OutboxRow.objects.count() == 1
    assert status().engine.indexed == 5
    with pytest.raises(CommandError, match="仍保留"):
        call_command("update_index", verbosity=0)
    disk.free()
    call_command("update_index", verbosity=0)
    assert (status().engine.indexed, OutboxRow.objects.count()) == (6, 0)


def on(path: Path) -> None:
    connections.connections_info["default"]["URL"] = f"whoosh:{path}"
    connections.reload("default")

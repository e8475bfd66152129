"""What is removed for good is nowhere, what is kept about it says nothing of it, and nothing else goes."""

from __future__ import annotations

import io
import json
import logging
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import reversion
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.db.models import ProtectedError
from reversion.models import Revision, Version

from reports.models import (
    Accession,
    Article,
    Contributor,
    Figure,
    Initiative,
    InitiativeMention,
    OutboxRow,
    Purge,
    Section,
    Statistic,
    User,
)
from reports.models.purge import PurgeKind
from reports.search import search
from reports.search.answering import suggestions
from reports.search.answering.suggestions import suggest
from reports.search.contract.errors import IndexBusy
from reports.search.engines.whoosh.indexer import writer
from reports.search.indexing import rebuild
from reports.search.request import SearchRequest
from reports.search.suggesting import table as table_module
from reports.workflow import (
    EditedSection,
    PurgedOriginal,
    PurgeRefused,
    RoleRefused,
    clear_purges,
    content_of,
    edit,
    enqueue,
    plan_accession_purge,
    plan_purge,
    publish,
    purge,
    purge_accession,
    read_original,
    rebuild_index,
    save_initiative,
    withdraw,
)
from reports.workflow.originals import original_path
from reports.workflow.outbox import background, clearing, updating
from tests.factories import ArticleFactory, InitiativeMentionFactory, SectionFactory
from tests.receiving import drafted, imported, received
from tests.remains import files_holding, segments_holding

pytestmark = pytest.mark.django_db(transaction=True)

# Characters that no other text of any test has.
SECRET = "𪛕𤭢𡃁𢺳𣎴"
REASON = "含有个人隐私"
PAGE = f"""夜话{SECRET}
一条不该登出来的消息
本报记者 顾一舟

河湾区把这件事叫作“{SECRET}工程”。

{SECRET}的由来
先后有 12 户人家{SECRET}搬进新居。
▲ {SECRET}的图片说明。

编辑：{SECRET}
"""
TWO = f"""标题：第一篇的标题{SECRET}
作者：顾一舟
正文：
第一篇的正文，{SECRET}在里面，后面还有话。

标题：第二篇的标题
作者：方禾
正文：
第二篇的正文，什么也没有。
"""


@pytest.fixture(autouse=True)
def _plain_deletes(transactional_db: None) -> None:
    """Some builds of SQLite overwrite what is deleted. Not all do, so nothing here may rest on it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = OFF")


@pytest.fixture
def data(settings: Any) -> Path:
    """The folder that originals and index of this test lie in."""
    return Path(settings.ARCHIVE_ORIGINALS).parent


def taken_in(text: str, by: User, name: str = f"{SECRET}.txt") -> list[Article]:
    return [publish(article, by) for article in drafted(text.encode(), name, by)]


def holding(data: Path) -> set[str]:
    """Files of the archive that hold the secret: originals, index, database with its log, log files."""
    database = Path(str(django_settings.DATABASES["default"]["NAME"])).resolve()
    everywhere = files_holding(SECRET, data) | segments_holding(SECRET, data / "index")
    beside = files_holding(SECRET, database.parent)
    return everywhere | {name for name in beside if database.name in name or "logs" in name}


def total(q: str) -> int:
    return search(SearchRequest(q=q)).total


# Nothing of it is left


def test_nothing_of_the_article_is_in_any_file(data: Path, administrator: User, editor: User) -> None:
    (article,) = taken_in(PAGE, editor)
    (other,) = taken_in("堤上的灯\n本报记者 方禾\n\n堤上装了灯。\n", editor, "灯.txt")
    rebuild()
    content = content_of(article)
    section = EditedSection(None, f"又写了{SECRET}", "第二次写的。")
    article = edit(article, replace(content, sections=(*content.sections, section)), editor)
    article = edit(article, replace(content_of(article), headline="换了标题", kicker=""), editor)
    withdraw(article, editor, f"撤回的原因{SECRET}")
    # Were the search for remains blind, it would find nothing now either.
    before = holding(data)
    assert any("sqlite3" in name for name in before)
    assert any(name.startswith("originals") for name in before)
    assert any(name.startswith("index") for name in before)

    purge(article, administrator, REASON)

    assert holding(data) == set()
    assert total(SECRET) == 0
    assert total("堤上装了灯") == 1
    assert list(Article.objects.values_list("pk", flat=True)) == [other.pk]
    assert not list(data.rglob(".receiving-*"))


def test_rows_and_history_go_and_those_of_others_stay(administrator: User, editor: User) -> None:
    (article,) = taken_in(PAGE, editor)
    (other,) = taken_in("堤上的灯\n本报记者 方禾\n\n堤上装了灯。\n", editor, "灯.txt")
    versions = set(Version.objects.get_for_object(other).values_list("pk", flat=True))
    accession = article.accession
    purge(article, administrator, REASON)
    for model in (Section, Figure, Contributor, Statistic, InitiativeMention):
        assert not model._default_manager.filter(article=article.pk).exists()
    assert set(Version.objects.values_list("pk", flat=True)) >= versions
    assert not Version.objects.filter(serialized_data__contains=SECRET).exists()
    assert not Revision.objects.filter(version__isnull=True).exists()
    assert not Accession.objects.filter(pk=accession.pk).exists()
    assert not original_path(accession.sha256).exists()


def test_a_revision_that_holds_two_articles_loses_only_the_one(administrator: User) -> None:
    first, second = ArticleFactory(headline=SECRET), ArticleFactory(headline="另一篇")
    SectionFactory(article=first, body=SECRET)
    SectionFactory(article=second, body="另一篇的正文")
    with reversion.create_revision(manage_manually=True):
        reversion.add_to_revision(first)
        reversion.add_to_revision(second)
    assert Revision.objects.count() == 1
    purge(first, administrator, REASON)
    assert sorted(Version.objects.values_list("object_repr", flat=True)) == ["另一篇", "把会开在田埂上"]


def test_initiatives_named_only_there_go_with_it(administrator: User) -> None:
    article, other = ArticleFactory(), ArticleFactory()
    only = InitiativeMentionFactory(article=article, initiative__name=f"{SECRET}工程").initiative
    shared = InitiativeMentionFactory(article=article).initiative
    InitiativeMentionFactory(article=other, initiative=shared)
    curated = InitiativeMentionFactory(article=article).initiative
    save_initiative(curated)
    assert list(plan_purge(article).initiatives) == [only.name]
    purge(article, administrator, REASON)
    assert set(Initiative.objects.all()) == {shared, curated}


def test_its_headline_is_no_longer_suggested_by_an_older_table(
    administrator: User, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    (article,) = taken_in(PAGE, editor)
    typed = article.headline[:4]
    assert any(article.headline in one.text for one in suggest(typed))
    purge(article, administrator, REASON)
    # In service a table goes on answering while the next is made.
    old = table_module._holder.table
    monkeypatch.setattr(suggestions, "wait_for_table", lambda _: old)
    assert not any(article.headline in one.text for one in suggest(typed))


# What is kept


def test_what_is_kept_says_who_when_and_why_and_nothing_of_the_text(
    administrator: User, editor: User
) -> None:
    (article,) = taken_in(PAGE, editor)
    sha256 = article.accession.sha256
    purge(article, administrator, f"  {REASON} ")
    kept = Purge.objects.get()
    assert (kept.kind, kept.article_id, kept.accession_id) == ("article", article.pk, article.accession_id)
    assert (kept.purged_by, kept.reason, kept.sha256) == (administrator, REASON, sha256)
    assert kept.cleared_at >= kept.purged_at
    assert not any(SECRET in str(value) for value in Purge.objects.values().get().values())
    with pytest.raises(ProtectedError):
        administrator.delete()


def test_only_an_admin_may_and_a_reason_is_needed(editor: User, administrator: User) -> None:
    article = ArticleFactory(published=True)
    with pytest.raises(RoleRefused):
        purge(article, editor, REASON)
    with pytest.raises(RoleRefused):
        purge_accession(article.accession, editor, REASON)
    for reason in ("", " \n", "长" * 501):
        with pytest.raises(PurgeRefused):
            purge(article, administrator, reason)
    assert Article.objects.filter(pk=article.pk).exists()
    assert not Purge.objects.exists()
    assert not OutboxRow.objects.exists()


def test_ordered_twice_it_is_done_once(administrator: User) -> None:
    article = ArticleFactory(published=True)
    first = purge(article, administrator, REASON)
    assert purge(article, administrator, "又一次") == first
    accession = ArticleFactory().accession
    first = purge_accession(accession, administrator, REASON)
    assert purge_accession(accession, administrator, "又一次") == first
    assert set(Purge.objects.values_list("reason", flat=True)) == {REASON}


def test_what_was_never_there_is_refused(administrator: User) -> None:
    article = ArticleFactory()
    Article.objects.filter(pk=article.pk).delete()
    with pytest.raises(PurgeRefused, match="没有这篇报道"):
        purge(article, administrator, REASON)


# The outbox


def test_the_outbox_row_is_urgent_and_of_the_same_transaction(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = ArticleFactory(published=True)
    enqueue([article.pk], urgent=False, drain=False)
    with transaction.atomic():
        purge(article, administrator, REASON, drain=False)
        assert list(OutboxRow.objects.values_list("article_id", "urgent")) == [(article.pk, True)]
        transaction.set_rollback(True)
    assert list(OutboxRow.objects.values_list("article_id", "urgent")) == [(article.pk, False)]
    assert Article.objects.filter(pk=article.pk).exists()
    assert not Purge.objects.exists()


def test_search_no_longer_finds_it_before_anything_is_rewritten(
    administrator: User, editor: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (article,) = taken_in(PAGE, editor)
    assert total(SECRET) == 1
    seen = []

    def look(_: object) -> int:
        seen.append(total(SECRET))
        raise IndexBusy

    monkeypatch.setattr(updating, "rebuild", look)
    with caplog.at_level(logging.ERROR):
        purge(article, administrator, REASON)
    assert seen == [0]
    assert Purge.objects.pending().count() == 1
    assert not OutboxRow.objects.exists()


# The whole document


def test_a_document_goes_with_all_its_articles(data: Path, administrator: User, editor: User) -> None:
    first, second = taken_in(TWO, editor, f"{SECRET}.md")
    accession = first.accession
    plan = plan_accession_purge(accession)
    assert [article.pk for article in plan.articles] == [first.pk, second.pk]
    kept = purge_accession(accession, administrator, REASON)
    assert (kept.kind, kept.accession_id) == (PurgeKind.ACCESSION, accession.pk)
    assert set(Purge.objects.values_list("article_id", flat=True)) == {None, first.pk, second.pk}
    assert not Article.objects.exists()
    assert not Accession.objects.exists()
    assert holding(data) == set()


def test_one_article_of_several_takes_the_original_and_leaves_the_others(
    data: Path, administrator: User, editor: User
) -> None:
    first, second = taken_in(TWO, editor, f"{SECRET}.md")
    assert [article.pk for article in plan_purge(first).remaining_articles] == [second.pk]
    purge(first, administrator, REASON)
    assert holding(data) == set()
    second = Article.objects.get()
    assert SECRET not in second.accession.file_name
    assert total("第二篇的正文") == 1
    with pytest.raises(PurgedOriginal, match="彻底删除"):
        read_original(second.accession)
    purge(second, administrator, REASON)
    assert not Accession.objects.exists()


def test_a_document_that_could_not_be_read_can_go_too(data: Path, administrator: User) -> None:
    assert received(b"%PDF-1.7 " + SECRET.encode(), f"{SECRET}.pdf").outcome == "unreadable"
    purge_accession(Accession.objects.get(), administrator, REASON)
    assert not Accession.objects.exists()
    assert holding(data) == set()
    assert Purge.objects.get().cleared_at


# The same bytes again


def test_the_same_bytes_are_not_taken_in_again(data: Path, administrator: User, editor: User) -> None:
    (article,) = taken_in(PAGE, editor)
    purge(article, administrator, REASON)
    result = received(PAGE.encode(), "换个名字.txt", editor)
    assert result.outcome == "refused"
    assert "彻底删除" in result.message
    assert holding(data) == set()
    assert received(PAGE.replace(SECRET, "某某").encode(), "更正.txt", editor).outcome == "drafted"


def test_bytes_on_their_way_in_while_they_are_removed_do_not_stay(
    data: Path, administrator: User, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    (article,) = taken_in(PAGE, editor)
    from reports.workflow import originals

    keep = originals.store

    def keep_and_lose(*args: Any) -> Path:
        purge(article, administrator, REASON)
        return keep(*args)

    monkeypatch.setattr(originals, "store", keep_and_lose)
    result = received(PAGE.encode(), "同一份.txt", editor)
    assert result.outcome == "refused"
    assert "彻底删除" in result.message
    assert holding(data) == set()
    assert not Accession.objects.exists()


def zipped(*texts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate(texts, 1):
            archive.writestr(f"{number}.txt", text)
    return buffer.getvalue()


PLAIN = "堤上的灯\n本报记者 方禾\n\n堤上装了灯。\n"


def test_the_zip_it_came_in_goes_and_can_be_imported_again_without_it(
    data: Path, tmp_path: Path, administrator: User
) -> None:
    path = tmp_path / "一批.zip"
    path.write_bytes(zipped(PAGE, PLAIN))
    imported([path])
    article = Article.objects.get(headline__contains="不该")
    container = article.accession.container
    assert container is not None
    assert plan_purge(article).accession.container == container
    purge(article, administrator, REASON, drain=False)
    assert not original_path(container.sha256).exists()
    assert not original_path(article.accession.sha256).exists()
    clear_purges()
    assert Purge.objects.get(kind=PurgeKind.CONTAINER).accession_id == container.pk
    assert holding(data) == set()

    summary = imported([path])
    (failure,) = summary.failures
    assert "彻底删除" in failure.message
    assert summary.existing == 1
    assert holding(data) == set()

    path.write_bytes(zipped(PAGE, PLAIN, PLAIN + "第三份。\n"))
    summary = imported([path])
    assert (summary.new_articles, len(summary.failures)) == (1, 1)
    assert holding(data) == set()


def test_the_line_of_a_list_goes_with_the_list(data: Path, tmp_path: Path, administrator: User) -> None:
    path = tmp_path / "清单.jsonl"
    lines = [{"title": f"标题{SECRET}", "text": "正文。"}, {"title": "别的标题", "text": "别的正文。"}]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    imported([path])
    article = Article.objects.get(headline__contains=SECRET)
    purge_accession(article.accession, administrator, REASON)
    assert Article.objects.count() == 1
    assert holding(data) == set()


def test_a_container_with_its_last_member_goes_whole(data: Path, tmp_path: Path, administrator: User) -> None:
    path = tmp_path / f"{SECRET}.zip"
    path.write_bytes(zipped(PAGE))
    imported([path])
    (article,) = Article.objects.all()
    assert article.accession.container is not None
    with pytest.raises(PurgeRefused, match="逐份"):
        purge_accession(article.accession.container, administrator, REASON)
    purge(article, administrator, REASON)
    assert not Accession.objects.exists()
    assert holding(data) == set()


# Clearing


def test_clearing_that_failed_waits_and_is_finished_by_the_next_change(
    data: Path,
    administrator: User,
    editor: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (article,) = taken_in(PAGE, editor)
    publish(ArticleFactory(), editor)
    rebuild()  # one segment, which keeps the other article

    def fail(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(updating, "rebuild", fail)
        # No merge: it would write the segment again, without the article.
        patch.setattr(writer, "MAX_DOCUMENTS_IN_COMMIT", 0)
        purge(article, administrator, REASON)
    assert "no space left" in caplog.text
    assert Purge.objects.pending().exists()
    assert holding(data)
    publish(ArticleFactory(), editor)
    assert not Purge.objects.pending().exists()
    assert holding(data) == set()


@pytest.mark.parametrize("command", ["rebuild_index", "update_index"])
def test_clearing_that_failed_is_finished_by_either_command(
    data: Path,
    administrator: User,
    editor: User,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    (article,) = taken_in(PAGE, editor)

    def fail(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(updating, "rebuild", fail)
        purge(article, administrator, REASON)
        with pytest.raises(CommandError, match="no space left"):
            call_command(command)
    call_command(command)
    assert not Purge.objects.pending().exists()
    assert holding(data) == set()


def test_bytes_that_could_not_be_unlinked_are_tried_again(
    administrator: User, editor: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (article,) = taken_in(PAGE, editor)
    path = original_path(article.accession.sha256)

    def fail(*_: object) -> None:
        raise PermissionError("not yours")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr("reports.workflow.originals.delete", fail)
        purge(article, administrator, REASON)
    assert path.exists()
    assert Purge.objects.pending().exists()
    assert clear_purges() == 1
    assert not path.exists()


def test_a_log_that_is_being_read_is_not_called_clean(administrator: User, editor: User) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's write-ahead log")
    (article,) = taken_in(PAGE, editor)
    purge(article, administrator, REASON, drain=False)
    import sqlite3

    reader = sqlite3.connect(str(connection.settings_dict["NAME"]))
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM reports_article").fetchone()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    try:
        with pytest.raises(OperationalError):
            clear_purges()
        assert Purge.objects.pending().exists()
    finally:
        reader.close()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 30000")
    assert clear_purges() == 1


def test_nothing_pending_touches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "compact_database", lambda: pytest.fail("rewritten"))
    assert clear_purges() == 0


def test_half_written_receipts_go_only_when_nobody_writes_them_any_more(
    data: Path, administrator: User
) -> None:
    originals = data / "originals" / "ab"
    originals.mkdir(parents=True)
    old, new = originals / ".receiving-old", data / "originals" / ".receiving-new"
    for path in (old, new):
        path.write_text(SECRET)
    os.utime(old, (0, 0))
    purge(ArticleFactory(), administrator, REASON)
    assert (old.exists(), new.exists()) == (False, True)


def test_in_service_another_process_does_it(
    administrator: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ARCHIVE_BACKGROUND_INDEXING = True
    runs: list[bool] = []
    monkeypatch.setattr(background, "run_update", lambda: runs.append(True))
    purge(ArticleFactory(), administrator, REASON)
    background.background.wait()
    assert runs == [True]


def test_a_draft_that_was_never_public_needs_no_rebuild(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "rebuild", lambda _: pytest.fail("rebuilt"))
    purge(ArticleFactory(), administrator, REASON)
    assert not Purge.objects.pending().exists()


def test_only_a_rebuild_that_begins_after_the_purge_clears_it(
    administrator: User, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is under way has read the text."""
    (article,) = taken_in(PAGE, editor)
    real = updating.rebuild

    def rebuild(progress: Any = None) -> int:
        if Article.objects.filter(pk=article.pk).exists():
            purge(article, administrator, REASON, drain=False)
        return real(progress)

    monkeypatch.setattr(updating, "rebuild", rebuild)
    rebuild_index()
    assert Purge.objects.pending().exists()
    rebuild_index()
    assert not Purge.objects.pending().exists()

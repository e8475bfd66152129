"""Each act leaves an event, each event says what it should, and none says anything of an article."""

from __future__ import annotations

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from reports import workflow
from reports.models import Accession, Article, Event, Initiative, LexiconWord, MissedQuery, Synonym, User
from reports.models.event import Act, Result, Subject
from reports.workflow import account_roles
from reports.workflow.dictionaries import districts, entries, initiatives, missed_queries
from reports.workflow.drafting import drafts
from reports.workflow.events import Origin, request_origin
from reports.workflow.export_events import RecordedExport
from reports.workflow.receiving import accessions
from tests import factories as f
from tests.conftest import unseal_events
from tests.receiving import drafted, imported, kept, received

pytestmark = pytest.mark.django_db

MARK = "𪛕𤭢𡃁"
PAGE = f"""夜里也亮着的窗口{MARK}
河湾区把办事窗口开到下班以后{MARK}
本报记者 {MARK}

下班后的服务大厅照样有人值守，河湾区把这件事叫作“{MARK}工程”。

窗口跟着人走{MARK}
一年下来，晚间办结{MARK}事项 1840 件。
"""
NAME = f"{MARK}.txt"


@pytest.fixture
def _no_compacting(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite does not compact inside the transaction of a test."""
    monkeypatch.setattr(workflow.outbox.clearing, "compact_database", lambda: None)


def a_draft(by: User | None = None, page: str = PAGE) -> Article:
    return drafted(page.encode(), NAME, by)[0]


def published(by: User) -> Article:
    return workflow.publish(a_draft(by), by)


def _edited(by: User) -> Article:
    article = a_draft(by)
    content = replace(workflow.content_of(article), deck=f"{MARK}又一行", year=2021)
    return workflow.edit(article, content, by)


def _restored(by: User) -> None:
    article = _edited(by)
    workflow.revert(article, workflow.revisions(article)[-1], by)


def _on(article: Article, *steps: Callable[..., Article], by: User) -> Article:
    for step in steps:
        article = step(article, by)
    return article


def _cleared(by: User) -> None:
    workflow.purge(a_draft(by), by, f"含有{MARK}")
    workflow.clear_purges()


def _imported(by: User, folder: Path, publish: bool = False) -> None:
    (folder / NAME).write_text(PAGE, "utf-8")
    imported([folder], by, workflow.DraftOptions(publish=publish))


def _samples(by: User, folder: Path) -> None:
    (folder / NAME).write_text(PAGE, "utf-8")
    workflow.load_samples(folder, by)


def _read_and_drafted(by: User) -> None:
    options = workflow.DraftOptions()
    read = drafts.recognise_accession(
        kept(PAGE.encode(), NAME, by), PAGE.encode(), options, workflow.Dictionaries()
    )
    drafts.draft([read], by, options)


def _initiative() -> Initiative:
    return f.InitiativeFactory(name=f"{MARK}工程")


def _synonym() -> Synonym:
    return f.SynonymFactory.build(term=f"{MARK}渡口", expansions="码头")


def _saved_synonym(by: User) -> Synonym:
    synonym = _synonym()
    entries.save_entry(synonym, by)
    return synonym


def _word(by: User) -> LexiconWord:
    word = f.LexiconWordFactory.build(word="渡船灯会")
    entries.save_entry(word, by)
    return word


def _renamed_district(by: User) -> None:
    district = f.DistrictFactory()
    district.name = "改名区"
    workflow.save_district(district, by)


AN_ACT = Callable[[User, Path], object]
ACTS: dict[str, tuple[AN_ACT, Act]] = {
    "receive": (lambda by, folder: _imported(by, folder, publish=True), Act.PUBLISH),
    "store_documents": (lambda by, _: kept(PAGE.encode(), NAME, by), Act.RECEIVE),
    "store_container": (
        lambda by, _: accessions.store_container(io.BytesIO(PAGE.encode()), NAME, by),
        Act.RECEIVE,
    ),
    "draft": (lambda by, _: _read_and_drafted(by), Act.DRAFT),
    "load_samples": (lambda by, folder: _samples(by, folder), Act.PUBLISH),
    "remove_samples": (
        lambda by, folder: (_samples(by, folder), workflow.remove_samples(by)),
        Act.REMOVE_SAMPLE,
    ),
    "edit": (lambda by, _: _edited(by), Act.EDIT),
    "revert": (lambda by, _: _restored(by), Act.RESTORE),
    "submit": (lambda by, _: _on(a_draft(by), workflow.submit, by=by), Act.SUBMIT),
    "publish": (lambda by, _: published(by), Act.PUBLISH),
    "publish_drafts": (lambda by, _: workflow.publish_drafts(a_draft(by).accession, by), Act.PUBLISH),
    "withdraw": (lambda by, _: workflow.withdraw(published(by), by, f"因为{MARK}"), Act.WITHDRAW),
    "return_to_draft": (
        lambda by, _: _on(a_draft(by), workflow.submit, workflow.return_to_draft, by=by),
        Act.RETURN,
    ),
    "purge": (lambda by, _: workflow.purge(published(by), by, f"含有{MARK}"), Act.PURGE),
    "purge_accession": (
        lambda by, _: workflow.purge_accession(a_draft(by).accession, by, f"含有{MARK}"),
        Act.PURGE,
    ),
    "clear_purges": (lambda by, _: _cleared(by), Act.CLEAR),
    "save_initiative": (
        lambda by, _: workflow.save_initiative(_initiative(), [f"{MARK}别名"], by),
        Act.DICTIONARY,
    ),
    "merge_initiatives": (
        lambda by, _: workflow.merge_initiatives(f.InitiativeFactory(), _initiative(), by),
        Act.DICTIONARY,
    ),
    "delete_initiative": (lambda by, _: initiatives.delete_initiative(_initiative(), by), Act.DICTIONARY),
    "save_district": (lambda by, _: _renamed_district(by), Act.DICTIONARY),
    "delete_district": (lambda by, _: districts.delete_district(f.DistrictFactory(), by), Act.DICTIONARY),
    "load_gazetteer": (lambda by, _: workflow.load_gazetteer(), Act.DICTIONARY),
    "save_entry": (lambda by, _: _saved_synonym(by), Act.DICTIONARY),
    "delete_entry": (lambda by, _: entries.delete_entry(_word(by), by), Act.DICTIONARY),
    "mark_handled": (
        lambda by, _: (
            f.MissedQueryFactory(query=MARK),
            missed_queries.mark_handled(MissedQuery.objects.all(), by),
        ),
        Act.QUERY_HANDLED,
    ),
    "create_first_admin": (
        lambda by, _: (User.objects.update(is_active=False), account_roles.create_first_admin()),
        Act.ROLE,
    ),
    "grant": (lambda by, _: account_roles.grant(f.UserFactory(), account_roles.EDITOR), Act.ROLE),
}
# Steps of the acts above, which record what they are a step of; and the record itself.
STEPS = {"apply_content", "event", "record", "record_revisions", "record_failure_of", "documents_in"}
STEPS |= {"require_administrator", "require_editor"}
# They change nothing that anybody has said or done: they read, or keep the index in step with the tables.
NO_ACTS = {
    *("archive_dictionaries", "archive_gazetteer", "clean_file_name", "content_of", "count_documents"),
    *("diff", "doubts_of", "files_at", "indexing_notice", "may_administer", "may_edit", "may_read"),
    *("find_place", "plan_accession_purge", "plan_purge", "format_size", "read_document"),
    *("read_original", "read_whole", "revisions", "say_unopened"),
    *("drain_or_tell", "drain_outbox", "enqueue", "rebuild_index"),
    # A row for the district that an article names, as it is in the gazetteer.
    *("get_or_create_district", "district_with_key"),
}


def _defined() -> dict[str, Callable[..., object]]:
    """Every public function of the package, by name."""
    found = {}
    for module in pkgutil.walk_packages(workflow.__path__, f"{workflow.__name__}."):
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if function.__module__ == loaded.__name__ and not name.startswith("_"):
                found[name] = function
    return found


def test_every_public_act_is_in_the_table() -> None:
    defined = _defined()
    acting = {name for name, function in defined.items() if "by" in inspect.signature(function).parameters}
    assert acting - STEPS <= ACTS.keys()
    offered = {name for name in workflow.__all__ if name in defined}
    assert offered - NO_ACTS <= ACTS.keys()
    assert not ACTS.keys() & (STEPS | NO_ACTS)


@pytest.mark.usefixtures("_no_compacting")
@pytest.mark.parametrize("name", ACTS)
def test_an_act_leaves_an_event_that_says_nothing_of_the_article(
    administrator: User, tmp_path: Path, name: str
) -> None:
    act, kind = ACTS[name]
    before = set(Event.objects.values_list("pk", flat=True))
    act(administrator, tmp_path)
    events = Event.objects.exclude(pk__in=before)
    assert events.filter(act=kind, result=Result.DONE).exists()
    for row in events.values():
        assert not any(character in str(value) for value in row.values() for character in MARK)


def test_the_acts_of_the_table_are_all_that_can_be_recorded_of_articles() -> None:
    elsewhere = {Act.LOGIN, Act.LOGIN_FAILED, Act.LOCKOUT, Act.LOGOUT, Act.PASSWORD, Act.ACCOUNT}
    elsewhere |= {Act.EXPORT, Act.DOWNLOAD}
    assert {kind for _act, kind in ACTS.values()} == set(Act) - elsewhere


def _last(act: Act) -> Event:
    return Event.objects.filter(act=act).latest("id")


class TestWhatItSays:
    def test_a_step_names_the_states_and_the_article(self, editor: User) -> None:
        article = published(editor)
        found = _last(Act.PUBLISH)
        assert (found.account, found.name) == (editor, "编辑甲")
        assert (found.subject, found.number, found.subject_label) == (
            "article",
            article.pk,
            f"报道 {article.pk}",
        )
        assert (found.before, found.after, found.result) == ("草稿", "已发布", Result.DONE)

    def test_a_step_already_taken_is_no_act(self, editor: User) -> None:
        article = published(editor)
        workflow.publish(article, editor)
        assert Event.objects.filter(act=Act.PUBLISH).count() == 1

    def test_an_edit_names_the_fields(self, editor: User) -> None:
        _edited(editor)
        assert (_last(Act.EDIT).before, _last(Act.EDIT).after) == ("第1版", "第2版：副题、年份")

    def test_the_same_bytes_again_are_no_receipt(self, editor: User) -> None:
        for _ in range(2):
            received(PAGE.encode(), NAME, editor)
        assert Event.objects.filter(act=Act.RECEIVE).count() == 1

    def test_a_document_with_all_its_articles_is_purged_by_one_event_each(self, administrator: User) -> None:
        article = a_draft(administrator)
        workflow.purge_accession(article.accession, administrator, "含有个人隐私")
        purged = Event.objects.filter(act=Act.PURGE).values_list("subject", "number")
        assert set(purged) == {("accession", article.accession_id), ("article", article.pk)}

    def test_a_purge_leaves_the_events_of_the_article(self, administrator: User) -> None:
        article = published(administrator)
        before = list(Event.objects.order_by("id").values())
        workflow.purge(article, administrator, "含有个人隐私")
        assert list(Event.objects.order_by("id").values())[: len(before)] == before

    def test_a_merge_is_told_by_numbers(self, editor: User) -> None:
        kept, merged = f.InitiativeFactory(), f.InitiativeFactory()
        workflow.merge_initiatives(kept, merged, editor)
        found = _last(Act.DICTIONARY)
        assert (found.number, found.after) == (merged.pk, f"并入举措{kept.pk}")

    def test_aliases_are_a_field_like_others(self, editor: User) -> None:
        initiative = f.InitiativeFactory()
        workflow.save_initiative(initiative, ["另一个名字"], editor)
        assert _last(Act.DICTIONARY).after == "别名"
        workflow.save_initiative(initiative, ["另一个名字"], editor)
        assert _last(Act.DICTIONARY).after == "没有改动"


class TestResult:
    def test_refused_by_role_though_nothing_was_changed(self, reader: User, editor: User) -> None:
        article = a_draft(editor)
        with pytest.raises(workflow.RoleRefused):
            workflow.publish(article, reader)
        found = _last(Act.PUBLISH)
        assert (found.account, found.number, found.result) == (reader, article.pk, Result.REFUSED)
        article.refresh_from_db()
        assert article.state == "draft"

    def test_refused_by_state(self, editor: User) -> None:
        with pytest.raises(workflow.TransitionRefused):
            workflow.withdraw(a_draft(editor), editor, "重复")
        assert _last(Act.WITHDRAW).result == Result.REFUSED

    def test_refused_for_want_of_a_reason(self, administrator: User) -> None:
        article = published(administrator)
        with pytest.raises(workflow.TransitionRefused):
            workflow.withdraw(article, administrator, " ")
        with pytest.raises(workflow.PurgeRefused):
            workflow.purge(article, administrator, " ")
        assert {_last(Act.WITHDRAW).result, _last(Act.PURGE).result} == {Result.REFUSED}

    def test_refused_documents(self, editor: User) -> None:
        assert received(b"", NAME, editor).outcome == "refused"
        assert (_last(Act.RECEIVE).result, _last(Act.RECEIVE).number) == (Result.REFUSED, None)

    def test_failed_where_a_document_cannot_be_read(self, editor: User) -> None:
        assert received(b"\x00\x01\x02" * 500, "画.bin", editor).outcome == "unreadable"
        found = _last(Act.DRAFT)
        assert (found.result, found.number) == (Result.FAILED, Accession.objects.get().pk)

    def test_failed_where_something_breaks(self, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object, **__: object) -> None:
            raise OSError(f"{MARK}")

        monkeypatch.setattr("reports.workflow.review.states.enqueue", broken)
        article = a_draft(editor)
        with pytest.raises(OSError, match=MARK):
            workflow.publish(article, editor)
        assert _last(Act.PUBLISH).result == Result.FAILED
        article.refresh_from_db()
        assert article.state == "draft"

    def test_what_is_undone_leaves_no_event_that_says_it_was_done(self, editor: User) -> None:
        article = a_draft(editor)
        with transaction.atomic():
            workflow.publish(article, editor)
            transaction.set_rollback(True)
        assert not Event.objects.filter(act=Act.PUBLISH).exists()


class TestOrigin:
    def test_outside_of_a_request_it_is_the_command_line(self) -> None:
        a_draft()
        found = _last(Act.DRAFT)
        assert (found.account, found.name) == (None, "命令行")
        assert found.address.startswith("命令行（")

    @pytest.mark.usefixtures("_no_compacting")
    def test_a_command_in_the_name_of_an_account(self, administrator: User) -> None:
        article = published(administrator)
        call_command(
            *("purge", "--article", str(article.pk), "--by", administrator.username, "--reason", "含有隐私"),
            "--noinput",
            stdout=io.StringIO(),
        )
        assert (_last(Act.PURGE).name, _last(Act.PURGE).address[:3]) == (administrator.username, "命令行")

    def test_of_a_request_address_and_account_need_not_be_handed_down(self, editor: User) -> None:
        with request_origin(Origin("10.1.2.3", lambda: editor)):
            a_draft()
        assert (_last(Act.DRAFT).account, _last(Act.DRAFT).address) == (editor, "10.1.2.3")

    def test_a_stranger_has_no_name(self) -> None:
        with request_origin(Origin("10.1.2.3", lambda: None)):
            f.UserFactory()
        assert (_last(Act.ACCOUNT).account, _last(Act.ACCOUNT).name) == (None, "")

    def test_it_ends_with_the_request(self, editor: User) -> None:
        with pytest.raises(RuntimeError), request_origin(Origin("10.1.2.3", lambda: editor)):
            raise RuntimeError
        a_draft()
        assert _last(Act.DRAFT).name == "命令行"


class TestExport:
    """What the server does with an answer is to take its pieces and to close it, however it ends."""

    def _pieces(self, *, breaks: bool = False) -> Iterator[bytes]:
        yield b"first"
        if breaks:
            raise OSError("gone")
        yield b"second"

    def test_taken_to_the_end(self, reader: User) -> None:
        export = RecordedExport(self._pieces(), "csv", lambda: 7, reader)
        assert list(export) == [b"first", b"second"]
        export.close()
        (found,) = Event.objects.filter(act=Act.EXPORT)
        assert (found.account, found.after, found.result) == (reader, "csv，7条", Result.DONE)

    def test_left_half_way(self, reader: User) -> None:
        with request_origin(Origin("10.1.2.3", lambda: reader)):
            export = RecordedExport(self._pieces(), "csv", lambda: 3)
        next(export)
        export.close()
        export.close()
        (found,) = Event.objects.filter(act=Act.EXPORT)
        assert (found.account, found.address) == (reader, "10.1.2.3")
        assert (found.after, found.result) == ("csv，3条", Result.FAILED)

    def test_broken_half_way(self, reader: User) -> None:
        export = RecordedExport(self._pieces(breaks=True), "csv", lambda: 3, reader)
        with pytest.raises(OSError, match="gone"):
            list(export)
        export.close()
        (found,) = Event.objects.filter(act=Act.EXPORT)
        assert found.result == Result.FAILED

    def test_never_begun(self, reader: User) -> None:
        RecordedExport(self._pieces(), "csv", lambda: 0, reader).close()
        assert not Event.objects.filter(act=Act.EXPORT).exists()


class TestKept:
    """By the database, whoever asks."""

    @pytest.mark.parametrize(
        "statement", ["UPDATE reports_event SET name = '别人'", "DELETE FROM reports_event"]
    )
    def test_no_statement_changes_or_removes_a_row(self, statement: str) -> None:
        f.EventFactory(name="原来的")
        with (
            pytest.raises(IntegrityError, match="不能修改，也不能删除"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
        assert Event.objects.get().name == "原来的"

    def test_nor_does_the_model(self) -> None:
        found = f.EventFactory()
        for act in (found.delete, found.save, Event.objects.all().delete):
            with pytest.raises(IntegrityError), transaction.atomic():
                act()
        assert Event.objects.count() == 1

    def test_the_seal_is_renewed_by_every_migration(self) -> None:
        found = f.EventFactory()
        unseal_events()
        call_command("migrate", verbosity=0)
        with pytest.raises(IntegrityError), transaction.atomic():
            found.delete()

    def test_an_account_with_events_cannot_be_deleted(self, editor: User) -> None:
        a_draft(editor)
        with pytest.raises(ProtectedError):
            editor.delete()


@pytest.mark.django_db(transaction=True)
def test_compacting_the_database_leaves_events_as_they_are(administrator: User) -> None:
    workflow.purge(published(administrator), administrator, "含有个人隐私")
    before = list(Event.objects.order_by("id").values())
    workflow.clear_purges()
    workflow.outbox.clearing.compact_database()
    assert list(Event.objects.order_by("id").values())[: len(before)] == before
    with pytest.raises(IntegrityError):
        Event.objects.all().delete()


def test_a_batch_is_recorded_in_a_fixed_number_of_statements(
    administrator: User, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        (tmp_path / f"{number}.txt").write_text(PAGE.replace("1840", str(2000 + number)), "utf-8")
    with django_assert_max_num_queries(60):
        imported([tmp_path], administrator)
    assert Event.objects.filter(act=Act.RECEIVE).count() == Accession.objects.count() == 30
    assert Event.objects.filter(act=Act.DRAFT, subject=Subject.ARTICLE).count() == 30

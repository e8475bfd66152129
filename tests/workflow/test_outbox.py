"""No change is lost on its way to the index, and no failing index fails a change."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from reports.models import Article, OutboxRow
from reports.search import connection as search_connection
from reports.search.contract.engine import Change
from reports.search.contract.errors import ArticleUnindexable, IndexBusy, IndexDamaged
from reports.search.engines.whoosh.directory.integrity import FileDamaged
from reports.search.indexing import rebuild
from reports.search.indexing.status import IndexState, status
from reports.workflow import drain_outbox, enqueue, indexing_notice, publish
from reports.workflow.outbox import background, drain_or_tell, taking_in, updating
from reports.workflow.outbox.taking_in import drain_urgent
from tests.factories import ArticleFactory, OutboxRowFactory


class Index:
    """Stands in for the index: remembers what it was told, in which order."""

    def __init__(self) -> None:
        self.applied: list[list[int]] = []
        self.lock = threading.Lock()
        self.holder = 0
        self.waited: list[float] = []  # seconds, at most, for the lock
        self.before_read = lambda: None
        self.before_apply = lambda: None
        self.before_release = lambda: None
        self.failing: set[int] = set()
        self.is_broken = False

    def read_changes(self, numbers: Mapping[int, int]) -> list[Change]:
        assert self.holder != threading.get_ident()
        self.before_read()
        return [Change(article_id, None, numbers[article_id]) for article_id in sorted(numbers)]

    def write_changes(
        self,
        changes: Sequence[Change],
        still_true: Callable[[Sequence[Change]], Iterable[Change]],
        patience: float,
    ) -> frozenset[int]:
        self.waited.append(patience)
        if not self.lock.acquire(patience > 0, patience if patience > 0 else -1):
            raise IndexBusy
        self.holder = threading.get_ident()
        try:
            self._commit(still_true(changes))
            self.before_release()
        finally:
            self.holder = 0
            self.lock.release()
        return frozenset()

    def _commit(self, changes: Iterable[Change]) -> None:
        ids = [change.article_id for change in changes]
        self.before_apply()
        if self.is_broken:
            raise IndexDamaged from ValueError("odd index")
        for article_id in sorted(self.failing.intersection(ids)):
            raise ArticleUnindexable(article_id) from ValueError("odd article")
        if ids:
            self.applied.append(ids)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Index:
    index = Index()
    for name in ("read_changes", "write_changes"):
        monkeypatch.setattr(taking_in, name, getattr(index, name))
    return index


def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_in, "URGENT_BATCH", 2)
    monkeypatch.setattr(taking_in, "BULK_BATCH", 2)


pytestmark = pytest.mark.django_db(transaction=True)


def test_urgent_articles_come_first_then_the_order_of_change(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_batches(monkeypatch)
    for article_id, urgent in ((1, False), (2, False), (3, True), (4, False), (5, True)):
        OutboxRowFactory(article_id=article_id, urgent=urgent)
    assert drain_outbox() == 5
    assert index.applied == [[3, 5], [1, 2], [4]]
    assert not OutboxRow.objects.exists()


def test_an_article_changed_often_is_applied_once(index: Index) -> None:
    for article_id in (7, 8, 7, 7):
        OutboxRowFactory(article_id=article_id)
    assert drain_outbox() == 2
    assert index.applied == [[7, 8]]


def test_row_written_while_the_index_reads_is_kept_for_the_next_round(index: Index) -> None:
    OutboxRowFactory(article_id=7)
    written: list[int] = []

    def change_again() -> None:
        if not written:
            written.append(OutboxRowFactory(article_id=7).pk)

    index.before_apply = change_again
    drain_outbox()
    assert index.applied == [[7], [7]]
    assert not OutboxRow.objects.exists()


def test_row_written_just_before_the_release_is_still_taken(index: Index) -> None:
    OutboxRowFactory(article_id=7)
    late = iter([8])

    def write_late() -> None:
        if (article_id := next(late, None)) is not None:
            OutboxRowFactory(article_id=article_id)

    index.before_release = write_late
    drain_outbox()
    assert index.applied == [[7], [8]]


def test_a_request_finds_the_lock_held_and_leaves_the_rows_to_its_holder(index: Index) -> None:
    OutboxRowFactory(article_id=7, urgent=True)
    with index.lock:
        assert drain_urgent() == 0
    assert index.waited == [0]
    assert OutboxRow.objects.count() == 1


def test_who_has_time_waits_for_the_holder_in_bounds_and_keeps_the_rows(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "_PATIENCE", 0.01)
    OutboxRowFactory(article_id=7)
    with index.lock:
        assert drain_outbox() == 0
    assert OutboxRow.objects.count() == 1


def test_rows_stay_when_the_index_fails(index: Index) -> None:
    OutboxRowFactory(article_id=7)

    def fail() -> None:
        raise OSError("no space left")

    index.before_apply = fail
    with pytest.raises(OSError, match="no space"):
        drain_outbox()
    assert OutboxRow.objects.count() == 1
    assert not index.lock.locked()


def test_progress_is_told_batch_by_batch(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    small_batches(monkeypatch)
    for article_id in (1, 2, 3):
        OutboxRowFactory(article_id=article_id)
    told: list[tuple[int, int]] = []
    drain_outbox(progress=lambda done, waiting: told.append((done, waiting)))
    assert told == [(2, 1), (3, 0)]


def test_maintenance_comes_after_what_waits_and_its_failure_is_said(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk may hold small commits and no rebuild."""
    small_batches(monkeypatch)
    for article_id in (1, 2, 3, 4):
        OutboxRowFactory(article_id=article_id, urgent=False)

    def fail(_: object = None) -> int:
        raise OSError("no space left")

    monkeypatch.setattr(updating, "needs_maintenance", lambda: True)
    monkeypatch.setattr(updating, "rebuild", fail)
    with pytest.raises(OSError, match="no space"):
        drain_outbox()
    assert index.applied == [[1, 2], [3, 4]]
    assert not OutboxRow.objects.exists()


def test_another_process_that_is_elected_does_the_bulk_work(index: Index) -> None:
    OutboxRowFactory(article_id=7, urgent=False)
    OutboxRowFactory(article_id=8, urgent=True)
    ended: list[int] = []

    def drain_elsewhere() -> None:
        try:
            ended.append(drain_outbox())
        finally:
            connection.close()

    with search_connection.engine().as_worker():
        thread = threading.Thread(target=drain_elsewhere)
        thread.start()
        thread.join()
    assert (ended, index.applied) == ([1], [[8]])
    assert drain_outbox() == 1
    assert index.applied == [[8], [7]]


def test_command_is_told_what_still_waits(
    index: Index, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "_PATIENCE", 0.01)
    OutboxRowFactory(article_id=7)
    with index.lock:
        assert "还有1项等待" in drain_or_tell()

    def fail() -> None:
        raise OSError("no space left")

    index.before_apply = fail
    with caplog.at_level(logging.ERROR):
        assert "update_index" in drain_or_tell()
    assert "no space left" in caplog.text
    index.before_apply = lambda: None
    assert drain_or_tell() == ""


def test_archive_that_is_mostly_waiting_is_built_anew(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changed meanwhile, and what the rebuild had to leave out, is taken in afterwards."""
    monkeypatch.setattr(updating, "REBUILD_FROM", 3)
    articles = [ArticleFactory(published=True).pk for _ in range(3)]
    enqueue(articles, urgent=False, drain=False)
    late = ArticleFactory().pk

    def rebuild(progress: Callable[[int, int], object]) -> int:
        progress(1, 3)
        enqueue([late], urgent=False, drain=False)
        return 2

    monkeypatch.setattr(updating, "rebuild", rebuild)
    monkeypatch.setattr(updating, "unindexed_articles", lambda: articles[:1])
    told: list[tuple[int, int]] = []
    drain_or_tell(lambda done, waiting: told.append((done, waiting)))
    assert told == [(1, 2), (2, 0)]
    assert index.applied == [[articles[0], late]]
    assert not OutboxRow.objects.exists()


def test_few_waiting_articles_of_many_are_added_in_batches(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "REBUILD_FROM", 2)
    articles = [ArticleFactory(published=True).pk for _ in range(4)]
    enqueue(articles[:2], urgent=False, drain=False)
    drain_or_tell()
    assert index.applied == [articles[:2]]


def test_rebuild_under_way_elsewhere_leaves_the_rest_for_later(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What people wait for is taken in all the same."""
    monkeypatch.setattr(updating, "REBUILD_FROM", 1)

    def rebuild(progress: object) -> int:
        raise IndexBusy

    monkeypatch.setattr(updating, "rebuild", rebuild)
    first, second = (ArticleFactory(published=True).pk for _ in range(2))
    enqueue([first], drain=False)
    enqueue([second], urgent=False, drain=False)
    assert "还有1项等待" in drain_or_tell()
    assert index.applied == [[first]]


def test_publishing_is_indexed_after_the_commit(index: Index) -> None:
    article = ArticleFactory()
    with transaction.atomic():
        publish(article)
        assert index.applied == []
        assert OutboxRow.objects.count() == 1
    assert index.applied == [[article.pk]]
    assert indexing_notice(article) == ""


def test_failing_index_does_not_fail_the_publish(index: Index, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise OSError("no space left")

    index.before_apply = fail
    with caplog.at_level(logging.ERROR):
        article = publish(ArticleFactory())
    assert article.state == "published"
    assert OutboxRow.objects.get().article_id == article.pk
    assert indexing_notice(article) == "修改已保存，检索结果稍后更新。"
    assert "no space left" in caplog.text


def test_rolled_back_change_leaves_no_row(index: Index) -> None:
    article = ArticleFactory()

    def publish_and_fail() -> None:
        with transaction.atomic():
            publish(article)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        publish_and_fail()
    assert not OutboxRow.objects.exists()
    assert index.applied == []


def test_bulk_work_left_behind_is_taken_along(index: Index) -> None:
    with transaction.atomic():
        enqueue(range(9001, 9004), urgent=False, drain=False)
    assert index.applied == []
    article = publish(ArticleFactory())
    assert index.applied == [[article.pk], [9001, 9002, 9003]]


def test_urgent_rows_are_never_in_one_commit_with_bulk_work(index: Index) -> None:
    for article_id, urgent in ((1, False), (2, False), (3, True)):
        OutboxRowFactory(article_id=article_id, urgent=urgent)
    assert drain_outbox() == 3
    assert index.applied == [[3], [1, 2]]


def test_what_another_process_took_in_meanwhile_is_not_overwritten_with_what_was_read_before(
    index: Index,
) -> None:
    for article_id in (1, 2):
        OutboxRowFactory(article_id=article_id)
    done = iter([2])

    def another_process() -> None:
        if article_id := next(done, None):
            OutboxRow.objects.filter(article_id=article_id).delete()

    index.before_read = another_process
    assert drain_outbox() == 1
    assert index.applied == [[1]]


def test_what_changed_again_since_it_was_read_is_read_again(index: Index) -> None:
    for article_id in (1, 2):
        OutboxRowFactory(article_id=article_id)
    changed = iter([2])

    def another_change() -> None:
        if article_id := next(changed, None):
            OutboxRowFactory(article_id=article_id)

    index.before_read = another_change
    assert drain_outbox() == 2
    assert index.applied == [[1], [2]]


def test_an_article_that_fails_holds_up_no_other_and_is_named(
    index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    bad = ArticleFactory(published=True, headline="怪报道").pk
    others = [ArticleFactory(published=True).pk for _ in range(9)]
    enqueue([*others[:4], bad, *others[4:]], drain=False)
    index.failing = {bad}
    assert drain_outbox() == 9
    assert {number for batch in index.applied for number in batch} == set(others)
    row = OutboxRow.objects.get()
    assert row.article_id == bad
    assert "ValueError：odd article" in row.failure
    rebuild()
    found = status()
    assert found.state is IndexState.FAILING
    assert f"第 {bad} 号《怪报道》" in found.notice
    assert "未能编入索引" in indexing_notice(Article.objects.get(pk=bad))
    assert "有1篇报道未能编入索引" in drain_or_tell()


def test_a_failing_article_is_tried_again_when_asked_and_when_it_changes(index: Index) -> None:
    index.failing = {7}
    OutboxRowFactory(article_id=7)
    drain_outbox()
    index.failing = set()
    assert drain_outbox() == 0
    assert drain_outbox(retry=True) == 1
    index.failing = {7}
    OutboxRowFactory(article_id=7)
    drain_outbox()
    index.failing = set()
    OutboxRowFactory(article_id=7)
    assert drain_outbox() == 1
    assert not OutboxRow.objects.exists()


def test_an_index_that_takes_in_nothing_blames_no_article(index: Index) -> None:
    for article_id in range(1, 6):
        OutboxRowFactory(article_id=article_id)
    index.is_broken = True
    with pytest.raises(IndexDamaged):
        drain_outbox()
    assert OutboxRow.objects.filter(failure="").count() == 5
    assert not index.lock.locked()


def test_a_damaged_file_is_no_failing_article(index: Index) -> None:
    for article_id in (1, 2):
        OutboxRowFactory(article_id=article_id)
    tried: list[int] = []

    def fail() -> None:
        tried.append(1)
        raise FileDamaged(Path("MAIN_1.trm"), "校验和不符")

    index.before_apply = fail
    with pytest.raises(FileDamaged):
        drain_outbox()
    assert tried == [1]
    assert OutboxRow.objects.filter(failure="").count() == 2


def test_in_service_bulk_work_is_done_by_another_process_once(
    index: Index, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ARCHIVE_BACKGROUND_INDEXING = True
    runs: list[bool] = []
    monkeypatch.setattr(background, "run_update", lambda: runs.append(True))
    with transaction.atomic():
        enqueue(range(9001, 9004), urgent=False)
    background.background.wait()
    assert runs == [True]
    assert index.applied == []
    OutboxRow.objects.all().delete()
    publish(ArticleFactory())
    background.background.wait()
    assert len(runs) == 1


def test_what_people_wait_for_does_not_wait_for_the_process_that_does_bulk_work(
    index: Index, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ARCHIVE_BACKGROUND_INDEXING = True
    done = threading.Event()
    ended: list[bool] = []
    monkeypatch.setattr(background, "run_update", lambda: ended.append(done.wait(10)))
    with transaction.atomic():
        enqueue(range(9001, 9004), urgent=False)
    try:
        article = publish(ArticleFactory())
        assert index.applied == [[article.pk]]
        assert OutboxRow.objects.count() == 3
        assert not ended
    finally:
        OutboxRow.objects.all().delete()
        done.set()
        background.background.wait()


def test_a_request_that_finds_the_lock_held_for_long_has_it_done_later(
    index: Index, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Even where the holder is killed before it looks again."""
    settings.ARCHIVE_BACKGROUND_INDEXING = True
    monkeypatch.setattr(updating, "_REQUEST_PATIENCE", 0.01)
    released = threading.Event()

    def run() -> None:
        released.wait(10)
        try:
            drain_outbox()
        finally:
            connection.close()

    monkeypatch.setattr(background, "run_update", run)
    with index.lock:
        article = publish(ArticleFactory())
        assert index.applied == []
    released.set()
    background.background.wait()
    assert index.applied == [[article.pk]]


def test_the_process_is_update_index_of_this_program(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: commands.append(command))
    background.run_update()
    assert [Path(commands[0][1]).name, *commands[0][2:4]] == ["manage.py", "update_index", "--gently"]


def test_many_writers_and_drainers_leave_nothing(index: Index) -> None:
    def work(start: int) -> None:
        try:
            for article_id in range(start, start + 10):
                with transaction.atomic():
                    enqueue([article_id], urgent=bool(article_id % 2))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number * 100,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not OutboxRow.objects.exists()
    taken = {article_id for batch in index.applied for article_id in batch}
    assert taken == {number * 100 + i for number in range(1, 5) for i in range(10)}

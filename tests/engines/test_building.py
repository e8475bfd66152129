"""Segments written side by side: the same index as written alone, and no half of one when anything fails."""

import importlib
import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tqdm import TMonitor, tqdm

from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.engines.whoosh.indexer import building
from reports.search.engines.whoosh.indexer.building import available_workers
from reports.search.engines.whoosh.query.searching import find
from tests.engines.corpus import random_article, random_search
from tests.engines.indexes import apply, rebuild

COUNT = 230


@pytest.fixture(scope="module")
def articles():
    chance = random.Random(21)
    return [random_article(chance, number) for number in range(1, COUNT + 1)]


@pytest.fixture
def index(tmp_path):
    return IndexDirectory(tmp_path / "index")


def nothing(_):
    return []


def live_folder(index):
    return index.generations.folder_of(index.generations.current())


def all_children():
    return {
        path.parent.name
        for path in Path("/proc").glob("[0-9]*/stat")
        if path.exists() and path.read_text().rpartition(")")[2].split()[1] == str(os.getpid())
    }


@pytest.fixture(autouse=True)
def _no_child_is_left():
    """None that was not there before: the browser of other tests may be a child of this process too."""
    before = all_children()
    yield
    assert all_children() <= before


def test_workers_give_the_index_that_one_process_gives(articles, index, tmp_path):
    alone = IndexDirectory(tmp_path / "alone")
    assert rebuild(alone, iter(articles), nothing, workers=0) == COUNT
    assert rebuild(index, iter(articles), nothing, workers=3, count=COUNT) == COUNT
    assert len(alone.snapshot().segments) == 1
    assert len(index.snapshot().segments) == 3
    chance = random.Random(3)
    for _ in range(60):
        search = random_search(chance, articles)
        assert find(index.snapshot(), search).hits == find(alone.snapshot(), search).hits
        assert find(index.snapshot(), search).facets == find(alone.snapshot(), search).facets


def test_the_same_articles_give_the_same_segments_of_about_one_size(articles, tmp_path):
    dealt = []
    for number in range(2):
        index = IndexDirectory(tmp_path / str(number))
        rebuild(index, iter(articles), nothing, workers=2, count=COUNT)
        dealt.append([segment.columns.ids.tolist() for segment in index.snapshot().segments])
    assert dealt[0] == dealt[1]
    assert [len(ids) for ids in dealt[0]] == [118, 112]


@pytest.mark.parametrize("workers", [0, 2])
def test_segments_are_bounded_in_characters(articles, index, monkeypatch, workers):
    monkeypatch.setattr("reports.search.engines.whoosh.index.SEGMENT_CHARACTERS", 6_000)
    rebuild(index, iter(articles), nothing, workers=workers)
    assert len(index.snapshot().segments) >= 4
    assert sorted(index.snapshot().ids.tolist()) == list(range(1, COUNT + 1))


def test_prepared_documents_may_be_dealt_too(articles, index):
    assert rebuild(index, map(prepare, articles), nothing, workers=2) == COUNT


def test_no_scratch_file_is_left(articles, index):
    rebuild(index, iter(articles), nothing, workers=2)
    names = [path.name for path in live_folder(index).iterdir()]
    assert not [name for name in names if name.endswith(".tmp") or name.startswith(".")]


def test_few_articles_need_no_process(index, articles, monkeypatch):
    monkeypatch.setattr(building, "ProcessPoolExecutor", None)
    assert rebuild(index, articles[:50], nothing, workers=2) == 50


def test_a_process_with_threads_does_not_fork():
    assert available_workers() == 0 or len(os.sched_getaffinity(0)) > 1
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert available_workers() == 0
    finally:
        stop.set()
        thread.join()


# Failures


def assert_untouched(index):
    assert index.generations.numbers() == [index.generations.current()]
    assert index.snapshot().ids.tolist() == [1, 2]
    assert not (index.path / "rebuild.journal").exists()
    apply(index, [], [2])  # the lock is free
    assert rebuild(index, [], nothing) == 0


@pytest.fixture
def live(index, articles):
    apply(index, map(prepare, articles[:2]), [])
    return index


def refuse(article, segmenter):
    if article.id == 205:
        raise OSError(28, "No space left on device")
    return prepare(article, segmenter)


def test_a_worker_that_fails_fails_the_rebuild_as_itself(live, articles, monkeypatch):
    monkeypatch.setattr(building, "prepare", refuse)
    with pytest.raises(OSError, match="No space") as caught:
        rebuild(live, iter(articles), nothing, workers=2)
    assert caught.value.errno == 28
    assert_untouched(live)


class UnsendableError(Exception):
    def __init__(self, first, second):
        super().__init__(first + second)


def test_an_error_that_cannot_be_sent_is_told(live, articles, monkeypatch):
    def fail(*_):
        raise UnsendableError("其一", "其二")

    monkeypatch.setattr(building, "write_segment", fail)
    with pytest.raises(ChildProcessError, match="其一其二"):
        rebuild(live, iter(articles), nothing, workers=2)
    assert_untouched(live)


def die(article, segmenter):
    if article.id == 205:
        os.kill(os.getpid(), signal.SIGKILL)
    return prepare(article, segmenter)


def test_an_article_that_cannot_be_prepared_is_left_out(live, articles, monkeypatch, caplog):
    def fail_once(article, segmenter):
        if article.id == 205:
            raise ValueError("odd article")
        return prepare(article, segmenter)

    monkeypatch.setattr(building, "prepare", fail_once)
    assert rebuild(live, iter(articles), nothing, workers=0) == COUNT - 1
    assert "205" in caplog.text
    assert rebuild(live, iter(articles), nothing, workers=2) == COUNT - 1


def test_a_killed_worker_fails_the_rebuild_in_plain_words(live, articles, monkeypatch):
    monkeypatch.setattr(building, "prepare", die)
    with pytest.raises(ChildProcessError, match="意外中止"):
        rebuild(live, iter(articles), nothing, workers=2)
    assert_untouched(live)


def test_a_worker_killed_early_is_noticed_though_much_is_still_to_be_dealt(live, articles, monkeypatch):
    monkeypatch.setattr(building, "prepare", die)
    monkeypatch.setattr("reports.search.engines.whoosh.index.SEGMENT_CHARACTERS", 8_000)

    def endless():
        while True:
            yield from articles

    with pytest.raises(ChildProcessError, match="意外中止"):
        rebuild(live, endless(), nothing, workers=2)
    assert_untouched(live)


def test_articles_that_cannot_be_read_end_the_workers(live, articles):
    def broken():
        yield from articles
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input"):
        rebuild(live, broken(), nothing, workers=2)
    assert_untouched(live)


_KILLED = """
import os, signal, sys
import django; django.setup()
from pathlib import Path
from reports.search.engines.whoosh.index import IndexDirectory
from tests.engines.indexes import rebuild
from tests.engines.test_building import all_children
from tests.engines.test_find import article
def articles():
    for number in range(100_000):
        if number == 4_500:
            print(*all_children(), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        yield article(number, "党建")
rebuild(IndexDirectory(Path(sys.argv[1])), articles(), lambda ids: [], workers=2, count=6_000)
"""


def test_workers_die_with_their_parent_and_the_next_rebuild_tidies_up(live, articles):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(live.path)],
        env=environment, check=False, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert killed.returncode == -9
    workers = [Path("/proc", number) for number in killed.stdout.split()]
    assert len(workers) == 2
    deadline = time.monotonic() + 60
    while any(worker.exists() for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(worker.exists() for worker in workers)
    assert live.snapshot().ids.tolist() == [1, 2]
    assert rebuild(live, iter(articles), nothing, workers=2) == COUNT
    assert len(live.generations.numbers()) == 1


def test_the_progress_bars_of_commands_start_no_thread():
    importlib.import_module("reports.management.commands.rebuild_index")
    with tqdm(total=2, file=io.StringIO()) as bar:
        bar.update()
        assert not [thread for thread in threading.enumerate() if isinstance(thread, TMonitor)]

"""Commits, rebuilds and what can go wrong with files: nothing wrong is served, nothing is left locked."""

import os
import random
import shutil
import subprocess
import sys
import threading

import pytest

from reports.language.segment import default_segmenter
from reports.search.contract.errors import IndexBusy, IndexDamaged, IndexOutdated
from reports.search.engines.whoosh import index as index_module
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment import files as segment_files
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.engines.whoosh.indexer import writer
from reports.search.engines.whoosh.query.searching import find
from reports.search.request import Scope
from reports.search.syntax.tree import Every, Word
from tests.engines.corpus import random_article, random_search
from tests.engines.indexes import apply, rebuild
from tests.engines.naive import NaiveEngine
from tests.engines.test_find import article, compiled


def texts(*numbers, text="党建"):
    return [prepare(article(number, text)) for number in numbers]


def ids(index, tree=None):
    return sorted(hit.article_id for hit in find(index.snapshot(), compiled(tree or Every())).hits)


def assert_free(index):
    """Another thread gets the write lock at once."""
    got = []

    def take():
        with index.lock():
            got.append(True)

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    assert got


@pytest.fixture
def index(tmp_path):
    return IndexDirectory(tmp_path / "index")


def live_folder(index):
    return index.generations.folder_of(index.generations.current())


# Commits


def test_changes_are_one_commit_and_can_be_repeated(index):
    for _ in range(2):
        apply(index, texts(1, 2, 3), [9])
        assert ids(index) == [1, 2, 3]
    apply(index, [], [2])
    apply(index, [], [2])
    assert ids(index) == [1, 3]


def test_an_empty_change_leaves_no_lock_and_no_commit(index):
    apply(index, texts(1), [])
    version = index.snapshot().version
    apply(index, [], [])
    assert index.snapshot().version == version
    assert_free(index)


def test_a_second_reader_sees_each_commit_at_once(index):
    other = IndexDirectory(index.path)
    for number in range(1, 20):
        apply(index, texts(number), [number - 1])
        assert ids(other) == [number]


def test_a_reader_who_slept_through_many_commits_sees_the_last(index):
    other = IndexDirectory(index.path)
    apply(index, texts(1), [])
    assert ids(other) == [1]
    for number in range(2, 12):
        apply(index, texts(number), [])
    assert ids(other) == list(range(1, 12))


def test_a_commit_that_died_before_tidying_up_is_seen(index, monkeypatch):
    apply(index, texts(1), [])
    assert ids(index) == [1]
    monkeypatch.setattr("whoosh.index.clean_files", lambda *_: None)
    other = IndexDirectory(index.path)
    apply(other, texts(2), [])
    assert len(list(live_folder(index).glob("*.toc"))) > 1
    assert ids(index) == [1, 2]


def test_an_old_snapshot_keeps_answering_after_its_files_are_gone(index):
    apply(index, texts(*range(1, 30)), [])
    old = index.snapshot()
    for number in range(1, 12):
        apply(index, texts(number, text="产业链"), [])
    rebuild(index, texts(99), lambda _: [])
    rebuild(index, texts(99), lambda _: [])
    assert find(old, compiled(Word("党建"))).total == 29
    assert len(find(old, compiled(Word("党建"), Scope.SECTION)).hits) == 29
    assert ids(index) == [99]


def test_segments_stay_few_and_nothing_is_lost_in_merging(index):
    chance, state = random.Random(4), {}
    for number in range(60):
        each = random_article(chance, number % 45)
        state[each.id] = each
        apply(index, [prepare(each)], [])
    snapshot = index.snapshot()
    assert len(snapshot.segments) < 2 * writer.MERGE_FACTOR
    naive = NaiveEngine(state.values())
    for _ in range(40):
        search = random_search(chance, list(state.values()))
        result = find(snapshot, search)
        assert {(hit.article_id, hit.number) for hit in result.hits} == naive.find(search).units
        assert result.facets == naive.find(search).facets


def test_a_segment_of_deleted_documents_only_is_dropped(index):
    apply(index, texts(1, 2, 3), [])
    apply(index, texts(30), [1, 2, 3])
    assert index.snapshot().count == index.snapshot().live_count == 1


def test_a_commit_writes_few_documents_however_much_is_due(index, monkeypatch):
    """A publish waits for the commits of others."""
    with monkeypatch.context() as patch:
        patch.setattr(writer, "MERGE_FACTOR", 1000)
        for first in range(0, 50, 5):
            apply(index, texts(*range(first, first + 5)), [])
    before = {segment.name for segment in index.snapshot().segments}
    apply(index, texts(1000), [])  # ten segments of one tier, but fifty documents
    assert before < {segment.name for segment in index.snapshot().segments}
    assert ids(index) == [*range(50), 1000]


def test_a_rebuild_is_due_after_many_segments_or_deletions(index, monkeypatch):
    monkeypatch.setattr(index_module, "MAX_SEGMENTS", 3)
    assert not index.needs_maintenance()
    for number in range(1, 4):
        apply(index, texts(number), [])
        assert not index.needs_maintenance()
    apply(index, texts(4), [])
    assert index.needs_maintenance()
    rebuild(index, texts(1, 2, 3, 4), lambda _: [])
    assert not index.needs_maintenance()
    apply(index, [], [1, 2])
    assert not index.needs_maintenance()
    apply(index, [], [3])
    assert index.needs_maintenance()


def test_segments_that_are_full_need_no_rebuild(index, monkeypatch):
    monkeypatch.setattr(index_module, "SEGMENT_CHARACTERS", 10)
    monkeypatch.setattr(index_module, "MAX_SEGMENTS", 3)
    rebuild(index, texts(*range(1, 31)), lambda _: [])
    assert len(index.snapshot().segments) > 3
    assert not index.needs_maintenance()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (writer, "write_files"),
        (writer, "record_checksums"),
        (segment_files, "build_literal"),
        (segment_files, "save_columns"),
        (segment_files, "sync_folder"),
        (writer.SegmentWriter, "_commit_toc"),
        (writer.SegmentWriter, "_finalize_segment"),
        (writer.ArchiveWriter, "add"),
    ],
)
def test_a_commit_that_fails_at_any_step_changes_nothing_and_frees_the_lock(index, monkeypatch, module, name):
    apply(index, texts(1, 2), [])

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module, name, fail)
        with pytest.raises(OSError, match="space"):
            apply(index, texts(2, 3, text="产业链"), [1])
    assert ids(index) == [1, 2]
    assert ids(index, Word("党建")) == [1, 2]
    assert_free(index)
    apply(index, texts(3), [1])
    assert ids(index) == [2, 3]


def test_a_second_writer_is_told_that_it_is_busy(index):
    apply(index, texts(1), [])
    refused = []

    def write():
        try:
            apply(index, texts(2), [], patience=0)
        except IndexBusy as error:
            refused.append(str(error))

    with index.lock():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        apply(index, texts(3), [])  # the holder itself may write
    assert len(refused) == 1
    assert "稍后" in refused[0]
    assert ids(index) == [1, 3]


def test_threads_search_while_another_writes(index):
    apply(index, texts(*range(1, 40)), [])
    wrong, stop = [], threading.Event()

    def search():
        while not stop.is_set():
            result = find(index.snapshot(), compiled(Word("党建")))
            if result.total != 39 or len({hit.article_id for hit in result.hits}) != 39:
                wrong.append(result.total)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 25):
        apply(index, texts(number), [])
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


# Rebuild


def test_a_rebuild_replaces_everything_and_counts(index):
    apply(index, texts(1, 2), [])
    assert rebuild(index, iter(texts(5, 6, 7)), lambda _: []) == 3
    assert ids(index) == [5, 6, 7]


def test_changes_made_during_a_rebuild_are_in_the_new_generation(index):
    apply(index, texts(1, 2, 3), [])

    def documents():
        assert index.is_rebuilding()
        yield from texts(1, 2)
        apply(index, texts(2, text="产业链"), [1])  # published and withdrawn meanwhile
        assert ids(index) == [2, 3]
        yield from texts(3)

    asked = []

    def catch_up(changed):
        asked.extend(changed)
        return texts(2, text="产业链")

    assert rebuild(index, documents(), catch_up) == 2
    assert asked == [1, 2]
    assert ids(index) == [2, 3]
    assert ids(index, Word("产业链")) == [2]


def test_a_failed_rebuild_leaves_the_old_index_and_no_rubbish(index):
    apply(index, texts(1, 2), [])
    before = live_folder(index)

    def documents():
        yield from texts(7)
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input"):
        rebuild(index, documents(), lambda _: [])
    assert live_folder(index) == before
    assert ids(index) == [1, 2]
    assert index.generations.numbers() == [index.generations.current()]
    assert rebuild(index, texts(7), lambda _: []) == 1


def test_two_rebuilds_at_once_are_refused(index):
    apply(index, texts(1), [])
    refused = []

    def second():
        try:
            rebuild(index, texts(9), lambda _: [])
        except IndexBusy:
            refused.append(True)

    def documents():
        yield from texts(1)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    rebuild(index, documents(), lambda _: [])
    assert refused == [True]
    assert ids(index) == [1]


_KILLED = """
import os, signal, sys
import django; django.setup()
from pathlib import Path
from tests.engines.test_index import texts
from reports.search.engines.whoosh.index import IndexDirectory
from tests.engines.indexes import rebuild
def documents():
    yield from texts(7, 8)
    os.kill(os.getpid(), signal.SIGKILL)
rebuild(IndexDirectory(Path(sys.argv[1])), documents(), lambda ids: [])
"""


def test_a_killed_rebuild_leaves_the_old_index_and_the_next_one_tidies_up(index):
    apply(index, texts(1, 2), [])
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(index.path)], env=environment, check=False)
    assert killed.returncode == -9
    assert len(index.generations.numbers()) == 2
    apply(index, texts(3), [])
    assert ids(index) == [1, 2, 3]
    assert not (index.path / "rebuild.journal").exists()
    rebuild(index, texts(4), lambda _: [])
    assert ids(index) == [4]
    assert len(index.generations.numbers()) == 1


def test_the_generation_before_goes_with_the_swap_and_its_readers_read_on(index):
    apply(index, texts(1, 2), [])
    old = index.snapshot()
    rebuild(index, texts(1, 2, 3), lambda _: [])
    assert index.generations.numbers() == [index.generations.current()]
    assert find(old, compiled(Word("党建"))).total == 2
    assert ids(index) == [1, 2, 3]


def test_a_reader_that_read_the_pointer_before_a_swap_reads_it_again(index, monkeypatch):
    apply(index, texts(1), [])
    other = IndexDirectory(index.path)
    stale = [index.generations.current()]
    rebuild(index, texts(1, 2), lambda _: [])
    current = other.generations.current
    monkeypatch.setattr(other.generations, "current", lambda: stale.pop() if stale else current())
    assert ids(other) == [1, 2]
    stale.append(1)
    assert other.generations.live_manifest() == index.generations.live_manifest()


def test_a_long_stream_is_cut_into_bounded_segments(index, monkeypatch):
    monkeypatch.setattr(index_module, "SEGMENT_CHARACTERS", 20)
    rebuild(index, texts(*range(1, 31)), lambda _: [])
    assert len(index.snapshot().segments) > 3
    assert ids(index) == list(range(1, 31))


# Version


def remake_manifest(index, **parts):
    """As another program would have written it."""
    number = index.generations.current()
    manifest = index.generations.manifest(number)
    index.generations.write_manifest(number, {**manifest, "parts": {**manifest["parts"], **parts}})


def test_an_index_of_other_fields_is_searched_but_not_written(index):
    apply(index, texts(1), [])
    assert index.version(default_segmenter())[1] == ()
    remake_manifest(index, fields=["other"])
    assert index.version(default_segmenter())[1] == ("fields",)
    assert ids(index) == [1]
    with pytest.raises(IndexOutdated):
        apply(index, texts(2), [])
    rebuild(index, texts(1, 2), lambda _: [])
    assert index.version(default_segmenter())[1] == ()


def test_an_index_of_another_lexicon_is_said_to_differ_and_still_written(index):
    apply(index, texts(1), [])
    remake_manifest(index, segmenter="older")
    apply(index, texts(2), [])
    assert index.version(default_segmenter())[1] == ("segmenter",)
    assert ids(index) == [1, 2]


# Files


def segment_folders(index):
    return sorted(live_folder(index).glob("*.files"))


@pytest.mark.parametrize("damage", ["cut", "empty", "gone", "other", "longer"])
def test_damaged_files_beside_a_segment_are_told_and_a_rebuild_mends_them(index, damage):
    apply(index, texts(1, 2), [])
    names = [path.name for path in segment_folders(index)[0].iterdir()]
    assert len(names) > 4
    for name in names:
        path = segment_folders(index)[0] / name
        data = path.read_bytes()
        if damage == "gone":
            path.unlink()
        elif damage == "other":
            path.write_bytes(b"\xffnonsense")
        elif damage == "longer":
            path.write_bytes(data + b"\0")
        else:
            path.write_bytes(data[: len(data) // 2 if damage == "cut" else 0])
        with pytest.raises(IndexDamaged, match="rebuild_index"):
            IndexDirectory(index.path).snapshot()
        rebuild(index, texts(1, 2), lambda _: [])
        assert ids(IndexDirectory(index.path), Word("党建")) == [1, 2], name


def test_reading_writes_nothing(index):
    apply(index, texts(1, 2), [])
    before = {path: path.stat().st_mtime_ns for path in index.path.rglob("*")}
    assert ids(IndexDirectory(index.path)) == [1, 2]
    assert {path: path.stat().st_mtime_ns for path in index.path.rglob("*")} == before


@pytest.mark.parametrize("pattern", ["*.toc", "*.trm", "*.col"])
def test_a_damaged_index_refuses_changes_in_plain_words(index, pattern):
    apply(index, texts(1, 2), [])
    for path in live_folder(index).glob(pattern):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(IndexDamaged, match="rebuild_index"):
        apply(index, texts(3), [1])
    assert_free(index)


@pytest.mark.parametrize("pattern", ["*.toc", "*.trm", "*.pst", "*payload.col"])
def test_damaged_whoosh_files_are_said_in_plain_words(index, pattern):
    apply(index, texts(1, 2), [])
    (path,) = live_folder(index).glob(pattern)
    path.write_bytes(b"nonsense" + path.read_bytes()[20:])
    with pytest.raises(IndexDamaged, match="rebuild_index"):
        find(IndexDirectory(index.path).snapshot(), compiled(Word("党建")))


def test_a_rebuild_mends_a_damaged_index(index):
    apply(index, texts(1, 2), [])
    for path in live_folder(index).glob("*.toc"):
        path.write_bytes(b"")
    with pytest.raises(IndexDamaged):
        index.snapshot() if index.reader._opened is None else IndexDirectory(index.path).snapshot()
    rebuild(index, texts(1, 2), lambda _: [])
    assert ids(index) == [1, 2]


def test_a_missing_folder_is_no_index_not_an_error(index):
    apply(index, texts(1), [])
    shutil.rmtree(index.path)
    assert index.snapshot() is None
    apply(index, texts(2), [])
    assert ids(index) == [2]

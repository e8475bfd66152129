"""Articles that were removed for good are in no file of the index, and everything else is as before."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from reports.search.engines import expunging, writer
from reports.search.engines.contract import IndexedArticle
from reports.search.engines.documents import prepare
from reports.search.engines.errors import IndexBusy, IndexDamaged
from reports.search.engines.index import ArchiveIndex
from reports.search.engines.locking import REBUILD_LOCK, file_lock
from reports.search.engines.searching import find
from reports.search.syntax.tree import Word
from tests.engines.corpus import random_article, random_search
from tests.engines.naive import NaiveEngine
from tests.engines.test_find import article, compiled, found
from tests.remains import files_holding, segments_holding

# Characters that no other text of these tests has.
SECRET = "𪚥𤔻𡔚𥁕𣊭"


@pytest.fixture
def index(tmp_path: Path) -> ArchiveIndex:
    return ArchiveIndex(tmp_path / "index")


def secret(number: int = 7, **changes: object) -> IndexedArticle:
    return article(number, f"前面的话{SECRET}后面的话", headline=SECRET, **changes)


def others(*numbers: int) -> list[IndexedArticle]:
    return [article(number, "公开的话", f"第{number}篇") for number in numbers]


def filled(index: ArchiveIndex, *articles: IndexedArticle) -> None:
    index.apply([prepare(each) for each in articles], [])


def live_ids(index: ArchiveIndex) -> list[int]:
    snapshot = index.snapshot()
    return sorted(snapshot.stamps()) if snapshot else []


def assert_clean(index: ArchiveIndex) -> None:
    assert files_holding(SECRET, index.path) == set()
    assert segments_holding(SECRET, index.path) == set()


def test_the_search_for_remains_finds_them(index: ArchiveIndex) -> None:
    """Were payload, terms or literal index not looked into, the other tests would mean nothing."""
    filled(index, secret(), *others(1, 2))
    index.apply([], [7])
    holding = {Path(name).suffix for name in files_holding(SECRET, index.path)}
    assert {".col", ".trm", ".bin"} <= holding
    assert len(segments_holding(SECRET, index.path)) == 1


def test_marking_deleted_leaves_the_text_and_expunging_takes_it(index: ArchiveIndex) -> None:
    filled(index, *others(1, 2, 3), secret())
    index.apply([], [7])
    assert files_holding(SECRET, index.path)
    assert index.expunge([7]) == 1
    assert_clean(index)
    assert live_ids(index) == [1, 2, 3]
    assert find(index.snapshot(), compiled(Word("第2篇"))).total == 1


def test_what_is_still_alive_goes_too(index: ArchiveIndex) -> None:
    filled(index, *others(1, 2), secret(7), secret(8))
    index.expunge([7, 8])
    assert_clean(index)
    assert live_ids(index) == [1, 2]


def test_earlier_texts_of_the_same_article_go_too(index: ArchiveIndex) -> None:
    filled(index, *others(1, 2, 3), secret())
    filled(index, article(7, "改过的话"))
    assert segments_holding(SECRET, index.path)
    index.expunge([7])
    assert_clean(index)


def test_a_segment_of_nothing_else_is_dropped(index: ArchiveIndex) -> None:
    filled(index, secret())
    filled(index, *others(1))
    index.expunge([7])
    assert_clean(index)
    assert len(index.snapshot().segments) == 1
    filled(index, secret(8))
    index.expunge([1, 8])
    assert_clean(index)
    assert live_ids(index) == []


def test_size_is_no_excuse_and_other_segments_are_left_alone(
    index: ArchiveIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "LARGEST_MERGED", 2)
    filled(index, *others(1, 2, 3, 4))
    filled(index, *others(5, 6), secret(), *others(8, 9))
    filled(index, *others(10))
    before = [segment.name for segment in index.snapshot().segments]
    assert index.expunge([7]) == 1
    after = [segment.name for segment in index.snapshot().segments]
    assert [name in after for name in before] == [True, False, True]
    assert_clean(index)


def test_nothing_to_expunge_makes_no_commit(index: ArchiveIndex) -> None:
    assert index.expunge([7]) == 0
    filled(index, *others(1, 2))
    version = index.snapshot().version
    assert index.expunge([7]) == 0
    assert index.snapshot().version == version


def test_older_generations_go(index: ArchiveIndex) -> None:
    filled(index, secret(), *others(1))
    index.apply([], [7])
    index.rebuild([prepare(each) for each in others(1)], lambda _: [])
    assert len(index.generations.numbers()) == 2
    assert segments_holding(SECRET, index.path)
    index.expunge([7])
    assert index.generations.numbers() == [index.generations.current()]
    assert_clean(index)
    assert live_ids(index) == [1]


def test_what_killed_writers_left_goes(index: ArchiveIndex) -> None:
    filled(index, *others(1))
    folder = index.generations.folder_of(index.generations.current())
    for name in ("MAIN_gone.pst", "MAIN_gone.derived/literal-text.u2", ".MAIN_gone.derived.x/literal.bin"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(SECRET)
    for name in ("MAIN.tmp/run", "_MAIN_1.toc.12345"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(SECRET)
    half_built = index.generations.folder / "9"
    half_built.mkdir()
    (half_built / "MAIN_x.pst").write_text(SECRET)
    index.expunge([7])
    assert_clean(index)
    assert live_ids(index) == [1]


@pytest.mark.parametrize("seed", range(4))
def test_searches_are_as_if_the_articles_had_never_been(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    index, state = ArchiveIndex(tmp_path), {}
    for _ in range(3):
        for each in (random_article(chance, number) for number in chance.sample(range(1, 40), 12)):
            state[each.id] = each
        index.apply([prepare(each) for each in state.values()], [])
    gone = chance.sample(sorted(state), 5)
    index.apply([], gone[:2])
    index.expunge(gone)
    for number in gone:
        del state[number]
    naive = NaiveEngine(state.values())
    for _ in range(25):
        search = random_search(chance, list(state.values()))
        assert frozenset(found(index, search)) == naive.find(search).units, search


# While it runs


def test_writing_goes_on_meanwhile_and_nothing_of_it_is_lost(
    index: ArchiveIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(index, *others(*range(1, 30)), secret(40))
    filled(index, *others(50))
    copy = expunging._Expunging._copy

    def change_meanwhile(*args: object) -> object:
        new = copy(*args)

        def change() -> None:
            index.apply([prepare(each) for each in [*others(60), article(5, "改过的话")]], [3])

        thread = threading.Thread(target=change)
        thread.start()
        thread.join()  # would wait for ever if the lock were held
        return new

    monkeypatch.setattr(expunging._Expunging, "_copy", change_meanwhile)
    index.expunge([40])
    assert_clean(index)
    assert live_ids(index) == sorted({*range(1, 30), 50, 60} - {3})
    assert find(index.snapshot(), compiled(Word("改过的话"))).total == 1
    assert find(index.snapshot(), compiled(Word("第5篇"))).total == 0


def test_a_segment_merged_away_meanwhile_is_followed(
    index: ArchiveIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(index, *others(1), secret())
    index.apply([], [7])
    copy, calls = expunging._Expunging._copy, []

    def merge_meanwhile(*args: object) -> object:
        new = copy(*args)
        calls.append(1)
        if len(calls) <= 5:
            for number in range(len(calls) * 20, len(calls) * 20 + 8):
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(writer, "MERGE_FACTOR", 2)
                    filled(index, *others(number))
        return new

    monkeypatch.setattr(expunging._Expunging, "_copy", merge_meanwhile)
    index.expunge([7])
    assert_clean(index)


def test_a_rebuild_that_swaps_meanwhile_is_cleared_as_well(
    index: ArchiveIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(index, *others(1), secret())
    copy, calls = expunging._Expunging._copy, []

    def rebuild_meanwhile(*args: object) -> object:
        new = copy(*args)
        if not calls:
            calls.append(1)
            index.rebuild([prepare(each) for each in [*others(1, 2), secret()]], lambda _: [])
        return new

    monkeypatch.setattr(expunging._Expunging, "_copy", rebuild_meanwhile)
    index.expunge([7])
    assert_clean(index)
    assert live_ids(index) == [1, 2]


def test_a_rebuild_under_way_is_waited_for(index: ArchiveIndex) -> None:
    filled(index, *others(1), secret())
    held, done = threading.Event(), threading.Event()

    def rebuild() -> None:
        with file_lock(index.path / REBUILD_LOCK):
            held.set()
            done.wait()

    thread = threading.Thread(target=rebuild)
    thread.start()
    held.wait()
    try:
        with pytest.raises(IndexBusy):
            index.expunge([7])
    finally:
        done.set()
        thread.join()
    index.expunge([7])
    assert_clean(index)


def test_only_one_expunges_at_a_time(index: ArchiveIndex) -> None:
    filled(index, *others(1), secret())
    errors: list[type[BaseException]] = []

    def expunge() -> None:
        try:
            index.expunge([7])
        except IndexBusy as error:
            errors.append(type(error))

    with file_lock(index.path / expunging.EXPUNGE_LOCK):
        thread = threading.Thread(target=expunge)
        thread.start()
        thread.join()
    assert errors == [IndexBusy]


def test_a_reader_goes_on_with_what_it_has_open(index: ArchiveIndex) -> None:
    filled(index, *others(1, 2), secret())
    reader = ArchiveIndex(index.path)
    old = reader.snapshot()
    index.expunge([7])
    assert find(old, compiled(Word("公开的话"))).total == 2
    assert live_ids(reader) == [1, 2]


# When it fails


@pytest.mark.parametrize("step", ["_copy", "_move", "sweep"])
def test_a_failure_at_any_step_loses_nothing_and_can_be_repeated(
    index: ArchiveIndex, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    filled(index, *others(1, 2), secret())

    def fail(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(expunging._Expunging, step, fail)
        with pytest.raises(OSError, match="no space"):
            index.expunge([7])
    assert live_ids(index) == [1, 2]
    assert not (index.path / expunging.SCRATCH).exists()
    index.expunge([7])
    assert_clean(index)


def test_a_damaged_index_is_said_and_not_called_clean(index: ArchiveIndex) -> None:
    filled(index, *others(1, 2), secret())
    folder = index.generations.folder_of(index.generations.current())
    for path in folder.glob("*.trm"):
        path.write_bytes(b"\0" * 10)
    with pytest.raises(IndexDamaged):
        index.expunge([7])


_KILLED = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
from reports.search.engines import expunging, rewriting
from reports.search.engines.index import ArchiveIndex

owner, name = sys.argv[2].split(".")
owner = getattr(expunging, owner, None) or getattr(rewriting, owner)
usual = getattr(owner, name)

def die(*args, **kwargs):
    if sys.argv[3] == "after":
        usual(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, die)
ArchiveIndex(Path(sys.argv[1])).expunge([7])
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "step", ["_Expunging._copy", "_Expunging._move", "_Replacing._replaced", "_Expunging.sweep"]
)
def test_killed_at_any_step_it_is_begun_again(index: ArchiveIndex, step: str, when: str) -> None:
    filled(index, *others(1, 2), secret())
    index.apply([], [7])
    index.rebuild([prepare(each) for each in [*others(1, 2), secret()]], lambda _: [])
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(index.path), step, when],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=False,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert live_ids(ArchiveIndex(index.path)) in ([1, 2], [1, 2, 7])
    index.expunge([7])
    assert_clean(index)
    assert live_ids(index) == [1, 2]

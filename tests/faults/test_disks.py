"""A disk that is full, or that may only be read."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.language.segment import default_segmenter
from reports.search.engines.whoosh.index import IndexDirectory
from tests.disks import Disk
from tests.engines.indexes import apply, rebuild
from tests.engines.test_index import ids, texts


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_a_full_disk_refuses_changes_and_changes_nothing(
    small_disk: Disk, tally: Callable[..., None]
) -> None:
    disk = small_disk(4)
    index = IndexDirectory(disk.path / "index")
    apply(index, texts(1, 2), [])
    assert ids(index) == [1, 2]
    before = names(index.path)
    disk.fill()
    refused = 0
    for attempt in (
        lambda: apply(index, texts(3), [1]),
        lambda: rebuild(index, texts(1, 2, 3), lambda _: []),
        lambda: apply(IndexDirectory(index.path), [], [2]),
    ):
        with pytest.raises(OSError, match="No space left") as raised:
            attempt()
        assert raised.value.errno == errno.ENOSPC
        refused += 1
        assert ids(index) == ids(IndexDirectory(index.path)) == [1, 2]
    assert names(index.path) - before <= {"rebuild.lock"}
    disk.free()
    apply(index, texts(3), [1])
    assert rebuild(index, texts(2, 3), lambda _: []) == 2
    assert ids(IndexDirectory(index.path)) == [2, 3]
    tally(refused=refused, lost=0 if ids(index) == [2, 3] else 1)


def test_a_disk_that_fills_up_in_the_middle_leaves_no_half_commit(
    small_disk: Disk, rounds: Callable[[int, int], int], tally: Callable[..., None]
) -> None:
    """At every size of what is left, from nothing to enough."""
    disk = small_disk(4)
    index = IndexDirectory(disk.path / "index")
    apply(index, texts(1, 2), [])
    refused = done = 0
    step = 4096 * rounds(4, 1)
    for free in range(0, 60 * 4096, step):
        disk.fill()
        with (disk.path / "ballast").open("r+b") as ballast:
            ballast.seek(0, 2)
            ballast.truncate(max(0, ballast.tell() - free))
        number = 100 + free
        before = ids(index)
        failure = 0
        try:
            apply(index, texts(number), [])
        except OSError as error:
            failure = error.errno or -1
        assert failure in (0, errno.ENOSPC)
        after = before if failure else [*before, number]
        assert ids(index) == ids(IndexDirectory(index.path)) == after
        refused, done = refused + bool(failure), done + (not failure)
        disk.free()
    assert refused
    assert done
    apply(index, texts(3), [])
    assert 3 in ids(IndexDirectory(index.path))
    tally(disk_full=refused, committed=done)


def test_a_read_only_index_is_read_and_nothing_else(small_disk: Disk, tmp_path: Path) -> None:
    made = IndexDirectory(tmp_path / "made")
    apply(made, texts(1, 2), [])
    apply(made, texts(3), [])
    disk = small_disk(8)
    shutil.copytree(made.path, disk.path / "index")
    (disk.path / "index" / "lock").unlink()
    disk.make_read_only()
    index = IndexDirectory(disk.path / "index")
    assert ids(index) == [1, 2, 3]
    assert not index.is_rebuilding()
    assert index.version(default_segmenter())[1] == ()
    with pytest.raises(OSError, match="Read-only"):
        apply(index, texts(4), [])
    with pytest.raises(OSError, match="Read-only"):
        rebuild(index, texts(4), lambda _: [])
    assert ids(index) == [1, 2, 3]

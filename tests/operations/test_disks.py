"""A disk that is full while a backup or a restoration writes to it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.operations import ArchivePaths, BackupError, make_backup, restore_backup
from tests.disks import Disk, SmallDisk

from .conftest import KEY, contents, places_below

pytestmark = pytest.mark.django_db
_STEP = 64 << 10


def leave(disk: SmallDisk, free: int) -> None:
    """Fill the disk but for ``free`` bytes."""
    disk.fill()
    with (disk.path / "ballast").open("r+b") as ballast:
        ballast.truncate(max(0, ballast.seek(0, 2) - free))


def refusal_of(work: Callable[[], object]) -> str:
    """Empty where it went well."""
    try:
        work()
    except BackupError as error:
        return str(error)
    return ""


def files(folder: Path) -> dict[str, str]:
    """By their names, the sha256 of all files."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def add_pages(archive: ArchivePaths, count: int) -> None:
    """Something that does not pack: larger than what the database adds."""
    folder = archive.originals / "pages"
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.jpg").write_bytes(os.urandom(100_000))


def test_a_backup_is_there_whole_or_not_at_all(
    archive: ArchivePaths, small_disk: Disk, tmp_path: Path
) -> None:
    """At every size of what is left, from nothing to enough."""
    disk = small_disk(8)
    add_pages(archive, 10)
    refused = 0
    for free in range(0, 6 << 20, 4 * _STEP):
        leave(disk, free)
        said = refusal_of(lambda: make_backup(disk.path / "a.backup", archive, KEY, "", lambda *_: None))
        if not said:
            break
        assert "磁盘已满" in said
        assert contents(disk.path) == {"ballast"}
        refused += 1
        disk.free()
    assert refused > 3
    disk.free()
    assert contents(disk.path) == {"a.backup"}
    target = places_below(tmp_path / "target")
    target.data.mkdir()
    restore_backup(disk.path / "a.backup", target, lambda *_: None)
    assert files(target.originals) == files(archive.originals)


def test_a_restoration_is_there_whole_or_not_at_all(
    archive: ArchivePaths, small_disk: Disk, tmp_path: Path
) -> None:
    add_pages(archive, 10)
    file = tmp_path / "a.backup"
    make_backup(file, archive, KEY, "", lambda *_: None)
    disk = small_disk(8)
    refused = 0
    for free in range(0, 6 << 20, 4 * _STEP):
        leave(disk, free)
        said = refusal_of(lambda: restore_backup(file, places_below(disk.path), lambda *_: None))
        if not said:
            break
        assert "磁盘已满" in said
        assert contents(disk.path) == {"ballast"}
        refused += 1
        disk.free()
    assert refused > 3
    assert files(disk.path / "originals") == files(archive.originals)

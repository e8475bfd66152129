"""Restores an archive from a backup into an empty data folder.

All files are unpacked into a temporary folder and compared before the first is moved to its path. The
database is moved last, because it makes a folder an archive.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from reports.workflow.originals import sync_folder

from .archive_paths import ArchivePaths
from .backup_file import DATABASE, ORIGINALS, SECRET_KEY, About, BackupReader, Contents, MissingFile
from .database import opened, program_migrations
from .errors import BackupError, DamagedBackupError, raised_as
from .older import OLDER_ARCHIVE, is_older

_FAILED = "没有恢复任何内容"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Restoration:
    """``lacking`` are the files that were missing in the archive at the time of the backup."""

    made_at: str
    rows: dict[str, int]
    originals: int
    lacking: tuple[MissingFile, ...]
    environment: str
    secret_key: str


def restore_backup(file: Path, paths: ArchivePaths, progress: Callable[[int, int], object]) -> Restoration:
    """Restore the archive in ``file`` to ``paths``. Raises BackupError; then nothing was restored.

    ``progress`` is called with (bytes read, total bytes). The caller then runs migrations, if the backup is
    from an earlier program, and rebuilds the index.
    """
    with raised_as(_FAILED):
        if not file.is_file():
            raise BackupError(f"没有 {file} 这个文件。")
        with file.open("rb") as source, _Staging(paths).claimed() as staging:
            _refuse_unless_empty(paths)
            size = os.fstat(source.fileno()).st_size
            reader = BackupReader(source, staging.path_of, _judge, lambda at: progress(at, size))
            contents = reader.read()
            _check_database(staging.database, contents.about)
            secret_key = (staging.folder / SECRET_KEY).read_text("utf-8")
            staging.sync(contents)
            staging.put_in_place()
    return Restoration(
        made_at=contents.about.made_at,
        rows=contents.about.rows,
        originals=sum(member.name.startswith(ORIGINALS) for member in contents.members),
        lacking=tuple(contents.lacking),
        environment=contents.environment,
        secret_key=secret_key,
    )


def _judge(about: About) -> None:
    """Raise BackupError for a backup that this program cannot read, before anything is unpacked."""
    if about.engine != "sqlite":
        raise BackupError(f"这份备份的数据库是 {about.engine}，这里只能恢复 SQLite 的备份。")
    if is_older(about.migrations):
        raise BackupError(OLDER_ARCHIVE)
    if unknown := sorted(set(about.migrations) - program_migrations()):
        names = "、".join(f"{app}.{name}" for app, name in unknown[:_SHOWN])
        raise BackupError(
            f"这份备份来自更新的程序：它的数据库经过了本程序没有的改动（{names}）。"
            "没有恢复任何内容，请先升级程序，再恢复。"
        )


def _refuse_unless_empty(paths: ArchivePaths) -> None:
    """Raise BackupError if there is an archive. Secret key and log folder do not count: any command makes
    them."""
    database = [Path(f"{paths.database}{ending}") for ending in ("", "-wal", "-shm", "-journal")]
    existing = [str(path) for path in database if os.path.lexists(path)]
    existing += [
        f"{path}（不是空的）" for path in (paths.originals, paths.index) if path and _holds_something(path)
    ]
    if existing:
        # The database is moved last. If it exists, a killed restoration had moved all data.
        after_a_kill = (
            "如果上一次恢复在放好数据之后中断，数据已经完整，运行 migrate，再运行 rebuild_index 即可"
            if os.path.lexists(paths.database)
            else "如果这是上一次恢复中断时留下的，删除后再恢复"
        )
        raise BackupError(
            f"只能恢复到空的数据目录，这里已经有：{'、'.join(existing)}。没有改动任何内容。"
            f"请把 ARCHIVE_DATA 指向一个新的目录；{after_a_kill}。"
        )


def _holds_something(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except FileNotFoundError:
        return False


def _check_database(database: Path, about: About) -> None:
    with opened(database) as records:
        records.check()
        if records.counts() != about.rows or records.migrations() != sorted(about.migrations):
            raise DamagedBackupError("数据库里的内容与清单不符")


class _Staging:
    """Temporary paths of a restoration: ``restoring`` in the data folder; for the database, next to it."""

    def __init__(self, paths: ArchivePaths) -> None:
        self.paths = paths
        self.folder = paths.data / "restoring"
        self.database = paths.database.with_name(f"{paths.database.name}.restoring")

    def path_of(self, name: str) -> Path:
        return self.database if name == DATABASE else self.folder / name

    @contextmanager
    def claimed(self) -> Iterator[_Staging]:
        """Empty temporary paths, locked for this process, and deleted at the end unless it is killed."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupError(f"另一次恢复正在写入 {self.paths.data}。") from None
            try:
                self._clear()  # remains of a killed restoration
                yield self
            finally:
                self._clear()
                self.folder.rmdir()
        finally:
            os.close(descriptor)

    def sync(self, contents: Contents) -> None:
        """Write all files to disk: first all together by the system, then each file with fsync."""
        os.sync()
        for member in contents.members:
            with suppress(FileNotFoundError), self.path_of(member.name).open("rb") as file:
                os.fsync(file.fileno())
        for folder, _, _ in os.walk(self.folder):
            sync_folder(Path(folder))

    def put_in_place(self) -> None:
        """Move all files to their paths, the database last: without it the folder is not an archive."""
        originals = self.folder / ORIGINALS.rstrip("/")
        originals.mkdir(mode=0o700, exist_ok=True)
        (self.folder / SECRET_KEY).replace(self.paths.secret_key)
        originals.rename(self.paths.originals)
        sync_folder(self.paths.data)
        try:
            self.database.rename(self.paths.database)
        except OSError:
            self.paths.originals.rename(originals)
            raise
        sync_folder(self.paths.database.parent)

    def _clear(self) -> None:
        self.database.unlink(missing_ok=True)
        for path in self.folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

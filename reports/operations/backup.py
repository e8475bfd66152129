"""Makes a backup: one file with all data that cannot be computed again, while the archive is in use.

The database is copied first, then the originals that it names. Bytes are on disk before their row is
committed, so all originals of the copy exist. Only a purge deletes bytes; if one happens during the backup,
the copy contains purged data, so the backup is started again.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.utils import timezone

from reports.workflow.originals import is_temporary, relative_path, sync_folder

from .archive_paths import ArchivePaths
from .backup_file import (
    DATABASE,
    ENVIRONMENT,
    ORIGINALS,
    SECRET_KEY,
    About,
    BackupReader,
    BackupWriter,
    MissingFile,
    is_member_of_originals,
)
from .database import Records, copy_database, opened
from .errors import BackupError, DamagedBackupError, cause_of, raised_as

_ATTEMPTS = 3
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FAILED = "没有做成备份"

Progress = Callable[[str, int, int], object]


@dataclass(slots=True)
class BackupSummary:
    """``lacking`` are originals missing in the archive itself; ``unknown`` counts originals without a row."""

    size: int = 0
    originals: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    lacking: list[MissingFile] = field(default_factory=list)
    unknown: int = 0


class _PurgedMeanwhileError(Exception):
    """A purge happened after the database was copied."""


def make_backup(
    target: Path, paths: ArchivePaths, secret_key: str, environment: str, progress: Progress
) -> BackupSummary:
    """Write the archive at ``paths`` to the new file ``target``, read it again and compare.

    The file is written in a temporary folder next to ``target`` and renamed at the end, so it is complete or
    missing. Raises BackupError; then there is no file. ``progress`` is called with (task, done, total).
    """
    _check_target(target, paths)
    folder = target.with_name(f"{target.name}.part")
    with raised_as(_FAILED):
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            raise BackupError(
                f"{folder} 已经存在：另一次备份正在写入，或者上一次备份被中断。"
                "请确认没有备份正在运行，删除它，再重新备份。"
            ) from None
        try:
            return _Backup(folder, paths, secret_key, environment, progress).make(target)
        finally:
            shutil.rmtree(folder)


def _check_target(target: Path, paths: ArchivePaths) -> None:
    with raised_as(_FAILED):
        if not target.parent.is_dir():
            raise BackupError(f"没有 {target.parent} 这个文件夹，请先建立。")
        if target.resolve().is_relative_to(paths.data.resolve()):
            raise BackupError(f"备份不能放在数据目录 {paths.data} 里面，否则会和数据一起丢失。请换一个位置。")
        if os.path.lexists(target):
            raise BackupError(f"{target} 已经存在，不会覆盖。请换一个文件名。")
        if not paths.database.is_file():
            raise BackupError(
                f"没有数据库 {paths.database}，没有可备份的内容。请检查 ARCHIVE_DATA 和 DATABASE_URL。"
            )


@dataclass(frozen=True, slots=True)
class _Backup:
    folder: Path
    paths: ArchivePaths
    secret_key: str
    environment: str
    progress: Progress

    def make(self, target: Path) -> BackupSummary:
        temporary_backup = self.folder / "backup"
        for _ in range(_ATTEMPTS):
            try:
                summary = self._write(temporary_backup)
                self._verify(temporary_backup, summary)
                self._check_purges()
            except _PurgedMeanwhileError:
                for path in self.folder.iterdir():
                    path.unlink()
                continue
            if os.path.lexists(target):
                raise BackupError(f"{target} 在备份期间出现了，不会覆盖。请换一个文件名再做。")
            temporary_backup.rename(target)
            sync_folder(target.parent)
            return summary
        raise BackupError("备份期间一再有内容被彻底删除，没有做成备份。请等删除完成后再做。")

    @property
    def _copy(self) -> Path:
        return self.folder / DATABASE

    def _write(self, temporary_backup: Path) -> BackupSummary:
        self.progress("复制数据库", 0, 1)
        copy_database(self.paths.database, self._copy, self.folder / "scratch.sqlite3")
        with opened(self._copy) as records, open(temporary_backup, "xb", opener=_private) as file:
            records.check()
            self.progress("复制数据库", 1, 1)
            writer = BackupWriter(file)
            rows = records.counts()
            summary = BackupSummary(rows=rows)
            writer.begin(About(timezone.now().isoformat(), "sqlite", records.migrations(), rows))
            with self._copy.open("rb") as database:
                writer.add(DATABASE, database, self._copy.stat().st_size)
            writer.add_text(SECRET_KEY, self.secret_key)
            writer.add_text(ENVIRONMENT, self.environment)
            self._add_originals(writer, records, summary)
            writer.finish(summary.lacking)
            file.flush()
            os.fsync(file.fileno())
            summary.size = file.tell()
        return summary

    def _add_originals(self, writer: BackupWriter, records: Records, summary: BackupSummary) -> None:
        """Add the originals that the database names, then other files, except bytes without an accession."""
        root = self.paths.originals
        originals_of_database = dict(records.originals())
        for done, (sha256, accession) in enumerate(originals_of_database.items(), 1):
            if self._add(writer, summary, root / relative_path(sha256), accession, sha256):
                summary.originals += 1
            self.progress("写入原件", done, len(originals_of_database))
        for path in _files(root):
            if _SHA256.fullmatch(path.name) and path == root / relative_path(path.name):
                summary.unknown += path.name not in originals_of_database
            else:
                self._add(writer, summary, path)

    def _add(
        self,
        writer: BackupWriter,
        summary: BackupSummary,
        path: Path,
        accession: int | None = None,
        sha256: str = "",
    ) -> bool:
        """Add one original; return whether it was added. A failure is recorded in ``summary``."""
        name = ORIGINALS + path.relative_to(self.paths.originals).as_posix()
        try:
            file, actual_sha256 = _read_through(path)
        except OSError as error:
            if accession is not None:
                self._check_still_kept(sha256)
            fault = "缺失" if isinstance(error, FileNotFoundError) else f"无法读取，{cause_of(error)}"
            summary.lacking.append(MissingFile(name, fault, accession))
            return False
        with file:
            if not is_member_of_originals(name):
                summary.lacking.append(MissingFile(name, "文件名不能收入备份", accession))
                return False
            if sha256 and actual_sha256 != sha256:
                summary.lacking.append(MissingFile(name, "与收到时的校验码不符，按现状收入备份", accession))
            writer.add(name, file, os.fstat(file.fileno()).st_size)
        return True

    def _verify(self, temporary_backup: Path, summary: BackupSummary) -> None:
        """Read the file from disk, not from the cache in memory, and compare every member."""
        with temporary_backup.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            try:
                BackupReader(file, progress=lambda at: self.progress("核对", at, summary.size)).read()
            except DamagedBackupError as error:
                raise BackupError(
                    f"{_FAILED}：写好后读回核对，与原来不符（{error.what}）。请检查磁盘。"
                ) from error

    def _check_still_kept(self, sha256: str) -> None:
        with opened(self.paths.database) as current:
            if not current.keeps(sha256):
                raise _PurgedMeanwhileError

    def _check_purges(self) -> None:
        with opened(self.paths.database) as current, opened(self._copy) as copied:
            if current.latest_purge() != copied.latest_purge():
                raise _PurgedMeanwhileError


def _read_through(path: Path) -> tuple[BinaryIO, str]:
    """Returns the opened file and its sha256. Read errors are raised before anything is written."""
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    file = path.open("rb")
    try:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
    except OSError:
        file.close()
        raise
    return file, sha256


def _files(folder: Path) -> Iterator[Path]:
    """All complete files below ``folder``, including those behind links to other disks, in a fixed order."""
    for parent, folders, names in os.walk(folder, onerror=_raise, followlinks=True):
        folders.sort()
        yield from (Path(parent, name) for name in sorted(names) if not is_temporary(name))


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

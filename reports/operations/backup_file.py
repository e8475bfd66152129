"""The format of a backup: a tar file compressed with gzip, with a manifest that proves it is complete.

Its members, in this order (docs/decisions/0005-backup-format.md):

``about.json``       format, time, engine, migrations, rows of each table: facts known before the copy
``database.sqlite3``, ``secret_key``, ``environment.txt``
``originals/…``      as below the folder of originals
``manifest.json``    size and sha256 of every member above, and the files missing in the archive itself
``manifest.sha256``  of ``manifest.json``, as sha256sum writes it
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from .errors import BackupError, DamagedBackupError

FORMAT = 1
ABOUT = "about.json"
DATABASE = "database.sqlite3"
SECRET_KEY = "secret_key"  # noqa: S105
ENVIRONMENT = "environment.txt"
ORIGINALS = "originals/"
MANIFEST = "manifest.json"
CHECKSUM = "manifest.sha256"
_FIRST = (ABOUT, DATABASE, SECRET_KEY, ENVIRONMENT)

# The fastest level compresses texts to a third; slower levels gain little.
_LEVEL = 1
_CHUNK = 1 << 20
_TEXT_LIMIT = 1 << 30
# One part of a path. It excludes "." and "..", so that no path leaves the folder.
_PART = re.compile(r"(?!\.{1,2}$)[^/\\\x00]+")


@dataclass(frozen=True, slots=True)
class BackupMember:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A file that was missing or damaged in the archive at the time of the backup."""

    name: str
    fault: str
    accession: int | None = None

    def __str__(self) -> str:
        owner = "" if self.accession is None else f"上传件{self.accession}的原件 "
        return f"{owner}{printed(self.name)}：{self.fault}"


@dataclass(frozen=True, slots=True)
class About:
    made_at: str
    engine: str
    migrations: Sequence[tuple[str, str]]
    rows: dict[str, int]


class BackupWriter:
    """Writes the members one after the other; memory grows only by one line per member."""

    def __init__(self, file: BinaryIO) -> None:
        self._packed = gzip.GzipFile(fileobj=file, mode="wb", compresslevel=_LEVEL, filename="")
        self._tar = tarfile.TarFile(fileobj=self._packed, mode="w", format=tarfile.PAX_FORMAT)
        self._members: list[BackupMember] = []

    def add(self, name: str, source: BinaryIO, size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        reader = _Hashing(source)
        self._tar.addfile(entry, reader)
        _forget_members(self._tar)
        self._members.append(BackupMember(name, size, reader.hash.hexdigest()))

    def add_text(self, name: str, text: str) -> None:
        data = text.encode()
        self.add(name, io.BytesIO(data), len(data))

    def begin(self, about: About) -> None:
        self.add_text(ABOUT, json.dumps({"format": FORMAT, **asdict(about)}, indent=1))

    def finish(self, lacking: Sequence[MissingFile]) -> None:
        manifest = json.dumps(
            {
                "members": [asdict(member) for member in self._members],
                "lacking": [asdict(lack) for lack in lacking],
            },
            indent=0,
        )
        self.add_text(MANIFEST, manifest)
        self.add_text(CHECKSUM, f"{self._members[-1].sha256}  {MANIFEST}\n")
        self._tar.close()
        self._packed.close()


class _Hashing(io.RawIOBase):
    """Reads from ``source`` and computes its sha256."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.hash.update(data)
        return data


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a backup that was read to its end and is complete."""

    about: About
    environment: str
    lacking: Sequence[MissingFile]
    members: Sequence[BackupMember]


class BackupReader:
    """Reads a backup once from beginning to end; returns its contents only after all members were compared.

    ``path_of`` returns the path to which a member is written; without it, members are only compared.
    ``judge`` is called with the first member, ``about.json``, and may raise.
    """

    def __init__(
        self,
        file: BinaryIO,
        path_of: Callable[[str], Path] | None = None,
        judge: Callable[[About], object] | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> None:
        self._file = file
        self._path_of = path_of
        self._judge = judge
        self._progress = progress
        self._seen: list[BackupMember] = []

    def read(self) -> Contents:
        """Returns the contents. Raises DamagedBackupError, BackupError, or OSError if a member cannot be
        written."""
        with _damage_as_error(), gzip.GzipFile(fileobj=self._file) as packed:
            with tarfile.TarFile(fileobj=packed, mode="r") as tar:
                contents = self._contents(tar)
            while remaining_bytes := packed.read(_CHUNK):
                if remaining_bytes.strip(b"\0"):
                    raise DamagedBackupError("末尾有多余的内容")
        return contents

    def _contents(self, tar: tarfile.TarFile) -> Contents:
        about = _about(self._text(tar, self._next(tar, ABOUT)))
        if self._judge:
            self._judge(about)
        for name in (DATABASE, SECRET_KEY):
            self._write_member(tar, self._next(tar, name))
        environment = self._text(tar, self._next(tar, ENVIRONMENT))
        while (entry := self._next(tar)).name != MANIFEST:
            if not is_member_of_originals(entry.name):
                raise DamagedBackupError(f"有不该有的内容（{printed(entry.name)}）")
            self._write_member(tar, entry)
        members = list(self._seen)
        manifest = json.loads(self._text(tar, entry))
        checksum = self._text(tar, self._next(tar, CHECKSUM))
        if checksum != f"{self._seen[-2].sha256}  {MANIFEST}\n":
            raise DamagedBackupError("清单与它的校验码不符")
        if tar.next() is not None:
            raise DamagedBackupError("末尾有多余的内容")
        _compare(members, [BackupMember(**member) for member in manifest["members"]])
        lacking = [MissingFile(**lack) for lack in manifest["lacking"]]
        return Contents(about, environment, lacking, members)

    def _next(self, tar: tarfile.TarFile, name: str = "") -> tarfile.TarInfo:
        entry = tar.next()
        _forget_members(tar)
        if entry is None:
            raise DamagedBackupError("后面的内容缺失")
        if not entry.isreg() or entry.issparse():
            raise DamagedBackupError(f"有不该有的内容（{printed(entry.name)}）")
        if name and entry.name != name:
            raise DamagedBackupError(f"应为 {name}，却是 {printed(entry.name)}")
        return entry

    def _chunks(self, tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Iterator[bytes]:
        source = tar.extractfile(entry)
        assert source is not None
        hasher, size = hashlib.sha256(), 0
        while chunk := source.read(_CHUNK):
            hasher.update(chunk)
            size += len(chunk)
            yield chunk
        if size != entry.size:
            raise DamagedBackupError("后面的内容缺失")
        self._seen.append(BackupMember(entry.name, size, hasher.hexdigest()))
        if self._progress:
            self._progress(self._file.tell())

    def _text(self, tar: tarfile.TarFile, entry: tarfile.TarInfo) -> str:
        if entry.size > _TEXT_LIMIT:
            raise DamagedBackupError(f"{entry.name} 太大")
        return b"".join(self._chunks(tar, entry)).decode()

    def _write_member(self, tar: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
        chunks = self._chunks(tar, entry)
        if self._path_of is None:
            for _ in chunks:
                pass
            return
        path = self._path_of(entry.name)
        _make_private(path.parent)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        try:
            descriptor = os.open(path, flags, 0o600)
        except FileExistsError:
            raise DamagedBackupError(f"{printed(entry.name)} 出现了两次") from None
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                file.write(chunk)


def _forget_members(tar: tarfile.TarFile) -> None:
    """tarfile keeps a list of all members it has read or written: kilobytes of memory for each."""
    tar.members.clear()  # type: ignore[attr-defined]


def _make_private(folder: Path) -> None:
    """Like ``mkdir -p``, but every folder that is made is readable by its owner only."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700)


def _about(text: str) -> About:
    stated: dict[str, Any] = json.loads(text)
    if (number := stated.pop("format")) != FORMAT:
        raise BackupError(
            f"这份备份的格式是第{number}版，本程序只能恢复第{FORMAT}版。请用做备份的那一版程序恢复。"
        )
    about = About(**stated)
    return About(
        about.made_at, about.engine, [(app, name) for app, name in about.migrations], dict(about.rows)
    )


def _compare(read: Sequence[BackupMember], stated: Sequence[BackupMember]) -> None:
    for member, stated_member in zip(read, stated, strict=False):
        if member != stated_member:
            raise DamagedBackupError(f"{printed(member.name)} 与清单不符")
    if len(read) != len(stated):
        raise DamagedBackupError(f"清单有{len(stated)}项，文件里有{len(read)}项")


def is_member_of_originals(name: str) -> bool:
    return name.startswith(ORIGINALS) and all(_PART.fullmatch(part) for part in name.split("/"))


def printed(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


@contextmanager
def _damage_as_error() -> Iterator[None]:
    """Raise errors of gzip, tar and JSON as DamagedBackupError."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error, tarfile.TarError) as error:
        _damaged(error)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        _damaged(error)


def _damaged(error: Exception) -> NoReturn:
    raise DamagedBackupError(f"无法读出（{type(error).__name__}）") from error

"""Generations of the index: each rebuild writes a new one beside the live one and swaps.

    <PATH>/generations/<n>/     a Whoosh index with its derived folders and manifest.json
    <PATH>/current              the number of the live generation and a checksum, replaced atomically
    <PATH>/lock                 held by the one writer
    <PATH>/rebuild.lock, rebuild.journal   held by the one rebuild; what changed while it ran

The generation before the live one is kept for a minute, so that a process that has just read ``current``
still finds its files. Then the next commit unlinks it: what a process still has mapped outlives its name,
and the kernel frees it once nobody reads it (unlink(2)).
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import time
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from .errors import IndexDamaged, IndexUnreadable
from .integrity import FileDamaged
from .storage import sync_folder, write_atomically

log = logging.getLogger(__name__)

POINTER = "current"
MANIFEST = "manifest.json"
_CHECKSUM = "crc32"
# Seconds within which who has read ``current`` has opened what it names.
_GRACE = 60.0
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_POINTER = re.compile(r"([0-9]{1,18}) ([0-9a-f]{8})", re.ASCII)


class Generations:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.pointer = path / POINTER
        self.folder = path / "generations"

    def current(self) -> int | None:
        """Number of the live generation, None where there is no index yet. Raises IndexDamaged."""
        try:
            found = _POINTER.fullmatch(self.pointer.read_text("ascii"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise IndexUnreadable(self.pointer, error) from error
        except ValueError as error:
            raise FileDamaged(self.pointer, "不是文字") from error
        if found is None:
            raise FileDamaged(self.pointer, "不是一个编号和它的校验和")
        number, checksum = int(found[1]), found[2]
        if checksum != _pointer_checksum(number):
            raise FileDamaged(self.pointer, "校验和不符")
        return number

    def folder_of(self, number: int) -> Path:
        return self.folder / str(number)

    def numbers(self) -> list[int]:
        if not self.folder.is_dir():
            return []
        return sorted(int(entry.name) for entry in self.folder.iterdir() if _NUMBER.fullmatch(entry.name))

    def create(self, manifest: Mapping[str, Any]) -> int:
        """A new, empty generation beside the live one; nothing reads it before ``swap_to``."""
        number = max([*self.numbers(), self._pointed() or 0]) + 1
        self.folder_of(number).mkdir(parents=True)
        try:
            self.write_manifest(number, manifest)
            sync_folder(self.folder)
        except BaseException:
            self.discard(number)
            raise
        return number

    def write_manifest(self, number: int, manifest: Mapping[str, Any]) -> None:
        stored = {**manifest, _CHECKSUM: _manifest_checksum(manifest, number)}
        path = self.folder_of(number) / MANIFEST
        write_atomically(path, json.dumps(stored, ensure_ascii=False, indent=1).encode())

    def swap_to(self, number: int) -> int | None:
        """Make ``number`` the live one; the number of the one before it."""
        previous = self._pointed()
        if self.pointer.is_dir():
            shutil.rmtree(self.pointer)  # whatever put it there: a file cannot replace it
        write_atomically(self.pointer, f"{number} {_pointer_checksum(number)}".encode("ascii"))
        return previous

    def clean(self, keep: Collection[int | None]) -> None:
        """Remove generations nobody will open any more, those of killed rebuilds among them.

        Only the holder of the rebuild lock may: nobody else knows which one is being written.
        """
        for number in self.numbers():
            if number not in keep:
                self.discard(number)

    def remove_older(self, live: int) -> None:
        """Remove the generations before the live one, unless the swap was just now. Under the write lock."""
        older = [number for number in self.numbers() if number < live]
        # A clock that was set back must not keep them for ever.
        if older and not 0 <= time.time() - self.pointer.stat().st_mtime < _GRACE:
            for number in older:
                self.discard(number)

    def remove_temporary(self) -> None:
        """Remove pointers that were never put in place. Under the write lock."""
        for path in self.path.glob(f"{POINTER}.*.tmp"):
            path.unlink()

    def discard(self, number: int) -> None:
        folder = self.folder_of(number)
        if folder.is_dir():
            shutil.rmtree(folder, ignore_errors=False)
        else:
            folder.unlink(missing_ok=True)

    def manifest(self, number: int) -> dict[str, Any]:
        """What generation ``number`` was made with. Raises IndexDamaged."""
        path = self.folder_of(number) / MANIFEST
        try:
            found = json.loads(path.read_text("utf-8"))
        except FileNotFoundError as error:
            raise FileDamaged(path, "不见了") from error
        except OSError as error:
            raise IndexUnreadable(path, error) from error
        except ValueError as error:
            raise FileDamaged(path, "不是完整的清单") from error
        if not isinstance(found, dict):
            raise FileDamaged(path, "不是完整的清单")
        if found.pop(_CHECKSUM, None) != _manifest_checksum(found, number):
            raise FileDamaged(path, "校验和不符")
        return found

    def _pointed(self) -> int | None:
        # A rebuild must mend a damaged pointer, not trip over it.
        try:
            return self.current()
        except IndexDamaged:
            return None


def _manifest_checksum(manifest: Mapping[str, Any], number: int) -> int:
    # With the number, so that the manifest of another generation is not taken for this one's.
    return zlib.crc32(json.dumps([number, manifest], sort_keys=True).encode())


def _pointer_checksum(number: int) -> str:
    return f"{zlib.crc32(str(number).encode()):08x}"

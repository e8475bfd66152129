"""Generations of the index: each rebuild writes a new one beside the live one and swaps.

    <PATH>/generations/<n>/     a Whoosh index, the files beside its segments, and manifest.json
    <PATH>/current              the number of the live generation and a checksum, replaced atomically
    <PATH>/lock                 held by the one writer
    <PATH>/rebuild.lock, rebuild.journal   held by the one rebuild; what changed while it ran

The generation before the live one is removed at once. What a process has mapped outlives its name, and
the kernel frees it once nobody reads it (unlink(2)); a process that had read ``current`` before the swap
misses its files and reads ``current`` again.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from reports.search.contract.errors import IndexDamaged, IndexUnreadable
from reports.search.engines.whoosh.directory.integrity import FileDamaged, read_sealed, seal
from reports.search.engines.whoosh.directory.storage import sync_folder, write_atomically

log = logging.getLogger(__name__)

POINTER = "current"
MANIFEST = "manifest.json"
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


class Generations:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.pointer = path / POINTER
        self.folder = path / "generations"

    def current(self) -> int | None:
        """Number of the live generation, None where there is no index yet. Raises IndexDamaged."""
        try:
            content = read_sealed(self.pointer, POINTER).decode("ascii")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise IndexUnreadable(self.pointer, error) from error
        return int(content)

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
        path = self.folder_of(number) / MANIFEST
        data = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        write_atomically(path, seal(data, _owner(number)))

    def swap_to(self, number: int) -> int | None:
        """Make ``number`` the live one; the number of the one before it."""
        previous = self._pointed()
        if self.pointer.is_dir():
            shutil.rmtree(self.pointer)  # whatever put it there: a file cannot replace it
        write_atomically(self.pointer, seal(str(number).encode("ascii"), POINTER))
        return previous

    def clean(self, keep: Collection[int | None]) -> None:
        """Remove generations nobody will open any more, those of killed rebuilds among them.

        Only the holder of the rebuild lock may: nobody else knows which one is being written.
        """
        for number in self.numbers():
            if number not in keep:
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
            manifest: dict[str, Any] = json.loads(read_sealed(path, _owner(number)))
        except FileNotFoundError as error:
            raise FileDamaged(path, "不见了") from error
        except OSError as error:
            raise IndexUnreadable(path, error) from error
        return manifest

    def live_manifest(self) -> dict[str, Any] | None:
        """What the live generation was made with, None where there is none. Raises IndexDamaged."""
        while (number := self.current()) is not None:
            try:
                return self.manifest(number)
            except FileDamaged:
                if self.current() == number:
                    raise  # else a swap came in between
        return None

    def _pointed(self) -> int | None:
        # A rebuild must mend a damaged pointer, not trip over it.
        try:
            return self.current()
        except IndexDamaged:
            return None


def _owner(number: int) -> str:
    # With the number, so that the manifest of another generation is not taken for this one's.
    return f"{number}/{MANIFEST}"

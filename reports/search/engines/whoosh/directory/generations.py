"""Generations of the index: each rebuild writes a new one next to the live one, and swaps.

    <PATH>/generations/<n>/     a Whoosh index, the array files of its segments, and manifest.json
    <PATH>/current              the number of the live generation and a checksum; replaced atomically
    <PATH>/rebuild.journal      the articles that changed while a rebuild ran
    <PATH>/*.lock, lock         see ``locks.py``

The previous generation is removed at once. A mapped file outlives its name: the kernel frees it when no
process reads it (unlink(2)). A process that read ``current`` before the swap finds its files gone and reads
``current`` again.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reports.search.contract.errors import IndexDamaged, IndexUnreadable

from .durable import sync_folder, write_atomically
from .integrity import FileDamaged, read_sealed, seal

POINTER = "current"
MANIFEST = "manifest.json"
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


class Generations:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.pointer = path / POINTER
        self.folder = path / "generations"

    def current(self) -> int | None:
        """The number of the live generation; None if there is no index yet. Raises IndexDamaged."""
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
        """Make a new, empty generation and return its number; no process reads it before ``swap_to``."""
        number = max([*self.numbers(), self._current_if_readable() or 0]) + 1
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

    def swap_to(self, number: int) -> None:
        """Make generation ``number`` the live one."""
        if self.pointer.is_dir():
            shutil.rmtree(self.pointer)  # a file cannot replace a folder
        write_atomically(self.pointer, seal(str(number).encode("ascii"), POINTER))

    def remove_all_but(self, live: int | None) -> None:
        """Remove all other generations, also those of killed rebuilds.

        Call it with the rebuild lock: without it, a generation may be one that is being written.
        """
        for number in self.numbers():
            if number != live:
                self.discard(number)

    def remove_temporary(self) -> None:
        """Remove pointer files whose write was interrupted. Call it with the write lock."""
        for path in self.path.glob(f"{POINTER}.*.tmp"):
            path.unlink()

    def discard(self, number: int) -> None:
        folder = self.folder_of(number)
        if folder.is_dir():
            shutil.rmtree(folder)
        else:
            folder.unlink(missing_ok=True)

    def manifest(self, number: int) -> dict[str, Any]:
        """The manifest of generation ``number``: what it was made with. Raises IndexDamaged."""
        path = self.folder_of(number) / MANIFEST
        try:
            manifest: dict[str, Any] = json.loads(read_sealed(path, _owner(number)))
        except FileNotFoundError as error:
            raise FileDamaged(path, "不见了") from error
        except OSError as error:
            raise IndexUnreadable(path, error) from error
        return manifest

    def live_manifest(self) -> dict[str, Any] | None:
        """The manifest of the live generation; None if there is no index. Raises IndexDamaged."""
        while (number := self.current()) is not None:
            try:
                return self.manifest(number)
            except FileDamaged:
                if self.current() == number:
                    raise  # otherwise a swap happened in between
        return None

    def _current_if_readable(self) -> int | None:
        # A rebuild repairs a damaged pointer.
        try:
            return self.current()
        except IndexDamaged:
            return None


def _owner(number: int) -> str:
    # The number is part of the name, so the manifest of another generation is not accepted for this one.
    return f"{number}/{MANIFEST}"

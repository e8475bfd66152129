"""Generations of the index: each rebuild writes a new one beside the live one and swaps.

    <PATH>/generations/<n>/     a Whoosh index with its derived folders and manifest.json
    <PATH>/current              the number of the live generation, replaced atomically
    <PATH>/lock                 held by the one writer
    <PATH>/rebuild.lock, rebuild.journal   held by the one rebuild; what changed while it ran

The generation before the live one is kept until the next swap, so that a process that has just read
``current`` still finds its files; what is mapped already outlives its deletion anyway.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from .errors import IndexDamaged
from .storage import sync_folder, write_atomically

log = logging.getLogger(__name__)

POINTER = "current"
MANIFEST = "manifest.json"


class Generations:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.pointer = path / POINTER
        self.folder = path / "generations"

    def current(self) -> int | None:
        """Number of the live generation, None where there is no index yet."""
        try:
            return int(self.pointer.read_text("ascii"))
        except FileNotFoundError:
            return None
        except ValueError as error:
            log.error("%s does not hold a number", self.pointer)
            raise IndexDamaged from error

    def folder_of(self, number: int) -> Path:
        return self.folder / str(number)

    def numbers(self) -> list[int]:
        if not self.folder.is_dir():
            return []
        return sorted(int(entry.name) for entry in self.folder.iterdir() if entry.name.isdigit())

    def create(self, manifest: Mapping[str, Any]) -> int:
        """A new, empty generation beside the live one; nothing reads it before ``swap_to``."""
        number = max([*self.numbers(), self._pointed() or 0]) + 1
        folder = self.folder_of(number)
        folder.mkdir(parents=True)
        write_atomically(folder / MANIFEST, json.dumps(dict(manifest), ensure_ascii=False, indent=1).encode())
        sync_folder(self.folder)
        return number

    def swap_to(self, number: int) -> int | None:
        """Make ``number`` the live one; the number of the one before it."""
        previous = self._pointed()
        write_atomically(self.pointer, str(number).encode("ascii"))
        return previous

    def clean(self, keep: Collection[int | None]) -> None:
        """Remove generations nobody will open any more, those of killed rebuilds among them.

        Only the holder of the rebuild lock may: nobody else knows which one is being written.
        """
        for number in self.numbers():
            if number not in keep:
                self.discard(number)

    def discard(self, number: int) -> None:
        shutil.rmtree(self.folder_of(number), ignore_errors=False)

    def manifest(self, number: int) -> dict[str, Any]:
        try:
            found = json.loads((self.folder_of(number) / MANIFEST).read_text("utf-8"))
        except (FileNotFoundError, ValueError) as error:
            log.error("Generation %d has no readable manifest: %s", number, error)
            raise IndexDamaged from error
        if not isinstance(found, dict):
            raise IndexDamaged
        return found

    def _pointed(self) -> int | None:
        # A rebuild must mend a damaged pointer, not trip over it.
        try:
            return self.current()
        except IndexDamaged:
            return None

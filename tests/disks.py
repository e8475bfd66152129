"""File systems of a few megabytes, to fill up or to make read-only."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest


class Disk(Protocol):
    def __call__(self, megabytes: int) -> SmallDisk: ...


class SmallDisk:
    """A file system of its own in memory, which can be full or read-only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make_read_only(self) -> None:
        _mount("-o", "remount,ro", str(self.path))

    def fill(self) -> None:
        with (self.path / "ballast").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                return

    def free(self) -> None:
        (self.path / "ballast").unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    mounted: list[Path] = []

    def make(megabytes: int) -> SmallDisk:
        path = tmp_path / f"disk{len(mounted)}"
        path.mkdir()
        try:
            _mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path))
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"a file system of its own cannot be mounted here (needs root): {error}")
        mounted.append(path)
        return SmallDisk(path)

    yield make
    for path in mounted:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)

"""Every step of a backup and of a restoration, and a SIGKILL before each.

``python -m tests.operations.kills FOLDER``: FOLDER/archive is the data folder. A step is whatever changes
a file below FOLDER, which the interpreter tells of before it is done (audit hooks, sys.addaudithook).
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults import stage  # isort: skip - sets Django up

from reports.operations import BackupError, make_backup, restore_backup
from tests.operations.conftest import KEY, places_below

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect", "os.chmod"}


@dataclass
class Steps:
    """Counts the steps of this process, and dies before the step ``fatal``."""

    folder: Path
    fatal: int = 0
    count: int = 0

    def begin(self) -> None:
        sys.addaudithook(self.hear)
        fsync = os.fsync

        def heard(descriptor: int) -> None:
            self.reach()
            fsync(descriptor)

        os.fsync = heard

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, str) and flags & _WRITING and path.startswith(str(self.folder)):
                self.reach()
        elif event in _CHANGES:
            self.reach()

    def reach(self) -> None:
        self.count += 1
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


class Play:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = places_below(folder / "archive")
        self.file = folder / "a.backup"
        self.target = places_below(folder / "target")
        self.bad: list[str] = []

    def back_up(self) -> None:
        make_backup(self.file, self.archive, KEY, "", lambda *_: None)

    def restore(self) -> None:
        restore_backup(self.file, self.target, lambda *_: None)

    def counted(self, work: Callable[[], object]) -> int:
        def run() -> int:
            steps = Steps(self.folder)
            steps.begin()
            work()
            return steps.count

        return int(stage.done_in_child(run))

    def killed(self, work: Callable[[], object], step: int) -> None:
        def run() -> None:
            Steps(self.folder, fatal=step).begin()
            work()

        code = stage.ended(stage.fork(run))
        if code != -signal.SIGKILL:
            self.bad.append(f"step {step} ended with {code}")

    def all_backups(self) -> int:
        steps = self.counted(self.back_up)
        whole = self.file.stat().st_size
        for step in range(1, steps + 1):
            self.file.unlink(missing_ok=True)
            self.killed(self.back_up, step)
            if self.file.exists():
                self.check_restored(f"backup, step {step}")
                shutil.rmtree(self.target.data)
                self.file.unlink()
            self.begin_again(step)
        if not 0.9 * whole < self.file.stat().st_size < 1.1 * whole:
            self.bad.append("the last backup is of another size")
        return steps

    def begin_again(self, step: int) -> None:
        """The next backup goes well, once what it names was deleted."""
        part = self.file.with_name("a.backup.part")
        if part.exists():
            try:
                self.back_up()
                self.bad.append(f"backup, step {step}: what was left did not matter")
            except BackupError as error:
                if str(part) not in str(error):
                    self.bad.append(f"backup, step {step}: {error}")
            shutil.rmtree(part)
        self.file.unlink(missing_ok=True)
        self.back_up()

    def all_restorations(self) -> int:
        self.target.data.mkdir()
        steps = self.counted(self.restore)
        for step in range(1, steps + 1):
            shutil.rmtree(self.target.data)
            self.target.data.mkdir()
            self.killed(self.restore, step)
            if self.target.database.exists():
                # The database comes last: everything is there. A second one says what is left to do.
                self.check_whole(f"restoration, step {step}")
                if "rebuild_index" not in self.refusal():
                    self.bad.append(f"restoration, step {step}: {self.refusal()}")
                continue
            if self.target.originals.exists():
                for named in re.findall(rf"{self.target.data}\S*?(?=[、（。])", self.refusal()):
                    shutil.rmtree(named)
            self.check_restored(f"restoration, step {step}")
        return steps

    def refusal(self) -> str:
        try:
            self.restore()
        except BackupError as error:
            return str(error)
        return "none"

    def check_restored(self, where: str) -> None:
        self.target.data.mkdir(exist_ok=True)
        try:
            self.restore()
        except BackupError as error:
            self.bad.append(f"{where}: {error}")
            return
        self.check_whole(where)
        if (self.target.data / "restoring").exists():
            self.bad.append(f"{where}: something is left over")

    def check_whole(self, where: str) -> None:
        kept, restored = (
            {path.name for path in paths.originals.rglob("?" * 64)} for paths in (self.archive, self.target)
        )
        if kept != restored or self.target.secret_key.read_text() != KEY:
            self.bad.append(f"{where}: not whole")


def play(folder: Path) -> None:
    players = Play(folder)
    backups = players.all_backups()
    restorations = players.all_restorations()
    stage.finish({"backup_steps": backups, "restoration_steps": restorations, "bad": players.bad})


if __name__ == "__main__":
    play(Path(sys.argv[1]))

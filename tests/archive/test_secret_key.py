"""The secret key under crashes and races: whoever starts has a whole key, and all have the same."""

from __future__ import annotations

import os
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from archive import secret_key as module
from archive.secret_key import secret_key

from .conftest import Installation

STARTERS = 12


def missing(folder: Path) -> None:
    """A new data folder."""


def empty(folder: Path) -> None:
    """What a version left that created the file before it wrote the key."""
    (folder / "secret_key").touch()


BEFORE = pytest.mark.parametrize("before", [missing, empty])


def test_the_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    key = secret_key(tmp_path)
    assert len(key) >= 50
    assert secret_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_key_given_by_hand_may_end_its_line(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("k" * 60 + "\n", "ascii")
    assert secret_key(tmp_path) == "k" * 60


def test_an_empty_file_is_replaced_and_that_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    empty(tmp_path)
    key = secret_key(tmp_path)
    assert key == (tmp_path / "secret_key").read_text("ascii")
    assert "是空的" in caplog.text


@BEFORE
@pytest.mark.parametrize("attempt", range(10))
def test_all_who_start_at_once_have_the_same_key(
    tmp_path: Path, before: Callable[[Path], None], attempt: int
) -> None:
    before(tmp_path)
    gate, opening = os.pipe()
    answers, answering = os.pipe()

    def start() -> None:
        os.close(opening)
        os.read(gate, 1)  # returns when the parent closes the other end
        os.write(answering, secret_key(tmp_path).encode() + b"\n")

    children = [_fork(start) for _ in range(STARTERS)]
    os.close(opening)
    os.close(answering)
    with os.fdopen(answers) as stream:
        keys = stream.read().split()
    os.close(gate)
    assert [_ended(child) for child in children] == [0] * STARTERS
    assert len(keys) == STARTERS
    assert set(keys) == {secret_key(tmp_path)}
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@BEFORE
def test_a_kill_at_any_step_leaves_nothing_that_hinders(
    tmp_path: Path, before: Callable[[Path], None]
) -> None:
    step = 0
    while True:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        before(folder)
        code = _ended(_fork(lambda step=step, folder=folder: _killed_at(step, folder)))
        left = {path.name for path in folder.iterdir()}
        assert all(name == "secret_key" or name.startswith(".secret_key-") for name in left)
        there = folder / "secret_key"
        of_the_dead = there.read_text("ascii") if there.exists() else ""
        key = secret_key(folder)
        assert len(key) >= 50
        assert of_the_dead in ("", key)
        assert secret_key(folder) == key
        if code == 0:
            break
        assert code == -signal.SIGKILL
    assert step > 20  # lines of the module, each of which was the last one once


def test_the_archive_starts_over_an_empty_key(installation: Installation) -> None:
    installation.data.mkdir()
    empty(installation.data)
    done = installation.python("manage.py", "check")
    assert done.returncode == 0, done.stderr
    assert "已换成新密钥" in done.stderr
    assert (installation.data / "secret_key").read_text("ascii")


def _fork(work: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def _ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _killed_at(step: int, folder: Path) -> None:
    """Ask for the key, and die before the line of the module that is the ``step``th to be run."""
    run = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal run
        if frame.f_code.co_filename != module.__file__:
            return None
        if event == "line":
            run += 1
            if run == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    secret_key(folder)

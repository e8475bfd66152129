"""The routes are followed to their end, and a move leads from one file of the archive to another."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.routes import follow

ROOT = Path(__file__).parents[2]


def test_every_route_is_counted() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.routes"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    counts = [tuple(map(int, row)) for row in re.findall(r"\| (\d+) \| (\d+) \| (\d+) \|", run.stdout)]
    assert len(counts) == 3
    assert all(moves >= different >= files - 1 > 1 for files, moves, different in counts)


def _defined(file: str, source: str, **names: object) -> Callable[[], Any]:
    """The function ``called`` of a file that would lie at ``file``."""
    exec(compile(source, str(ROOT / file), "exec"), names)
    called: Any = names["called"]
    return called


def _moves(target: str, caller: str, caller_file: str = "reports/caller.py") -> tuple[int, int]:
    called = _defined("archive/target.py", target)
    _, _, moves = follow(_defined(caller_file, f"def called(): {caller}", target=called))
    return moves.total(), len(moves)


def test_every_call_is_a_move_and_a_pair_of_functions_is_one_different_move() -> None:
    assert _moves("def called(): pass", "target(); target()") == (2, 1)


def test_a_library_between_two_files_hides_no_move() -> None:
    target = "import functools\n@functools.singledispatch\ndef called(_): pass"
    assert _moves(target, "target(1)") == (1, 1)


def test_a_generator_that_goes_on_is_not_called_again() -> None:
    assert _moves("def called():\n yield 1\n yield 2", "list(target())") == (1, 1)


def test_a_call_within_a_file_or_from_elsewhere_is_no_move() -> None:
    assert _moves("def called(): pass", "target()", "archive/target.py") == (0, 0)
    assert _moves("def called(): pass", "target()", "tests/caller.py") == (0, 0)

"""``make visibility`` in small: what is published at the desk is found, whatever time it takes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALL = ["--size", "60", "--publishes", "2", "--renamed", "1", "--quiet", "1"]


def test_what_an_editor_publishes_is_found_by_every_worker(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "bench.visibility", *SMALL, "--work", str(tmp_path)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "archive.settings"}  # not those of the tests
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    # The last line says whether it was fast enough: no affair of a test.
    assert re.search(r"^\| publishing \| 2 \|", run.stdout, re.M), run.stdout + run.stderr
    assert "errors: 0" in run.stdout
    assert "found by all" in run.stdout.splitlines()[-1], run.stdout + run.stderr

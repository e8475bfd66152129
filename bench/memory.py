"""Memory of a process, as Linux counts it."""

from __future__ import annotations

import re
from pathlib import Path

_LINE = re.compile(r"(\w+):\s+(\d+) kB")


def process_memory(pid: int) -> dict[str, int]:
    """Bytes, by the names of ``/proc/PID/smaps_rollup`` (man 5 proc_pid_smaps_rollup)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return {name: int(size) * 1024 for name, size in _LINE.findall(text)}


def own_bytes(pid: int) -> int:
    """Memory used by this process only: what its end would free, without mapped files.

    ``Private_Dirty``: pages it alone maps and has written. Pages still shared with the process it was
    forked from are not in it, nor are unwritten pages of mapped files, which are page cache.
    """
    return process_memory(pid)["Private_Dirty"]


def share_bytes(pid: int) -> int:
    """Proportional share (PSS) beyond page cache: its own anonymous pages and its part of the shared ones."""
    memory = process_memory(pid)
    return memory["Pss_Anon"] + memory["Pss_Shmem"]


def anonymous_bytes(pid: int) -> int:
    """Resident pages that no file backs, shared ones included; cheap enough to be read all the time."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0

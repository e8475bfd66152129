"""The three locks of an index, and their order: a thread that holds one takes only those below it.

worker.lock     one process does bulk work and maintenance, and clears purges (held for minutes)
rebuild.lock    one process builds a generation (held for minutes)
lock            one process writes to the live generation or swaps it (held for a commit)
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from reports.search.contract.errors import IndexBusy

WORKER_LOCK = "worker.lock"
REBUILD_LOCK = "rebuild.lock"
WRITE_LOCK = "lock"
_POLL_SECONDS = 0.02

_descriptors: set[int] = set()
_this_thread = threading.local()


@contextlib.contextmanager
def file_lock(path: Path, timeout: float = 0) -> Iterator[None]:
    """Hold the lock file at ``path``. Raises IndexBusy after ``timeout`` seconds.

    flock(2) belongs to the open file: it excludes threads and processes, and the kernel frees it when the
    process ends, even if it is killed. The thread that holds the lock may take it again.
    """
    held: set[Path] = _this_thread.__dict__.setdefault("held", set())
    if path in held:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(descriptor, timeout)
    except BaseException:
        os.close(descriptor)
        raise
    _descriptors.add(descriptor)
    held.add(path)
    try:
        yield
    finally:
        held.discard(path)
        _descriptors.discard(descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a thread of any process holds the lock file at ``path``. Needs no right to write."""
    if path in _this_thread.__dict__.get("held", ()):
        return True
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)  # also frees the lock
    return False


def _acquire(descriptor: int, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise IndexBusy from None
            time.sleep(_POLL_SECONDS)
        else:
            return


def _forget_in_child() -> None:
    # A forked child shares the open file: if it lived longer than its parent, it would keep the lock.
    for descriptor in _descriptors:
        os.close(descriptor)
    _descriptors.clear()
    _this_thread.__dict__.clear()


os.register_at_fork(after_in_child=_forget_in_child)

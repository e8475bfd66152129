"""Work beside a server: commands in a process of their own, one at a time, with the least priority.

In a thread of the server it would have every search of that process wait for the interpreter.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from django.conf import settings

logger = logging.getLogger(__name__)


def run_beside(*arguments: str) -> None:
    """Run ``manage.py`` with these arguments and wait for it. Raises OSError, CalledProcessError."""
    subprocess.run(  # noqa: S603 - our own command, nothing of a user's in it
        [
            sys.executable,
            str(settings.BASE_DIR / "manage.py"),
            *arguments,
            *("--gently", "--verbosity", "0", "--settings", settings.SETTINGS_MODULE),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )


class Beside:
    """A thread that does ``work``, never two at once. ``failure`` goes to the log with what went wrong;
    whatever was to be done can be done again. It is begun once in ``rest`` seconds at most.
    """

    def __init__(self, name: str, work: Callable[[], object], failure: str, rest: float = 0) -> None:
        self._name = name
        self._work = work
        self._failure = failure
        self._rest = rest
        self._begun_at = -float("inf")
        self._lock = threading.Lock()
        self._is_wanted = False

    def begin(self) -> None:
        """Have it done, unless it rests. Where it is being done just now, it is done once more."""
        now = time.monotonic()
        if now - self._begun_at < self._rest:
            return
        self._begun_at = now
        self._is_wanted = True
        if self._lock.acquire(blocking=False):
            threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def wait(self) -> None:
        """Until nothing is being done."""
        with self._lock:
            pass

    def _run(self) -> None:
        while True:
            try:
                while self._is_wanted:
                    self._is_wanted = False
                    self._work()
            except Exception:
                logger.exception(self._failure)
            finally:
                self._lock.release()
            # Whoever wanted it in between found the lock held.
            if not self._is_wanted or not self._lock.acquire(blocking=False):
                return

"""One background actor a server: a thread that runs ``update_index`` in a process of its own.

In a thread of the server the work would have every search of that process wait for the interpreter. Of the
processes that several servers begin, one is elected by a lock; the others end at once.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading

from django.conf import settings

logger = logging.getLogger(__name__)


def run_update() -> None:
    """Run ``update_index`` with the least priority and wait for it. Raises OSError, CalledProcessError."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "update_index", "--gently"]
    subprocess.run(  # noqa: S603 - our own command, nothing of a user's in it
        [*command, "--verbosity", "0", "--settings", settings.SETTINGS_MODULE],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )


class Background:
    """Does ``run_update``, never twice at once. What fails is logged, and done with the next change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_wanted = False

    def begin(self) -> None:
        """Have it done. While it is being done, it is done once more afterwards."""
        self._is_wanted = True
        if self._lock.acquire(blocking=False):
            threading.Thread(target=self._run, name="update-index", daemon=True).start()

    def wait(self) -> None:
        """Until nothing is being done."""
        with self._lock:
            pass

    def _run(self) -> None:
        while True:
            try:
                while self._is_wanted:
                    self._is_wanted = False
                    run_update()
            except Exception:
                logger.exception("后台更新索引失败，待处理的记录已保留")
            finally:
                self._lock.release()
            # Another thread that called begin() in between found the lock held.
            if not self._is_wanted or not self._lock.acquire(blocking=False):
                return


background = Background()

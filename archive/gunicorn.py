"""How gunicorn serves the archive: a few workers that share what was loaded before the fork."""

import gc
import os
from typing import Any

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Threads keep a worker answering while one of its requests streams a long export.
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
# Code and dictionaries are loaded once and shared by the workers' pages.
preload_app = True
# Its default lies below HOME, is the same for all archives of an account, and nothing here uses it.
control_socket_disable = True
# gunicorn opens its log and pid file before it loads the settings, which do the same for everything else.
umask = 0o077
os.umask(umask)
timeout = 120
# A query of 500 characters is 4,500 bytes in a URL, and refinements come on top; this is gunicorn's most.
limit_request_line = 8190
graceful_timeout = 30
# The heartbeat file must not lie on a disk that can block (gunicorn's FAQ, "How do I avoid Gunicorn
# excessively blocking in os.fchmod?"); /dev/shm exists on every Linux.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
accesslog = None


def when_ready(server: Any) -> None:
    """Runs in the master, after the application is loaded and before the first worker is forked."""
    from reports.search.warming import warm_up
    from reports.views.warming import answer_once

    warm_up()
    answer_once()
    # What is there now stays for good: the workers' collectors need not touch, and so copy, its pages.
    gc.collect()
    gc.freeze()

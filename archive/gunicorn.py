"""How gunicorn serves the archive: a few workers that share what was loaded before the fork."""

import contextlib
import gc
import logging
import os
import socket
import struct
import time
from typing import Any

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Every connection holds a thread: one that says nothing (browsers open such) for five seconds, one that has
# begun a request until it is whole. So there are many more than compute (docs/decisions/0006-serving.md).
threads = int(os.environ.get("WEB_THREADS", "64"))
# gthread, with its refusals in Chinese.
worker_class = "archive.worker.Worker"
# A worker whose threads are all held leaves the next connection to another one.
worker_connections = threads
# A connection that is kept stays with its worker, and one worker may get them all.
keepalive = 0
# Seconds after which a client that takes nothing of its answer, or is gone without a word, is let go; one
# that is there and does not go on with what it has begun to send has twice as long.
patience = 15
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
# No request header may say where the application begins or which page is asked for: gunicorn would believe
# SCRIPT_NAME from this machine, so that an address which a proxy lets through could become another.
# ARCHIVE_PATH says where the archive lies.
forwarder_headers = ""
graceful_timeout = 30
# The heartbeat file must not lie on a disk that can block (gunicorn's FAQ, "How do I avoid Gunicorn
# excessively blocking in os.fchmod?"); /dev/shm exists on every Linux.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
accesslog = None


def when_ready(server: Any) -> None:
    """Runs in the master, after the application is loaded and before the first worker is forked."""
    from reports.search.answering.warming import warm_up
    from reports.views.warming import answer_once

    bound_waiting(server.LISTENERS)
    warm_up()
    answer_once()
    # What is there now stays for good: the workers' collectors need not touch, and so copy, its pages.
    gc.collect()
    gc.freeze()


def post_request(worker: Any, request: Any, environ: dict[str, Any], response: Any) -> None:
    """Wait for the client to close, in the thread that answered it.

    gunicorn does so in the loop that takes every other connection: a client that does not close would stop
    its worker for two seconds. Here the loop finds nothing left to wait for.
    """
    connection = environ.get("gunicorn.socket")
    if connection is None or response is None or not response.should_close():
        return
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + 2
        while (remaining_seconds := deadline - time.monotonic()) > 0:
            connection.settimeout(remaining_seconds)
            if not connection.recv(65_536):
                break
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RD)


def bound_waiting(listeners: Any) -> None:
    """Bound how long a connection may hold a thread: on Linux it has what is set for its listener."""
    for listener in listeners:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience * 1000)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, patience)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", 2 * patience, 0))
    logging.getLogger("gunicorn.error").addFilter(in_one_line)


def in_one_line(record: logging.LogRecord) -> bool:
    """A client that was let go is no error of the archive: a line, no traceback."""
    if record.exc_info and isinstance(record.exc_info[1], BlockingIOError | TimeoutError):
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg, record.args, record.exc_info = "客户端没有继续收发，已断开", (), None
    return True

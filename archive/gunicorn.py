"""Configuration of gunicorn: a few workers that share the memory loaded before the fork."""

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
# Every connection occupies a thread: a silent one (browsers open such) for five seconds, one that has begun a
# request until it is complete. So there are many more threads than can compute
# (docs/decisions/0006-serving.md).
threads = int(os.environ.get("WEB_THREADS", "64"))
# The worker class gthread, with refusals in Chinese.
worker_class = "archive.worker.Worker"
# A worker whose threads are all occupied leaves the next connection to another worker.
worker_connections = threads
# A kept-alive connection stays with its worker, and one worker could get them all.
keepalive = 0
# Seconds after which a client is disconnected that reads nothing of its answer, or has disappeared. A client
# that stops sending in the middle of a request has twice this time.
patience = 15
# Code and dictionaries are loaded once and shared by the workers' pages.
preload_app = True
# The default is below HOME and shared by all archives of an account; the archive does not use it.
control_socket_disable = True
# gunicorn opens its log and pid file before it loads the settings, which set the umask for all other files.
umask = 0o077
os.umask(umask)
timeout = 120
# A query of 500 characters takes 4,500 bytes in a URL, and refinements more; this is gunicorn's maximum.
limit_request_line = 8190
# No request header may set the path of the application or of the page: gunicorn would accept SCRIPT_NAME from
# this machine, and an address that a proxy allows could become another one. ARCHIVE_PATH sets the path.
forwarder_headers = ""
graceful_timeout = 30
# The heartbeat file must not be on a disk that can block (gunicorn's FAQ, "How do I avoid Gunicorn
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
    # Present objects stay permanently: garbage collection in the workers then does not touch and copy their
    # pages.
    gc.collect()
    gc.freeze()


def post_request(worker: Any, request: Any, environ: dict[str, Any], response: Any) -> None:
    """Wait in the thread of the answer until the client closes the connection.

    gunicorn would wait in the loop that accepts all other connections: a client that does not close would
    stop its worker for two seconds. After this the loop does not have to wait.
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
    """Limit how long a connection may occupy a thread: on Linux it inherits the options of its listener."""
    for listener in listeners:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience * 1000)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, patience)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", 2 * patience, 0))
    logging.getLogger("gunicorn.error").addFilter(in_one_line)


def in_one_line(record: logging.LogRecord) -> bool:
    """Log a disconnected client in one line without traceback: it is not an error of the archive."""
    if record.exc_info and isinstance(record.exc_info[1], BlockingIOError | TimeoutError):
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg, record.args, record.exc_info = "客户端没有继续收发，已断开", (), None
    return True

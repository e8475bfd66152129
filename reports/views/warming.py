"""Warms up the process: one search and one suggestion before the first reader.

They load templates, labels and the table of suggestions. gunicorn's master calls this once, and its workers
share the memory pages.
"""

from __future__ import annotations

import logging
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections

from .search import search, suggest

log = logging.getLogger(__name__)

_QUERY = "q=%E5%85%9A%E5%BB%BA"


def answer_once() -> None:
    """Answer one search and one suggestion. Stores nothing, closes its database connection, logs errors."""
    # Suggestions come first: a search without the table starts a thread, and the process forks after this.
    for view, path in ((suggest, "/suggest/"), (search, "/search/")):
        try:
            view(_request(path))
        except Exception:
            # The service must start in spite of any error; a reader will see it.
            log.exception("%s could not be asked for at the start", path)
    connections.close_all()


def _request(path: str) -> WSGIRequest:
    # HEAD, because a GET without hits would be stored as zero-result query.
    environ = {"REQUEST_METHOD": "HEAD", "PATH_INFO": path, "QUERY_STRING": _QUERY}
    setup_testing_defaults(environ)
    named = [host for host in settings.ALLOWED_HOSTS if "*" not in host and not host.startswith(".")]
    environ["HTTP_HOST"] = named[0] if named else "localhost"
    request = WSGIRequest(environ)
    request.user = AnonymousUser()
    return request

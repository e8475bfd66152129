"""The first search and the first suggestion, asked for before anybody does.

What they load stays: templates, what labels are made of, the table of suggestions. gunicorn's master does
this once, and its workers share the pages.
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
    """Leaves no trace, and no connection to the database; what goes wrong is logged."""
    # Suggestions first: a search that finds no table has a thread make it, and we are about to fork.
    for view, path in ((suggest, "/suggest/"), (search, "/search/")):
        try:
            view(_request(path))
        except Exception:
            # Whatever it is, the service has to start; a reader who asks will be told.
            log.exception("%s could not be asked for at the start", path)
    connections.close_all()


def _request(path: str) -> WSGIRequest:
    # A query without hits is noted for the curators when it comes by GET.
    environ = {"REQUEST_METHOD": "HEAD", "PATH_INFO": path, "QUERY_STRING": _QUERY}
    setup_testing_defaults(environ)
    named = [host for host in settings.ALLOWED_HOSTS if "*" not in host and not host.startswith(".")]
    environ["HTTP_HOST"] = named[0] if named else "localhost"
    request = WSGIRequest(environ)
    request.user = AnonymousUser()
    return request

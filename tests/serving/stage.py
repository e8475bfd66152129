"""The archive, with a search whose export does not end: it runs until it is left.

``/search.csv?q=断`` fails in its middle instead. ``/echo`` says what the application is told of the client.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import cycle, islice
from typing import Any

from archive.wsgi import application as archive
from reports.exports import exporter
from reports.search import Hit, SearchRequest

_SHOWN = ("REMOTE_ADDR", "HTTP_HOST", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme")
_iterate_hits = exporter.iterate_hits


def _without_end(request: SearchRequest, chosen: Collection[str] | None = None) -> Iterator[Hit]:
    hits = cycle(list(_iterate_hits(SearchRequest())))
    return _broken(hits) if request.q == "断" else hits


def _broken(hits: Iterator[Hit]) -> Iterator[Hit]:
    yield from islice(hits, 200)
    raise RuntimeError("在中间出错")


exporter.iterate_hits = _without_end


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] != "/echo":
        return archive(environ, start_response)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({name: environ.get(name) for name in _SHOWN}).encode()]

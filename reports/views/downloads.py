"""All hits of a search as a streamed file: memory use does not depend on the number of hits."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from reports.exports import EXPORTERS
from reports.search import iterate_hits
from reports.workflow.export_events import RecordedExport

from .availability import answers_from_index
from .exporting import one_at_a_time
from .search import requested


@answers_from_index
@require_safe
def search_csv(request: HttpRequest) -> HttpResponseBase:
    """``/search.csv``: every hit of the search, not only those of the shown page."""
    return _download(request, "csv")


@one_at_a_time
def _download(request: HttpRequest, file_format: str) -> HttpResponseBase:
    search = requested(request)
    exporter = EXPORTERS[file_format](request.build_absolute_uri("/"))
    pieces: Iterable[bytes] = ()
    if request.method == "HEAD":
        # Raises the same errors as a GET, but builds no rows, which the server would throw away.
        iterate_hits(search)
    else:
        pieces = RecordedExport(exporter.export(search), file_format, lambda: exporter.written)
    response = StreamingHttpResponse(pieces, content_type=exporter.media_type)
    name = exporter.file_name(search, timezone.localdate())
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response

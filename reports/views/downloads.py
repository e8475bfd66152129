"""All hits of a search, or the chosen ones, as a streamed file: memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from reports.exports import EXPORTERS
from reports.presentation.addresses import search_address
from reports.search import iterate_hits
from reports.workflow.export_events import RecordedExport

from .availability import answers_from_index
from .exporting import one_at_a_time
from .search import requested


@answers_from_index
@require_safe
def search_csv(request: HttpRequest) -> HttpResponseBase:
    """``/search.csv``: every hit of the search, not only those of the shown page; ``id``: only these."""
    return _download(request, "csv")


@answers_from_index
@require_safe
def search_xlsx(request: HttpRequest) -> HttpResponseBase:
    """``/search.xlsx``: the same as a workbook."""
    return _download(request, "xlsx")


@one_at_a_time
def _download(request: HttpRequest, file_format: str) -> HttpResponseBase:
    search = requested(request)
    chosen = _chosen(request)
    if chosen is not None and not chosen:  # the form of the tick boxes, sent without a tick
        messages.warning(request, "请先勾选要下载的报道。")
        return redirect(search_address(search))
    exporter = EXPORTERS[file_format](request.build_absolute_uri("/"))
    pieces: Iterable[bytes] = ()
    if request.method == "HEAD":
        # Raises the same errors as a GET, but builds no rows, which the server would throw away.
        iterate_hits(search)
    else:
        pieces = RecordedExport(exporter.export(search, chosen), file_format, lambda: exporter.written)
    response = StreamingHttpResponse(pieces, content_type=exporter.media_type)
    name = exporter.file_name(search, timezone.localdate())
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _chosen(request: HttpRequest) -> frozenset[str] | None:
    """The ids of the ticked hits; None if all hits are asked for."""
    if "id" not in request.GET:
        return None
    return frozenset(request.GET.getlist("id")) - {""}

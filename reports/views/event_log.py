"""The event log for admins: newest first, and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from reports.exports.event_log import EVENT_LOG_TYPE, event_log_name, event_log_pieces
from reports.models import Event
from reports.models.event import Subject
from reports.workflow.export_events import RecordedExport

from .access import acting, administrator_required
from .exporting import one_at_a_time

_PER_PAGE = 50
_AT_ONCE = 500


@administrator_required
@require_safe
def event_log(request: HttpRequest) -> HttpResponse:
    page = Paginator(Event.objects.order_by("-id"), _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "event_log.html", {"page": page})


@administrator_required
@require_safe
@one_at_a_time
def event_log_csv(request: HttpRequest) -> StreamingHttpResponse:
    events = _Counted()
    pieces: Iterable[bytes] = ()
    if request.method == "GET":
        pieces = RecordedExport(
            event_log_pieces(events), "csv", lambda: events.count, acting(request), Subject.EVENT
        )
    response = StreamingHttpResponse(pieces, content_type=EVENT_LOG_TYPE)
    name = event_log_name(timezone.localdate())
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


class _Counted:
    """All events, newest first, in several queries, so that no query stays open while a slow client reads."""

    def __init__(self) -> None:
        self.count = 0

    def __iter__(self) -> Iterator[Event]:
        rows = Event.objects.order_by("-id")
        batch = list(rows[:_AT_ONCE])
        while batch:
            for event in batch:
                yield event
                self.count += 1
            batch = list(rows.filter(pk__lt=batch[-1].pk)[:_AT_ONCE])

"""The event log as a file: all events, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.timezone import localtime

from reports.models import Event

from .csv import csv_pieces

_COLUMNS = ("编号", "时间", "账号", "操作", "对象", "对象编号", "操作前", "操作后", "结果", "来自")
EVENT_LOG_TYPE = "text/csv; charset=utf-8"


def event_log_pieces(events: Iterable[Event]) -> Iterator[bytes]:
    return csv_pieces(_COLUMNS, map(_row, events))


def event_log_name(today: date) -> str:
    return f"操作记录-{today.isoformat()}.csv"


def _row(event: Event) -> tuple[str, ...]:
    return (
        str(event.pk),
        localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
        event.name,
        event.get_act_display(),
        event.get_subject_display(),
        "" if event.number is None else str(event.number),
        event.before,
        event.after,
        event.get_result_display(),
        event.address,
    )

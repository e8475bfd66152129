"""Reports like the one being read."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, cast

from reports.models import Report

from . import service
from .engines.errors import IndexDamaged
from .labels import ReportLabel, label_reports

log = logging.getLogger(__name__)

MOST = 5


@dataclass(frozen=True, slots=True)
class SimilarReport:
    id: int
    label: ReportLabel
    is_of_same_district: bool


def similar_reports(report: Report) -> list[SimilarReport]:
    """At most five published ones, the most alike first; none where there is no index to ask.

    One question to the engine, two to the database. An index that cannot be read is logged: the report
    itself can be read without it.
    """
    try:
        # haystack's own call, which the engines of tests need not have.
        found = cast("Any", service.engine()).more_like_this(report, start_offset=0, end_offset=MOST)
    except (IndexDamaged, OSError):
        log.exception("Similar reports of %d cannot be told", report.pk)
        return []
    ids = [int(result.pk) for result in found["results"]]
    labels = label_reports(ids)
    own = report.district.key if report.district else None
    return [
        SimilarReport(number, label, bool(own and label.district and label.district.key == own))
        for number in ids
        if (label := labels.get(number)) is not None
    ]

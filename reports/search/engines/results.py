"""haystack's results, whose database objects are loaded together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from haystack.models import SearchResult

from reports.models import Report

from .snapshot import Snapshot


class Batch:
    """The reports of one page of results: one query for all, when the first is asked for."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids = list(ids)
        self._loaded: dict[int, Report] | None = None

    def get(self, report_id: int) -> Report | None:
        if self._loaded is None:
            self._loaded = Report.objects.in_bulk(self._ids)
        return self._loaded.get(report_id)


class ReportResult(SearchResult):  # type: ignore[misc]
    """A hit. ``object`` is None where the report has gone from the database since it was indexed."""

    batch: Batch | None = None
    _object: Report | None

    def _load(self) -> Report | None:
        if self._object is None and self.batch is not None:
            self._object = self.batch.get(int(self.pk))
        return self._object

    def _keep(self, value: Report | None) -> None:
        self._object = value

    object = property(_load, _keep)


def result_fields(snapshot: Snapshot, report_id: int) -> dict[str, Any]:
    """What ``result.district`` and the like give: lists for facets of several values."""
    document = snapshot.document_of(report_id)
    if document is None:
        return {}
    report = snapshot.report(document)
    facets = {facet: list(values) for facet, values in report.facets.items()}
    return {
        "text": "\n".join(
            block.text for block in report.blocks if block.kind not in ("initiative", "district")
        ),
        "headline": next((block.text for block in report.blocks if block.kind == "headline"), ""),
        "district": facets.get("district", []),
        "city": facets.get("city", []),
        "initiative": facets.get("initiative", []),
        "source": next(iter(facets.get("source", [])), None),
        "year": report.year,
        "published_on": report.published_on,
    }

"""History of every change, kept by django-reversion: one revision an action, with who and why.

A revision holds the report's head and its parts. Findings are left out: they follow from the text.
Nothing is ever reverted through reversion itself, which would go past numbers, findings and index;
:func:`reports.workflow.restoring.restore` edits the report back instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reversion
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import models
from django.utils import timezone
from reversion.models import Revision, Version

from reports.models import Contributor, District, Figure, PullQuote, Report, ReportDistrict, Section, User
from reports.models.chunks import in_chunks

from .content import EditedContributor, EditedFigure, EditedReport, EditedSection

REPORT_FIELDS = (
    "kicker",
    "headline",
    "deck",
    "lead",
    "district",
    "year",
    "published_on",
    "source",
    "page_label",
    "state",
    "version",
    "withdrawal_reason",
)
PART_FIELDS: dict[type[models.Model], tuple[str, ...]] = {
    Section: ("report", "number", "position", "heading", "body"),
    Figure: ("report", "number", "position", "kind", "caption", "credit", "image"),
    PullQuote: ("report", "position", "text"),
    Contributor: ("report", "position", "name", "role"),
    ReportDistrict: ("report", "district"),
}
_PART_NAMES = ("sections", "figures", "pull_quotes", "contributors", "further_districts")
_BATCH = 200


@dataclass(frozen=True, slots=True)
class ReportRevision:
    """One entry of a report's history. ``made_by`` is empty where the command line acted."""

    id: int
    report_id: int
    made_at: datetime
    made_by: str
    comment: str


def register() -> None:
    """Tell reversion what to keep; called once when the application is ready."""
    if reversion.is_registered(Report):
        return
    for model, names in PART_FIELDS.items():
        reversion.register(model, fields=names)
    reversion.register(Report, fields=REPORT_FIELDS, follow=_PART_NAMES)


@contextmanager
def recorded(report: Report, by: User | None, comment: str) -> Iterator[None]:
    """One revision of ``report`` with all its parts, as they are when the block ends."""
    with reversion.create_revision(manage_manually=True):
        reversion.set_user(by)
        reversion.set_comment(comment)
        yield
        reversion.add_to_revision(report)


def record_many(
    aggregates: Iterable[tuple[Report, Sequence[models.Model]]], by: User | None, comment: str
) -> None:
    """The first revision of each report, in a handful of statements for any number of them.

    Does what :func:`recorded` does one by one. The parts are handed in, so nothing is read back.
    """
    types = ContentType.objects.get_for_models(Report, *PART_FIELDS)
    made_at = timezone.now()
    aggregates = list(aggregates)
    revisions = Revision.objects.bulk_create(
        [Revision(date_created=made_at, user=by, comment=comment) for _ in aggregates], batch_size=_BATCH
    )
    Version.objects.bulk_create(
        [
            _version(revision, obj, types[type(obj)])
            for revision, (report, parts) in zip(revisions, aggregates, strict=True)
            for obj in (report, *parts)
        ],
        batch_size=_BATCH,
    )


def _version(revision: Revision, obj: models.Model, content_type: ContentType) -> Version:
    names = REPORT_FIELDS if isinstance(obj, Report) else PART_FIELDS[type(obj)]
    return Version(
        revision=revision,
        content_type=content_type,
        object_id=str(obj.pk),
        db=obj._state.db or "default",
        format="json",
        serialized_data=serializers.serialize("json", (obj,), fields=names),
        object_repr=str(obj),
    )


def revisions(report: Report) -> list[ReportRevision]:
    """The history of ``report``, newest first."""
    rows = (
        Version.objects.get_for_object(report)
        .order_by("-revision_id")
        .values_list("revision_id", "revision__date_created", "revision__user__username", "revision__comment")
    )
    return [ReportRevision(pk, report.pk, at, name or "", comment) for pk, at, name, comment in rows]


def revision_of(report: Report, revision_id: int) -> ReportRevision | None:
    """The entry with that number, if it is one of this report's."""
    return next((entry for entry in revisions(report) if entry.id == revision_id), None)


@dataclass(frozen=True, slots=True)
class PastReport:
    """A report as one revision holds it."""

    content: EditedReport
    state: str
    images: dict[int, str]


def past_report(revision: ReportRevision) -> PastReport:
    """Read a revision back. Raises Version.DoesNotExist where it holds no such report."""
    rows: dict[type[models.Model] | None, list[dict[str, Any]]] = defaultdict(list)
    for version in Version.objects.filter(revision_id=revision.id).order_by("pk"):
        row = version.field_dict
        owner = version.object_id if version._model is Report else str(row.get("report_id"))
        if owner == str(revision.report_id):
            rows[version._model].append(row)
    if not rows[Report]:
        raise Version.DoesNotExist(f"revision {revision.id} holds no report {revision.report_id}")
    head = rows[Report][0]
    keys = dict(
        District.objects.filter(
            pk__in=[
                pk
                for pk in (head["district_id"], *(row["district_id"] for row in rows[ReportDistrict]))
                if pk
            ]
        ).values_list("pk", "key")
    )
    content = EditedReport(
        **{
            name: head[name]
            for name in ("version", "headline", "kicker", "deck", "lead", "year", "published_on")
        },
        source=head["source"],
        page_label=head["page_label"],
        district=keys.get(head["district_id"], ""),
        further_districts=tuple(
            keys[row["district_id"]] for row in rows[ReportDistrict] if row["district_id"] in keys
        ),
        sections=tuple(
            EditedSection(row["number"], row["heading"], row["body"]) for row in _in_order(rows[Section])
        ),
        figures=tuple(
            EditedFigure(row["number"], row["caption"], row["credit"], row["kind"])
            for row in _in_order(rows[Figure])
        ),
        pull_quotes=tuple(row["text"] for row in _in_order(rows[PullQuote])),
        contributors=tuple(
            EditedContributor(row["name"], row["role"]) for row in _in_order(rows[Contributor])
        ),
    )
    return PastReport(content, head["state"], {row["number"]: row["image"] for row in rows[Figure]})


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["position"], row.get("number", 0)))


def forget(report_ids: Sequence[int]) -> None:
    """Remove the whole history of reports that are themselves removed, and nothing of any other's."""
    owners = {str(pk) for pk in report_ids}
    types = ContentType.objects.get_for_models(Report, *PART_FIELDS)
    heads = Version.objects.filter(content_type=types[Report])
    revision_ids: dict[int, None] = {}
    for chunk in in_chunks(owners):
        found = heads.filter(object_id__in=chunk).values_list("revision_id", flat=True).distinct()
        revision_ids.update(dict.fromkeys(found))
    for batch in in_chunks(revision_ids, _BATCH):
        held = heads.filter(revision_id__in=batch).values_list("revision_id", "object_id")
        shared = {revision for revision, owner in held if owner not in owners}
        _forget_in(shared, owners)
        Revision.objects.filter(pk__in=[pk for pk in batch if pk not in shared]).delete()


def _forget_in(revision_ids: Iterable[int], owners: set[str]) -> None:
    """Take the reports ``owners`` out of revisions that hold other reports as well."""
    for version in Version.objects.filter(revision_id__in=list(revision_ids)):
        is_head = version._model is Report
        owner = version.object_id if is_head else str(version.field_dict.get("report_id"))
        if owner in owners:
            version.delete()

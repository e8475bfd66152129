"""The parts of an article as an editor hands them in: plain values for the form and the workflow."""

from __future__ import annotations

from dataclasses import dataclass

from reports.ingest.parsed import ContributorRole, FigureKind


@dataclass(frozen=True, slots=True)
class EditedSection:
    """``number`` is None for a new section; ``body`` has one paragraph per line."""

    number: int | None = None
    heading: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class EditedFigure:
    """``number`` is None for a new figure."""

    number: int | None = None
    caption: str = ""
    credit: str = ""
    kind: str = FigureKind.PHOTO.value


@dataclass(frozen=True, slots=True)
class EditedContributor:
    name: str = ""
    role: str = ContributorRole.REPORTER.value

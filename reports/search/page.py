"""The answer to a search as a value. Every face renders this and nothing else, so none can disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .request import SearchRequest


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage as printed. ``marks`` are (start, end) in code points into ``text``.

    ``field``: kicker headline deck lead heading body caption credit pull_quote byline.
    ``section``: number of the section, 0 for the lead, none outside sections.
    ``anchor``: fragment on the reading page (``s3``, ``f2``, ``lead``, ``q1``), empty for the head.
    ``before`` and ``after`` say whether text of the same block was cut away on that side.
    """

    field: str
    section: int | None
    anchor: str
    text: str
    marks: tuple[tuple[int, int], ...]
    before: bool = False
    after: bool = False


@dataclass(frozen=True, slots=True)
class DistrictLabel:
    key: str
    code: str | None
    name: str
    city: str


@dataclass(frozen=True, slots=True)
class InitiativeLabel:
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit. ``id`` is the report's for scope report, else ``<report>-s3`` or ``<report>-f2``."""

    id: str
    type: str
    report_id: int
    url: str
    headline: str
    kicker: str
    heading: str  # of the section (scope section) or the caption (scope figure); empty for reports
    district: DistrictLabel | None
    year: int | None
    published_on: date | None
    source: str
    page_label: str
    initiatives: tuple[InitiativeLabel, ...]
    score: float
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class ResultPage:
    """``notices`` are sentences in Chinese for the reader (query taken as plain words, index changed…)."""

    request: SearchRequest
    interpreted: str
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    suggestion: str | None
    took_ms: float
    index_version: str
    notices: tuple[str, ...] = ()

    @property
    def page_count(self) -> int:
        return max(1, -(-self.total // self.request.page_size))

    def as_json(self) -> dict[str, Any]:
        """The body of ``/search.json`` (DESIGN, part 4)."""
        raise NotImplementedError

"""From bytes to articles with their findings, by the packages ingest and knowledge, without the database.

The dry run of ``parse_report`` and every draft use this module, so they always agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.ingest import parse, parse_records
from reports.ingest.parsed import ParsedArticle, Problem, TextPart
from reports.knowledge import (
    InitiativeLexicon,
    recognise_districts,
    recognise_initiatives,
    recognise_statistics,
)
from reports.knowledge.findings import (
    InitiativeKind,
    Place,
    RecognisedDistricts,
    RecognisedInitiative,
    RecognisedStatistic,
)
from reports.workflow.dictionaries.archive_dictionaries import Dictionaries

from .fitting import fit_to_columns

PLACE_UNREAD = "place_unread"  # code of the problem that prevents publishing without a review
DISTRICT_PROBLEMS = frozenset({PLACE_UNREAD, "district_missing", "district_doubtful"})


@dataclass(frozen=True, slots=True)
class RecognisedArticle:
    """A parsed article that fits the archive's columns, with its districts, initiatives and statistics."""

    parsed: ParsedArticle
    districts: RecognisedDistricts
    initiatives: tuple[RecognisedInitiative, ...]
    statistics: tuple[RecognisedStatistic, ...]

    @property
    def is_publishable(self) -> bool:
        """Whether it may be published without a review."""
        return not self.districts.not_understood

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of the parser and those of recognition, for the reviewer."""
        if self.districts.not_understood:
            # The stated place is not understood: no guess, and no publishing without a review.
            message = (
                f"{self.districts.not_understood}请选择主区划。"
                if self.districts.main is None
                else self.districts.not_understood
            )
            return (*self.parsed.problems, Problem(PLACE_UNREAD, message))
        if self.districts.main is None:
            return (*self.parsed.problems, Problem("district_missing", "没有认出主区划，请选择。"))
        if self.districts.doubtful:
            why = self.districts.why or "依据不足"
            message = f"主区划“{self.districts.main.name}”不确定（{why}），请核对。"
            return (*self.parsed.problems, Problem("district_doubtful", message))
        return self.parsed.problems


def read_document(
    data: bytes,
    file_name: str = "",
    *,
    district: Place | None = None,
    dictionaries: Dictionaries | None = None,
) -> list[RecognisedArticle]:
    """The articles in ``data``, each with its structure, districts, initiatives and statistics.

    ``district`` is the division that a person states; it becomes the main one. Raises UnreadableDocument.
    """
    dictionaries = dictionaries or Dictionaries()
    return [
        recognise(fit_to_columns(parsed), district, dictionaries)
        for parsed in parse_document(data, file_name)
    ]


def is_list(file_name: str) -> bool:
    """Whether the file name is that of a list, with one article per line."""
    return file_name.lower().endswith((".jsonl", ".jsonl.xz"))


def parse_document(data: bytes, file_name: str) -> list[ParsedArticle]:
    """The articles in ``data``: one per line of a list, or those of the page."""
    return parse_records(data) if is_list(file_name) else parse(data, file_name)


def recognise(parsed: ParsedArticle, district: Place | None, dictionaries: Dictionaries) -> RecognisedArticle:
    """Recognise the districts, then the initiatives (codes belong to a district), and the statistics."""
    recognised = recognise_districts(parsed, dictionaries.gazetteer, hint=district.name if district else "")
    if district is not None:
        further = tuple(
            place
            for place in ((recognised.main, *recognised.further) if recognised.main else recognised.further)
            if place.key != district.key
        )
        recognised = RecognisedDistricts(main=district, further=further, why="由上传人指定")
    parts = tuple(parsed.parts())
    owner = recognised.main.key if recognised.main else ""
    return RecognisedArticle(
        parsed=parsed,
        districts=recognised,
        initiatives=recognised_initiatives(parts, dictionaries.lexicon, owner),
        statistics=tuple(recognise_statistics(parts)),
    )


def recognised_initiatives(
    parts: Iterable[TextPart], lexicon: InitiativeLexicon, owner: str
) -> tuple[RecognisedInitiative, ...]:
    """The initiatives named in ``parts``, without bare codes if there is no district to own them."""
    return tuple(
        recognised
        for recognised in recognise_initiatives(parts, lexicon, owner=owner)
        if owner or recognised.kind is not InitiativeKind.CODE
    )

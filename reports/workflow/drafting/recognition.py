"""Bytes to articles with what is recognised in them: the way down through ingest and knowledge, no database.

The dry run of ``parse_report`` and every draft take this one way, so they cannot disagree.
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

PLACE_UNREAD = "place_unread"  # the code of a problem that keeps an article from being published unseen
DISTRICT_PROBLEMS = frozenset({PLACE_UNREAD, "district_missing", "district_doubtful"})


@dataclass(frozen=True, slots=True)
class RecognisedArticle:
    """A parsed article that fits the archive's tables, with its districts, initiatives and numbers."""

    parsed: ParsedArticle
    districts: RecognisedDistricts
    initiatives: tuple[RecognisedInitiative, ...]
    statistics: tuple[RecognisedStatistic, ...]

    @property
    def is_publishable(self) -> bool:
        """Whether it may be published without anybody having looked at it."""
        return not self.districts.not_understood

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the parser asks the reviewer to look at, and what the recognition adds."""
        if self.districts.not_understood:
            # The place was stated and is not understood: no guess, and not published unseen.
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
    """Read ``data`` whole: structure, districts, initiatives, numbers, for each article it holds.

    ``district`` is what a person says the document is about: it becomes the main division.
    Raises UnreadableDocument.
    """
    dictionaries = dictionaries or Dictionaries()
    return [
        recognise(fit_to_columns(parsed), district, dictionaries)
        for parsed in parse_document(data, file_name)
    ]


def is_list(file_name: str) -> bool:
    """Whether the name says that each line of the file is an article of its own."""
    return file_name.lower().endswith((".jsonl", ".jsonl.xz"))


def parse_document(data: bytes, file_name: str) -> list[ParsedArticle]:
    """The articles in ``data``: of a list one a line, of anything else those on the page."""
    return parse_records(data) if is_list(file_name) else parse(data, file_name)


def recognise(parsed: ParsedArticle, district: Place | None, dictionaries: Dictionaries) -> RecognisedArticle:
    """Find the districts, then, since codes belong to them, the initiatives; and the numbers."""
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
    """The initiatives named in ``parts``. A bare code without a district to own it names nothing yet."""
    return tuple(
        recognised
        for recognised in recognise_initiatives(parts, lexicon, owner=owner)
        if owner or recognised.kind is not InitiativeKind.CODE
    )

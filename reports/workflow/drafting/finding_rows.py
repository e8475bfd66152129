"""Rows of findings: created with a draft, and renewed in parts whose text a person changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal, InvalidOperation
from typing import TypeVar

from reports.ingest.parsed import TextPart
from reports.knowledge import InitiativeLexicon, recognise_statistics
from reports.knowledge.findings import InitiativeKind, RecognisedInitiative, RecognisedStatistic
from reports.language.normalise import fold
from reports.models import Article, District, Initiative, InitiativeMention, Statistic
from reports.models.chunks import in_chunks
from reports.models.field_labels import length_of
from reports.workflow.dictionaries.initiatives import (
    InitiativeName,
    initiative_name,
    names_of_merged,
    resolve,
)

from .recognition import recognised_initiatives

Address = tuple[str, int]
_BATCH = 500
_SAME_NAMES = ("value", "unit", "sentence", "field", "number", "start", "end")
_QUANTITY = Statistic._meta.get_field("quantity")


def mention_rows(
    article: Article,
    findings: Iterable[RecognisedInitiative],
    owner: District | None,
    initiatives: Mapping[InitiativeName, Initiative],
    texts: Mapping[Address, str],
    merged: Mapping[tuple[int, str], int],
) -> list[InitiativeMention]:
    """A row for each mention of an initiative; two names of one initiative may have the same range.

    ``merged`` is the result of ``names_of_merged`` for ``initiatives``.
    """
    rows: dict[tuple[int, str, int, int], InitiativeMention] = {}
    for finding in findings:
        name = initiative_name(finding, owner)
        if name is None:
            continue
        initiative = initiatives[name]
        for mention in finding.mentions:
            printed = texts[mention.field, mention.number][mention.start : mention.end]
            rows.setdefault(
                (initiative.pk, mention.field, mention.number, mention.start),
                InitiativeMention(
                    article=article,
                    initiative=initiative,
                    field=mention.field,
                    number=mention.number,
                    start=mention.start,
                    end=mention.end,
                    merged_from_id=merged.get((initiative.pk, fold(printed))),
                ),
            )
    return list(rows.values())


def statistic_rows(article: Article, findings: Iterable[RecognisedStatistic]) -> list[Statistic]:
    """A row for each number. A number too long for its columns is not a statistic and is left out."""
    rows: dict[tuple[str, int, int], Statistic] = {}
    for finding in findings:
        if all(len(getattr(finding, name)) <= length_of(Statistic, name) for name in ("value", "unit")):
            row = Statistic(
                article=article,
                quantity=storable(finding.quantity),
                subject=finding.subject[: length_of(Statistic, "subject")],
                **{name: getattr(finding, name) for name in _SAME_NAMES},
            )
            rows.setdefault((finding.field, finding.number, finding.start), row)
    return list(rows.values())


def storable(quantity: Decimal | None) -> Decimal | None:
    """``quantity`` rounded to the digits of its column; None if it has too many before the point."""
    if quantity is None or not quantity.is_finite():
        return None
    step = Decimal(1).scaleb(-_QUANTITY.decimal_places)
    try:
        return quantity.quantize(step, context=Context(prec=_QUANTITY.max_digits))
    except InvalidOperation:
        return None


def update_findings(
    article: Article,
    before: Sequence[TextPart],
    after: Sequence[TextPart],
    lexicon: InitiativeLexicon,
    *,
    district_changed: bool,
) -> None:
    """Recognise the changed parts again; findings set by a person move with their words.

    Initiatives are recognised in the whole article, because a name quoted in one part counts in all others,
    but rows are replaced only in changed parts. If the district has changed, bare codes belong to another
    district, so they are replaced everywhere.
    """
    old, new = texts_of(before), texts_of(after)
    changed = {address for address in old.keys() | new.keys() if old.get(address) != new.get(address)}
    if not changed and not district_changed:
        return
    _update_mentions(article, old, new, changed, lexicon, district_changed)
    _update_statistics(article, old, new, changed)


def texts_of(parts: Iterable[TextPart]) -> dict[Address, str]:
    return {(part.field, part.number): part.text for part in parts}


def _update_mentions(
    article: Article,
    old: Mapping[Address, str],
    new: Mapping[Address, str],
    changed: set[Address],
    lexicon: InitiativeLexicon,
    district_changed: bool,
) -> None:
    def is_replaced(row: InitiativeMention) -> bool:
        is_code = row.initiative.kind == InitiativeKind.CODE
        return (row.field, row.number) in changed or (district_changed and is_code)

    _follow_moved_text(list(article.mentions.filter(is_curated=True)), old, new, changed)
    uncurated = article.mentions.filter(is_curated=False).select_related("initiative")
    _delete(row for row in uncurated if is_replaced(row))
    parts = [TextPart(field, number, text) for (field, number), text in new.items()]
    owner = article.district
    findings = recognised_initiatives(parts, lexicon, owner.key if owner else "")
    initiatives = resolve(name for name in (initiative_name(finding, owner) for finding in findings) if name)
    merged = names_of_merged(initiatives.values())
    rows = mention_rows(article, findings, owner, initiatives, new, merged)
    current = set(article.mentions.values_list("initiative_id", "field", "number", "start"))
    InitiativeMention.objects.bulk_create(
        [
            row
            for row in rows
            if (row.initiative_id, row.field, row.number, row.start) not in current and is_replaced(row)
        ],
        batch_size=_BATCH,
    )


def _update_statistics(
    article: Article, old: Mapping[Address, str], new: Mapping[Address, str], changed: set[Address]
) -> None:
    _follow_moved_text(list(article.statistics.filter(is_curated=True)), old, new, changed)
    uncurated = article.statistics.filter(is_curated=False)
    _delete(row for row in uncurated if (row.field, row.number) in changed)
    current = set(article.statistics.values_list("field", "number", "start"))
    parts = [TextPart(*address, text) for address, text in new.items() if address in changed]
    rows = statistic_rows(article, recognise_statistics(parts))
    Statistic.objects.bulk_create(
        [row for row in rows if (row.field, row.number, row.start) not in current], batch_size=_BATCH
    )


Finding = TypeVar("Finding", InitiativeMention, Statistic)


def _follow_moved_text(
    rows: Sequence[Finding],
    old: Mapping[Address, str],
    new: Mapping[Address, str],
    changed: set[Address],
) -> None:
    """Move each row to the nearest new occurrence of its words; delete it if there is none."""
    occupied: set[tuple[object, ...]] = set()
    leaving = [row for row in rows if (row.field, row.number) in changed]
    staying: list[Finding] = []
    for row in leaving:
        address = (row.field, row.number)
        words = old.get(address, "")[row.start : row.end]
        starts = _occurrences(words, new.get(address, ""))
        free = [start for start in starts if (_owner(row), address, start) not in occupied]
        start = min(free, key=lambda start: abs(start - row.start), default=None)
        if start is not None:
            occupied.add((_owner(row), address, start))
            row.start, row.end = start, start + len(words)
            staying.append(row)
    # All rows are deleted first: a row moved to the old place of the next one would violate uniqueness.
    _delete(leaving)
    if staying:
        type(staying[0])._default_manager.bulk_create(staying)


def _delete(rows: Iterable[InitiativeMention | Statistic]) -> None:
    rows = list(rows)
    for chunk in in_chunks(row.pk for row in rows):
        type(rows[0])._default_manager.filter(pk__in=chunk).delete()


def _owner(row: InitiativeMention | Statistic) -> object:
    return row.initiative_id if isinstance(row, InitiativeMention) else None


def _occurrences(words: str, text: str) -> list[int]:
    findings: list[int] = []
    start = text.find(words) if words else -1
    while start >= 0:
        findings.append(start)
        start = text.find(words, start + 1)
    return findings

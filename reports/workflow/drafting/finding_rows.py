"""What was recognised in an article, as rows: made with a draft, renewed where a person changed the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal, InvalidOperation
from typing import TypeVar

from reports.ingest.parsed import TextPart
from reports.knowledge import InitiativeLexicon, recognise_statistics
from reports.knowledge.findings import FoundInitiative, FoundStatistic
from reports.language.normalise import fold
from reports.models import Article, District, Initiative, InitiativeMention, Statistic
from reports.models.chunks import in_chunks
from reports.models.columns import length_of
from reports.models.initiative import InitiativeKindChoice
from reports.workflow.dictionaries.initiatives import Named, named, names_of_merged, resolve

from .recognition import recognised_initiatives

Address = tuple[str, int]
_BATCH = 500
_QUANTITY = Statistic._meta.get_field("quantity")


def mention_rows(
    article: Article,
    found: Iterable[FoundInitiative],
    owner: District | None,
    known: Mapping[Named, Initiative],
    texts: Mapping[Address, str],
    merged: Mapping[tuple[int, str], int],
) -> list[InitiativeMention]:
    """A row for each place where an initiative is named; two names of one initiative may share a place.

    ``merged`` is what ``names_of_merged`` says of those in ``known``.
    """
    rows: dict[tuple[int, str, int, int], InitiativeMention] = {}
    for one in found:
        wanted = named(one, owner)
        if wanted is None:
            continue
        initiative = known[wanted]
        for mention in one.mentions:
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


def statistic_rows(article: Article, found: Iterable[FoundStatistic]) -> list[Statistic]:
    """A row for each number. One too long for its columns is a string of digits, no figure, and left out."""
    rows: dict[tuple[str, int, int], Statistic] = {}
    for one in found:
        if any(len(getattr(one, name)) > length_of(Statistic, name) for name in ("value", "unit")):
            continue
        rows.setdefault(
            (one.field, one.number, one.start),
            Statistic(
                article=article,
                value=one.value,
                unit=one.unit,
                quantity=storable(one.quantity),
                subject=one.subject[: length_of(Statistic, "subject")],
                sentence=one.sentence,
                field=one.field,
                number=one.number,
                start=one.start,
                end=one.end,
            ),
        )
    return list(rows.values())


def storable(quantity: Decimal | None) -> Decimal | None:
    """``quantity`` in the digits of its column, or None where it needs more before the point."""
    if quantity is None or not quantity.is_finite():
        return None
    step = Decimal(1).scaleb(-_QUANTITY.decimal_places)
    try:
        return quantity.quantize(step, context=Context(prec=_QUANTITY.max_digits))
    except InvalidOperation:
        return None


def renew(
    article: Article,
    before: Sequence[TextPart],
    after: Sequence[TextPart],
    lexicon: InitiativeLexicon,
    *,
    district_changed: bool,
) -> None:
    """Recognise anew what stands in changed parts; what a person set there moves with its words.

    Initiatives are looked for in the whole article, since a name quoted in one part is known in the
    next, but rows are replaced only in parts that changed. With another district the bare codes are
    another's, so those are replaced everywhere.
    """
    old, new = texts_of(before), texts_of(after)
    changed = {address for address in old.keys() | new.keys() if old.get(address) != new.get(address)}
    if not changed and not district_changed:
        return
    _renew_mentions(article, old, new, changed, lexicon, district_changed)
    _renew_statistics(article, old, new, changed)


def texts_of(parts: Iterable[TextPart]) -> dict[Address, str]:
    return {(part.field, part.number): part.text for part in parts}


def _renew_mentions(
    article: Article,
    old: Mapping[Address, str],
    new: Mapping[Address, str],
    changed: set[Address],
    lexicon: InitiativeLexicon,
    district_changed: bool,
) -> None:
    _move_curated(list(article.mentions.filter(is_curated=True)), old, new, changed)
    stale = [
        mention.pk
        for mention in article.mentions.filter(is_curated=False).select_related("initiative")
        if (mention.field, mention.number) in changed
        or (district_changed and mention.initiative.kind == InitiativeKindChoice.CODE)
    ]
    for chunk in in_chunks(stale):
        InitiativeMention.objects.filter(pk__in=chunk).delete()
    parts = [TextPart(field, number, text) for (field, number), text in new.items()]
    owner = article.district
    found = recognised_initiatives(parts, lexicon, owner.key if owner else "")
    known = resolve(item for item in (named(one, owner) for one in found) if item)
    standing = set(article.mentions.values_list("initiative_id", "field", "number", "start"))
    InitiativeMention.objects.bulk_create(
        [
            row
            for row in mention_rows(article, found, owner, known, new, names_of_merged(known.values()))
            if (row.initiative_id, row.field, row.number, row.start) not in standing
            and (
                (row.field, row.number) in changed
                or (district_changed and row.initiative.kind == InitiativeKindChoice.CODE)
            )
        ],
        batch_size=_BATCH,
    )


def _renew_statistics(
    article: Article, old: Mapping[Address, str], new: Mapping[Address, str], changed: set[Address]
) -> None:
    _move_curated(list(article.statistics.filter(is_curated=True)), old, new, changed)
    stale = [
        pk
        for pk, *address in article.statistics.filter(is_curated=False).values_list("pk", "field", "number")
        if tuple(address) in changed
    ]
    for chunk in in_chunks(stale):
        Statistic.objects.filter(pk__in=chunk).delete()
    standing = set(article.statistics.values_list("field", "number", "start"))
    parts = [TextPart(*address, text) for address, text in new.items() if address in changed]
    Statistic.objects.bulk_create(
        [
            row
            for row in statistic_rows(article, recognise_statistics(parts))
            if (row.field, row.number, row.start) not in standing
        ],
        batch_size=_BATCH,
    )


Finding = TypeVar("Finding", InitiativeMention, Statistic)


def _move_curated(
    rows: Sequence[Finding],
    old: Mapping[Address, str],
    new: Mapping[Address, str],
    changed: set[Address],
) -> None:
    """Let each row follow its words to where they now stand, nearest first; without the words it goes."""
    taken: set[tuple[object, ...]] = set()
    leaving: list[Finding] = []
    staying: list[Finding] = []
    for row in rows:
        address = (row.field, row.number)
        if address not in changed:
            continue
        leaving.append(row)
        words = old.get(address, "")[row.start : row.end]
        free = (
            s for s in _occurrences(words, new.get(address, "")) if (_owner(row), address, s) not in taken
        )
        start = min(free, key=lambda s: abs(s - row.start), default=None)
        if start is not None:
            taken.add((_owner(row), address, start))
            row.start, row.end = start, start + len(words)
            staying.append(row)
    if leaving:
        # One that moves onto the place of the next would break uniqueness half-way: all leave first.
        model = type(leaving[0])
        for chunk in in_chunks(row.pk for row in leaving):
            model._default_manager.filter(pk__in=chunk).delete()
        model._default_manager.bulk_create(staying)


def _owner(row: InitiativeMention | Statistic) -> object:
    return row.initiative_id if isinstance(row, InitiativeMention) else None


def _occurrences(words: str, text: str) -> list[int]:
    found: list[int] = []
    start = text.find(words) if words else -1
    while start >= 0:
        found.append(start)
        start = text.find(words, start + 1)
    return found

"""Drafts from documents: recognition first, then all rows of all articles in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models, transaction
from django.utils import timezone

from reports.ingest import decode
from reports.ingest.parsed import YEAR_INFERRED, YearBasis
from reports.knowledge.findings import Place
from reports.models import Accession, Article, District, InitiativeMention, Statistic, User
from reports.models.article import State
from reports.models.chunks import in_chunks
from reports.models.event import Act
from reports.workflow.dictionaries.archive_dictionaries import Dictionaries
from reports.workflow.dictionaries.districts import get_or_create_district
from reports.workflow.dictionaries.initiatives import initiative_name, names_of_merged, resolve
from reports.workflow.events import event, record
from reports.workflow.history import PART_FIELDS, record_revisions
from reports.workflow.outbox import enqueue

from .article_rows import article_row, part_rows
from .finding_rows import mention_rows, statistic_rows, texts_of
from .recognition import RecognisedArticle, read_document

_BATCH = 500


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """Statements of the person who hands in a document.

    ``district`` becomes the main division. ``year`` and ``source`` are used if the text does not state them;
    an inferred year is not stated. With ``publish`` the articles are published at once, except those whose
    stated place is not understood.
    """

    district: Place | None = None
    year: int | None = None
    source: str = ""
    publish: bool = False
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class RecognisedAccession:
    """An accession with the articles recognised in it."""

    accession: Accession
    articles: Sequence[RecognisedArticle]
    charset: str = ""


def recognise_accession(
    accession: Accession, data: bytes, options: DraftOptions, dictionaries: Dictionaries
) -> RecognisedAccession:
    """Read the document of ``accession``; raises UnreadableDocument."""
    articles = read_document(data, accession.file_name, district=options.district, dictionaries=dictionaries)
    return RecognisedAccession(accession, articles, decode(data).charset)


def draft(
    read: Sequence[RecognisedAccession], by: User | None, options: DraftOptions
) -> dict[Accession, list[Article]]:
    """Create the articles of all accessions or of none, in one transaction and a fixed number of statements.

    Accessions that have got articles in the meantime are skipped and missing in the result. Published
    articles wait in the outbox, which the caller drains at the end.
    """
    with transaction.atomic():
        pks = [recognised.accession.pk for recognised in read]
        list(Accession.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))
        drafted_already = set(
            Article.objects.filter(accession__in=pks).values_list("accession_id", flat=True)
        )
        drafts = _create(
            [recognised for recognised in read if recognised.accession.pk not in drafted_already], by, options
        )
        published = [drafted for drafted in drafts if drafted.article.state == State.PUBLISHED]
        waiting = [drafted for drafted in drafts if drafted.article.state != State.PUBLISHED]
        for group, comment, act in (
            (published, "导入并发布", Act.PUBLISH),
            (waiting, "导入为草稿", Act.DRAFT),
        ):
            record_revisions(((drafted.article, drafted.parts) for drafted in group), by, comment)
            record(
                *(
                    event(act, by, drafted.article, after=State(drafted.article.state).label)
                    for drafted in group
                )
            )
        Accession.objects.filter(pk__in=pks).exclude(failure="").update(failure="")
        _record_charsets(read)
        if published:
            enqueue((drafted.article.pk for drafted in published), urgent=False, drain=False)
    articles: dict[Accession, list[Article]] = {}
    for drafted in drafts:
        articles.setdefault(drafted.article.accession, []).append(drafted.article)
    return articles


@dataclass(slots=True)
class _Draft:
    article: Article
    read: RecognisedArticle
    parts: list[models.Model] = field(default_factory=list)


def _create(read: Sequence[RecognisedAccession], by: User | None, options: DraftOptions) -> list[_Draft]:
    districts = _districts(read)
    drafts = [
        _Draft(_article(recognised.accession, ordinal, article, districts, by, options), article)
        for recognised in read
        for ordinal, article in enumerate(recognised.articles, 1)
    ]
    Article.objects.bulk_create([drafted.article for drafted in drafts], batch_size=_BATCH)
    for drafted in drafts:
        drafted.parts = part_rows(drafted.article, drafted.read, districts)
    for model in PART_FIELDS:
        rows = [part for drafted in drafts for part in drafted.parts if isinstance(part, model)]
        model._default_manager.bulk_create(rows, batch_size=_BATCH)
    _create_findings(drafts)
    return drafts


def _districts(read: Sequence[RecognisedAccession]) -> dict[str, District]:
    places = {
        place.key: place
        for recognised in read
        for article in recognised.articles
        for place in (article.districts.main, *article.districts.further)
        if place
    }
    districts = {
        district.key: district
        for chunk in in_chunks(places)
        for district in District.objects.filter(key__in=chunk).select_related("city")
    }
    return districts | {
        key: get_or_create_district(place) for key, place in places.items() if key not in districts
    }


def _article(
    accession: Accession,
    ordinal: int,
    read: RecognisedArticle,
    districts: Mapping[str, District],
    by: User | None,
    options: DraftOptions,
) -> Article:
    article = article_row(read, districts)
    article.accession, article.ordinal = accession, ordinal
    if options.year and article.year_basis != YearBasis.STATED:
        article.year, article.year_basis, article.year_evidence = options.year, YearBasis.SET, ""
        article.problems = [problem for problem in article.problems if problem["code"] != YEAR_INFERRED]
    article.source = article.source or options.source
    article.is_sample = options.is_sample
    if options.publish and read.is_publishable:
        article.state, article.published_by, article.published_at = State.PUBLISHED, by, timezone.now()
    return article


def _create_findings(drafts: Sequence[_Draft]) -> None:
    initiatives = resolve(
        name
        for drafted in drafts
        for recognised in drafted.read.initiatives
        if (name := initiative_name(recognised, drafted.article.district))
    )
    merged = names_of_merged(initiatives.values())
    mentions: list[InitiativeMention] = []
    statistics: list[Statistic] = []
    for drafted in drafts:
        article, read = drafted.article, drafted.read
        texts = texts_of(read.parsed.parts())
        mentions += mention_rows(article, read.initiatives, article.district, initiatives, texts, merged)
        statistics += statistic_rows(article, read.statistics)
    InitiativeMention.objects.bulk_create(mentions, batch_size=_BATCH)
    Statistic.objects.bulk_create(statistics, batch_size=_BATCH)


def _record_charsets(read: Iterable[RecognisedAccession]) -> None:
    by_charset: dict[str, list[int]] = {}
    for recognised in read:
        by_charset.setdefault(recognised.charset, []).append(recognised.accession.pk)
    for charset, pks in by_charset.items():
        Accession.objects.filter(pk__in=pks).exclude(charset=charset).update(charset=charset)

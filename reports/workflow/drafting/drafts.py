"""Drafts from documents: read, then all rows of all their articles in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError, models, transaction
from django.utils import timezone

from reports.ingest import UnreadableDocument, decode
from reports.knowledge.findings import Place
from reports.models import Accession, Article, District, InitiativeMention, Statistic, User
from reports.models.article import State
from reports.models.chunks import in_chunks
from reports.models.event import Act
from reports.workflow.dictionaries.archive_dictionaries import archive_dictionaries
from reports.workflow.dictionaries.districts import district_for
from reports.workflow.dictionaries.initiatives import named, names_of_merged, resolve
from reports.workflow.events import event, record, recording_failure
from reports.workflow.history import PART_FIELDS, record_revisions
from reports.workflow.outbox import drain_after_commit, enqueue
from reports.workflow.receiving.accessions import read_original
from reports.workflow.refusals import ReceiptRefused
from reports.workflow.roles import require_editor

from .article_rows import article_row, part_rows
from .finding_rows import mention_rows, statistic_rows, texts_of
from .recognition import Dictionaries, ReadArticle, read_document

_BATCH = 500

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """What the person who hands a document in knows about it.

    ``district`` becomes the main division. ``year`` and ``source`` fill what the text leaves open.
    With ``publish`` the articles are published at once, except those whose stated place is not understood.
    """

    district: Place | None = None
    year: int | None = None
    source: str = ""
    publish: bool = False
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class ReadAccession:
    """An accession and what was read in it, ready to be drafted."""

    accession: Accession
    articles: Sequence[ReadArticle]
    charset: str = ""


def draft_articles(
    accession: Accession,
    by: User | None = None,
    options: DraftOptions | None = None,
    data: bytes | None = None,
) -> list[Article]:
    """Make the articles of ``accession``, or return those it already has.

    A document that cannot be read leaves no half-made article: its bytes stay, the reason is kept in
    ``accession.failure`` for the desk, and UnreadableDocument is raised. Calling again tries again.
    Raises ReceiptRefused where the database will not take it.
    """
    options = options or DraftOptions()
    with recording_failure(Act.DRAFT, by, accession):
        require_editor(by)
        known = list(accession.articles.order_by("ordinal"))
        if known:
            return known
        try:
            read = read_accession(accession, options, data)
        except UnreadableDocument as error:
            note_failure(accession, str(error))
            raise
        try:
            articles = draft_many([read], by, options)
        except (DatabaseError, ValueError) as error:
            raise ReceiptRefused(note_unstorable(accession)) from error
    if options.publish:
        transaction.on_commit(drain_after_commit)
    return articles


def read_accession(
    accession: Accession,
    options: DraftOptions,
    data: bytes | None = None,
    dictionaries: Dictionaries | None = None,
) -> ReadAccession:
    """Read the document of ``accession``; raises UnreadableDocument."""
    if data is None:
        data = read_original(accession)
    articles = read_document(
        data,
        accession.file_name,
        district=options.district,
        dictionaries=dictionaries or archive_dictionaries(),
    )
    return ReadAccession(accession, articles, decode(data).charset)


def note_failure(accession: Accession, failure: str) -> None:
    Accession.objects.filter(pk=accession.pk).update(failure=failure)
    accession.failure = failure


def note_unstorable(accession: Accession) -> str:
    """Called while a database error is being handled: the log gets the cause, the desk the fact."""
    logger.exception("无法入库：%s", accession)
    failure = "报道无法存入数据库，原因已记入日志；原件已保留。"
    note_failure(accession, failure)
    return failure


def draft_many(read: Sequence[ReadAccession], by: User | None, options: DraftOptions) -> list[Article]:
    """Make the articles of several accessions in one transaction and a fixed number of statements.

    Accessions that got their articles in the meantime are left alone. Either all are made or none.
    Published ones wait in the outbox: whoever calls drains it when there is nothing more to come.
    """
    with transaction.atomic():
        pks = [one.accession.pk for one in read]
        list(Accession.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))
        done = set(Article.objects.filter(accession__in=pks).values_list("accession_id", flat=True))
        drafts = _create([one for one in read if one.accession.pk not in done], by, options)
        published = [draft for draft in drafts if draft.article.state == State.PUBLISHED]
        waiting = [draft for draft in drafts if draft.article.state != State.PUBLISHED]
        for made, comment, act in (
            (published, "导入并发布", Act.PUBLISH),
            (waiting, "导入为草稿", Act.DRAFT),
        ):
            record_revisions(((draft.article, draft.parts) for draft in made), by, comment)
            record(*(event(act, by, draft.article, after=State(draft.article.state).label) for draft in made))
        Accession.objects.filter(pk__in=pks).exclude(failure="").update(failure="")
        for one in read:
            one.accession.failure = ""
        _note_charsets(read)
        if published:
            enqueue((draft.article.pk for draft in published), urgent=False, drain=False)
    return [draft.article for draft in drafts]


@dataclass(slots=True)
class _Draft:
    article: Article
    read: ReadArticle
    parts: list[models.Model] = field(default_factory=list)


def _create(read: Sequence[ReadAccession], by: User | None, options: DraftOptions) -> list[_Draft]:
    districts = _districts(read)
    drafts = [
        _Draft(_article(one.accession, ordinal, article, districts, by, options), article)
        for one in read
        for ordinal, article in enumerate(one.articles, 1)
    ]
    Article.objects.bulk_create([draft.article for draft in drafts], batch_size=_BATCH)
    for draft in drafts:
        draft.parts = part_rows(draft.article, draft.read, districts)
    for model in PART_FIELDS:
        rows = [part for draft in drafts for part in draft.parts if isinstance(part, model)]
        model._default_manager.bulk_create(rows, batch_size=_BATCH)
    _create_findings(drafts)
    return drafts


def _districts(read: Sequence[ReadAccession]) -> dict[str, District]:
    places = {
        place.key: place
        for one in read
        for article in one.articles
        for place in (article.districts.main, *article.districts.others)
        if place
    }
    districts = {
        district.key: district
        for chunk in in_chunks(places)
        for district in District.objects.filter(key__in=chunk).select_related("city")
    }
    return districts | {key: district_for(place) for key, place in places.items() if key not in districts}


def _article(
    accession: Accession,
    ordinal: int,
    read: ReadArticle,
    districts: Mapping[str, District],
    by: User | None,
    options: DraftOptions,
) -> Article:
    article = article_row(read, districts)
    article.accession, article.ordinal = accession, ordinal
    article.year = article.year or options.year
    article.source = article.source or options.source
    article.is_sample = options.is_sample
    if options.publish and read.is_publishable:
        article.state, article.published_by, article.published_at = State.PUBLISHED, by, timezone.now()
    return article


def _create_findings(drafts: Sequence[_Draft]) -> None:
    known = resolve(
        wanted
        for draft in drafts
        for found in draft.read.initiatives
        if (wanted := named(found, draft.article.district))
    )
    merged = names_of_merged(known.values())
    InitiativeMention.objects.bulk_create(
        [
            row
            for draft in drafts
            for row in mention_rows(
                draft.article,
                draft.read.initiatives,
                draft.article.district,
                known,
                texts_of(draft.read.parsed.parts()),
                merged,
            )
        ],
        batch_size=_BATCH,
    )
    Statistic.objects.bulk_create(
        [row for draft in drafts for row in statistic_rows(draft.article, draft.read.statistics)],
        batch_size=_BATCH,
    )


def _note_charsets(read: Iterable[ReadAccession]) -> None:
    by_charset: dict[str, list[int]] = {}
    for one in read:
        by_charset.setdefault(one.charset, []).append(one.accession.pk)
    for charset, pks in by_charset.items():
        Accession.objects.filter(pk__in=pks).exclude(charset=charset).update(charset=charset)

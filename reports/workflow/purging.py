"""Purges an article or a whole document that should not have been received: permanent deletion.

Rows, history and outbox row go in one transaction, the bytes of the original right after it; index and
database file are cleared by :mod:`reports.workflow.clearing`. What stays is the :class:`Purge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model, QuerySet

from reports.models import (
    Accession,
    Article,
    Initiative,
    InitiativeMention,
    OutboxRow,
    Purge,
    Statistic,
    User,
)
from reports.models.article import State
from reports.models.chunks import in_chunks
from reports.models.event import Act
from reports.models.field_labels import length_of
from reports.models.purge import PurgeKind

from .account_roles import require_administrator
from .events import event, record, record_failure_of
from .history import PART_FIELDS, delete_history
from .outbox import enqueue
from .purge_records import discard_originals, purge_container
from .receiving.file_names import clean_file_name
from .refusals import PurgeRefused
from .review.revisions import revisions

_MAX_SAME_HEADLINE_SHOWN = 20


@dataclass(frozen=True, slots=True)
class PurgePlan:
    """What a purge would delete, shown before it is confirmed.

    ``remaining_articles`` are other articles of the same document; they lose their original.
    ``same_headline`` are articles of other documents with the same headline; they stay.
    """

    accession: Accession
    articles: Sequence[Article]
    remaining_articles: Sequence[Article]
    parts: int
    findings: int
    revisions: int
    initiatives: Sequence[str]
    same_headline: Sequence[Article]


def plan_purge(article: Article) -> PurgePlan:
    return _plan(article.accession, Article.objects.filter(pk=article.pk))


def plan_accession_purge(accession: Accession) -> PurgePlan:
    return _plan(accession, accession.articles.order_by("ordinal"))


def purge(article: Article, by: User, reason: str, *, drain: bool = True) -> Purge:
    """Delete ``article`` and its original permanently; return the purge record.

    Other articles of the same original stay, but the original is deleted, because it contains the text. A
    second purge returns the first record. With ``drain`` index and database file are cleared after the
    commit; without it the caller must call ``drain_or_tell``. Raises PurgeRefused, RoleRefused.
    """
    with record_failure_of(Act.PURGE, by, article), transaction.atomic():
        reason = _checked_reason(by, reason)
        if earlier := Purge.objects.filter(article_id=article.pk).first():
            return earlier
        accession = _locked(article.accession_id)
        articles_to_remove = accession.articles.filter(pk=article.pk)
        if not articles_to_remove.exists():
            raise PurgeRefused("没有这篇报道，可能已被删除。")
        purges = _remove(accession, articles_to_remove, by, reason, drain=drain)
        if not accession.articles.exists():
            _remove_accession(accession)
        else:
            # File names often repeat the headline, so the name is replaced.
            accession.file_name = clean_file_name(f"上传件{accession.pk}")
            accession.save(update_fields=["file_name"])
    return purges[0]


def purge_accession(accession: Accession, by: User, reason: str, *, drain: bool = True) -> Purge:
    """Delete a document, its original and all its articles permanently; return the purge record.

    A document that could not be read can be purged as well. Raises PurgeRefused for a container, whose
    members are purged one by one, RoleRefused.
    """
    with record_failure_of(Act.PURGE, by, accession), transaction.atomic():
        reason = _checked_reason(by, reason)
        if earlier := Purge.objects.filter(kind=PurgeKind.ACCESSION, accession_id=accession.pk).first():
            return earlier
        row = _locked(accession.pk)
        if row.members.exists():
            raise PurgeRefused("这是压缩包或清单，请逐份删除其中的文件。")
        articles_to_remove = row.articles.order_by("ordinal")
        (purge_of_accession, *_) = _remove(row, articles_to_remove, by, reason, drain=drain, whole=True)
        _remove_accession(row)
    return purge_of_accession


def _checked_reason(by: User, reason: str) -> str:
    require_administrator(by)
    reason = reason.strip()
    if not reason:
        raise PurgeRefused("请填写彻底删除的原因。")
    if len(reason) > (limit := length_of(Purge, "reason")):
        raise PurgeRefused(f"原因最多{limit}字。")
    return reason


def _locked(accession_id: int) -> Accession:
    """The document, locked until the transaction ends, so that two purges of its articles do not overlap."""
    row = Accession.objects.select_for_update(of=("self",)).filter(pk=accession_id).first()
    if row is None:
        raise PurgeRefused("没有这份文件，可能已被删除。")
    return row


def _remove(
    accession: Accession,
    articles_to_remove: QuerySet[Article],
    by: User,
    reason: str,
    *,
    drain: bool,
    whole: bool = False,
) -> list[Purge]:
    """Delete the rows of ``articles_to_remove``, replace their outbox rows, and return the purge records."""
    articles = list(articles_to_remove)
    ids = [article.pk for article in articles]
    unnamed_initiatives = list(_named_only_in(articles_to_remove).values_list("pk", flat=True))
    purges = [
        *([_purge_record(PurgeKind.ACCESSION, accession, by, reason)] if whole else []),
        *(_purge_record(PurgeKind.ARTICLE, accession, by, reason, article) for article in articles),
    ]
    Purge.objects.bulk_create(purges)
    record(
        *([event(Act.PURGE, by, accession)] if whole else []),
        *(
            event(Act.PURGE, by, article, before=State(article.state).label, after="已彻底删除")
            for article in articles
        ),
    )
    # Outbox rows do not refer to the articles, so they remain after the articles are deleted.
    OutboxRow.objects.filter(article_id__in=articles_to_remove.values("pk")).delete()
    enqueue(ids, drain=drain)
    delete_history(ids)
    articles_to_remove.delete()
    for initiatives in in_chunks(unnamed_initiatives):
        Initiative.objects.filter(pk__in=initiatives).delete()
    discarded = [accession.sha256]
    if accession.container is not None:
        purge_container(accession.container, purges[0])
        discarded.append(accession.container.sha256)
    # A failure here does not undo the purge: clearing tries again.
    transaction.on_commit(lambda: discard_originals(discarded), robust=True)
    return purges


def _purge_record(
    kind: PurgeKind, accession: Accession, by: User, reason: str, article: Article | None = None
) -> Purge:
    return Purge(
        kind=kind,
        article_id=article.pk if article else None,
        accession_id=accession.pk,
        sha256=accession.sha256,
        was_public=article is not None and article.published_at is not None,
        purged_by=by,
        reason=reason,
    )


def _remove_accession(accession: Accession) -> None:
    container = accession.container
    accession.delete()
    if container is not None and not container.members.exists():
        container.delete()


def _named_only_in(articles: QuerySet[Article]) -> QuerySet[Initiative]:
    """Initiatives recognised only in these articles; those set by a person are excluded."""
    named_here = Initiative.objects.filter(
        mentions__article__in=articles.values("pk"),
        is_curated=False,
        merged__isnull=True,
        merged_into__isnull=True,
    )
    named_elsewhere = InitiativeMention.objects.filter(initiative__in=named_here.values("pk"))
    named_elsewhere = named_elsewhere.exclude(article__in=articles.values("pk"))
    return named_here.exclude(pk__in=named_elsewhere.values("initiative")).distinct()


def _plan(accession: Accession, articles_to_remove: QuerySet[Article]) -> PurgePlan:
    articles = list(articles_to_remove)
    return PurgePlan(
        accession=accession,
        articles=articles,
        remaining_articles=list(
            accession.articles.exclude(pk__in=articles_to_remove.values("pk")).order_by("ordinal")
        ),
        parts=sum(_count(model, articles_to_remove) for model in PART_FIELDS),
        findings=_count(Statistic, articles_to_remove) + _count(InitiativeMention, articles_to_remove),
        revisions=sum(len(revisions(article)) for article in articles),
        initiatives=sorted(_named_only_in(articles_to_remove).values_list("name", flat=True)),
        same_headline=list(
            Article.objects.filter(headline__in=articles_to_remove.values("headline"))
            .exclude(accession=accession)
            .order_by("pk")[:_MAX_SAME_HEADLINE_SHOWN]
        ),
    )


def _count(model: type[Model], articles: QuerySet[Article]) -> int:
    return model._default_manager.filter(article__in=articles.values("pk")).count()

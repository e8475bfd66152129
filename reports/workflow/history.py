"""The history of all changes in django-reversion: one revision per action, with person and comment.

A revision contains the article's head and its parts. Findings are left out, because they follow from the
text. Reversion's own revert is never used, because it would bypass numbers, findings and index:
:func:`reports.workflow.revert` edits the article back instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import reversion
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import models
from django.utils import timezone
from reversion.models import Revision, Version

from reports.models import Article, ArticleDistrict, Contributor, Figure, PullQuote, Section, User
from reports.models.chunks import in_chunks

ARTICLE_FIELDS = (
    "kicker",
    "headline",
    "deck",
    "lead",
    "district",
    "year",
    "year_basis",
    "year_evidence",
    "published_on",
    "source",
    "page_label",
    "state",
    "version",
    "withdrawal_reason",
)
PART_FIELDS: dict[type[models.Model], tuple[str, ...]] = {
    Section: ("article", "number", "position", "heading", "body"),
    Figure: ("article", "number", "position", "kind", "caption", "credit", "image"),
    PullQuote: ("article", "position", "text"),
    Contributor: ("article", "position", "name", "role"),
    ArticleDistrict: ("article", "district"),
}
_PART_NAMES = ("sections", "figures", "pull_quotes", "contributors", "further_districts")
_BATCH = 200


def register() -> None:
    """Register the models with reversion; called once when the application is ready."""
    if reversion.is_registered(Article):
        return
    for model, names in PART_FIELDS.items():
        reversion.register(model, fields=names)
    reversion.register(Article, fields=ARTICLE_FIELDS, follow=_PART_NAMES)


def parts_of(article: Article) -> list[models.Model]:
    return [part for name in _PART_NAMES for part in getattr(article, name).all()]


def record_revisions(
    articles: Iterable[tuple[Article, Sequence[models.Model]]], by: User | None, comment: str
) -> None:
    """Add one revision of each article with its present parts, in a fixed number of statements."""
    types = ContentType.objects.get_for_models(Article, *PART_FIELDS)
    made_at = timezone.now()
    articles = list(articles)
    revisions = Revision.objects.bulk_create(
        [Revision(date_created=made_at, user=by, comment=comment) for _ in articles], batch_size=_BATCH
    )
    Version.objects.bulk_create(
        [
            _version(revision, obj, types[type(obj)])
            for revision, (article, parts) in zip(revisions, articles, strict=True)
            for obj in (article, *parts)
        ],
        batch_size=_BATCH,
    )


def _version(revision: Revision, obj: models.Model, content_type: ContentType) -> Version:
    names = ARTICLE_FIELDS if isinstance(obj, Article) else PART_FIELDS[type(obj)]
    return Version(
        revision=revision,
        content_type=content_type,
        object_id=str(obj.pk),
        db=obj._state.db or "default",
        format="json",
        serialized_data=serializers.serialize("json", (obj,), fields=names),
        object_repr=str(obj),
    )


def delete_history(article_ids: Sequence[int]) -> None:
    """Delete the whole history of deleted articles, and nothing of other articles."""
    owners = {str(pk) for pk in article_ids}
    types = ContentType.objects.get_for_models(Article, *PART_FIELDS)
    heads = Version.objects.filter(content_type=types[Article])
    revision_ids: dict[int, None] = {}
    for chunk in in_chunks(owners):
        revisions_of_articles = (
            heads.filter(object_id__in=chunk).values_list("revision_id", flat=True).distinct()
        )
        revision_ids.update(dict.fromkeys(revisions_of_articles))
    for batch in in_chunks(revision_ids, _BATCH):
        revisions_and_articles = heads.filter(revision_id__in=batch).values_list("revision_id", "object_id")
        shared = {revision for revision, owner in revisions_and_articles if owner not in owners}
        _delete_versions_of(shared, owners)
        Revision.objects.filter(pk__in=[pk for pk in batch if pk not in shared]).delete()


def _delete_versions_of(revision_ids: Iterable[int], owners: set[str]) -> None:
    """Delete the articles ``owners`` from revisions that also contain other articles."""
    for version in Version.objects.filter(revision_id__in=list(revision_ids)):
        is_head = version._model is Article
        owner = version.object_id if is_head else str(version.field_dict.get("article_id"))
        if owner in owners:
            version.delete()

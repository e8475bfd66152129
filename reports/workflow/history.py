"""History of every change, kept by django-reversion: one revision an action, with who and why.

A revision holds the article's head and its parts. Findings are left out: they follow from the text.
Nothing is ever reverted through reversion itself, which would go past numbers, findings and index;
:func:`reports.workflow.restoring.restore` edits the article back instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reversion
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import models
from django.utils import timezone
from reversion.models import Revision, Version

from reports.models import Article, ArticleDistrict, Contributor, District, Figure, PullQuote, Section, User
from reports.models.chunks import in_chunks

from .content import EditedArticle, EditedContributor, EditedFigure, EditedSection

ARTICLE_FIELDS = (
    "kicker",
    "headline",
    "deck",
    "lead",
    "district",
    "year",
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


@dataclass(frozen=True, slots=True)
class ArticleRevision:
    """One entry of an article's history. ``made_by`` is empty where the command line acted."""

    id: int
    article_id: int
    made_at: datetime
    made_by: str
    comment: str


def register() -> None:
    """Tell reversion what to keep; called once when the application is ready."""
    if reversion.is_registered(Article):
        return
    for model, names in PART_FIELDS.items():
        reversion.register(model, fields=names)
    reversion.register(Article, fields=ARTICLE_FIELDS, follow=_PART_NAMES)


@contextmanager
def recorded(article: Article, by: User | None, comment: str) -> Iterator[None]:
    """One revision of ``article`` with all its parts, as they are when the block ends."""
    with reversion.create_revision(manage_manually=True):
        reversion.set_user(by)
        reversion.set_comment(comment)
        yield
        reversion.add_to_revision(article)


def record_many(
    aggregates: Iterable[tuple[Article, Sequence[models.Model]]], by: User | None, comment: str
) -> None:
    """The first revision of each article, in a handful of statements for any number of them.

    Does what :func:`recorded` does one by one. The parts are handed in, so nothing is read back.
    """
    types = ContentType.objects.get_for_models(Article, *PART_FIELDS)
    made_at = timezone.now()
    aggregates = list(aggregates)
    revisions = Revision.objects.bulk_create(
        [Revision(date_created=made_at, user=by, comment=comment) for _ in aggregates], batch_size=_BATCH
    )
    Version.objects.bulk_create(
        [
            _version(revision, obj, types[type(obj)])
            for revision, (article, parts) in zip(revisions, aggregates, strict=True)
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


def revisions(article: Article) -> list[ArticleRevision]:
    """The history of ``article``, newest first."""
    rows = (
        Version.objects.get_for_object(article)
        .order_by("-revision_id")
        .values_list("revision_id", "revision__date_created", "revision__user__username", "revision__comment")
    )
    return [ArticleRevision(pk, article.pk, at, name or "", comment) for pk, at, name, comment in rows]


def revision_of(article: Article, revision_id: int) -> ArticleRevision | None:
    """The entry with that number, if it is one of this article's."""
    return next((entry for entry in revisions(article) if entry.id == revision_id), None)


@dataclass(frozen=True, slots=True)
class PastArticle:
    """An article as one revision holds it."""

    content: EditedArticle
    state: str
    images: dict[int, str]


def past_article(revision: ArticleRevision) -> PastArticle:
    """Read a revision back. Raises Version.DoesNotExist where it holds no such article."""
    rows: dict[type[models.Model] | None, list[dict[str, Any]]] = defaultdict(list)
    for version in Version.objects.filter(revision_id=revision.id).order_by("pk"):
        row = version.field_dict
        owner = version.object_id if version._model is Article else str(row.get("article_id"))
        if owner == str(revision.article_id):
            rows[version._model].append(row)
    if not rows[Article]:
        raise Version.DoesNotExist(f"revision {revision.id} holds no article {revision.article_id}")
    head = rows[Article][0]
    keys = dict(
        District.objects.filter(
            pk__in=[
                pk
                for pk in (head["district_id"], *(row["district_id"] for row in rows[ArticleDistrict]))
                if pk
            ]
        ).values_list("pk", "key")
    )
    content = EditedArticle(
        **{
            name: head[name]
            for name in ("version", "headline", "kicker", "deck", "lead", "year", "published_on")
        },
        source=head["source"],
        page_label=head["page_label"],
        district=keys.get(head["district_id"], ""),
        further_districts=tuple(
            keys[row["district_id"]] for row in rows[ArticleDistrict] if row["district_id"] in keys
        ),
        sections=tuple(
            EditedSection(row["number"], row["heading"], row["body"]) for row in _in_order(rows[Section])
        ),
        figures=tuple(
            EditedFigure(row["number"], row["caption"], row["credit"], row["kind"])
            for row in _in_order(rows[Figure])
        ),
        pull_quotes=tuple(row["text"] for row in _in_order(rows[PullQuote])),
        contributors=tuple(
            EditedContributor(row["name"], row["role"]) for row in _in_order(rows[Contributor])
        ),
    )
    return PastArticle(content, head["state"], {row["number"]: row["image"] for row in rows[Figure]})


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["position"], row.get("number", 0)))


def forget(article_ids: Sequence[int]) -> None:
    """Remove the whole history of articles that are themselves removed, and nothing of any other's."""
    owners = {str(pk) for pk in article_ids}
    types = ContentType.objects.get_for_models(Article, *PART_FIELDS)
    heads = Version.objects.filter(content_type=types[Article])
    revision_ids: dict[int, None] = {}
    for chunk in in_chunks(owners):
        found = heads.filter(object_id__in=chunk).values_list("revision_id", flat=True).distinct()
        revision_ids.update(dict.fromkeys(found))
    for batch in in_chunks(revision_ids, _BATCH):
        held = heads.filter(revision_id__in=batch).values_list("revision_id", "object_id")
        shared = {revision for revision, owner in held if owner not in owners}
        _forget_in(shared, owners)
        Revision.objects.filter(pk__in=[pk for pk in batch if pk not in shared]).delete()


def _forget_in(revision_ids: Iterable[int], owners: set[str]) -> None:
    """Take the articles ``owners`` out of revisions that hold other articles as well."""
    for version in Version.objects.filter(revision_id__in=list(revision_ids)):
        is_head = version._model is Article
        owner = version.object_id if is_head else str(version.field_dict.get("article_id"))
        if owner in owners:
            version.delete()

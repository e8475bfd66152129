"""The history of an article read back: its revisions, and what the article said in each of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from reversion.models import Version

from reports.models import Article, ArticleDistrict, Contributor, District, Figure, PullQuote, Section

from .content import EditedArticle, EditedContributor, EditedFigure, EditedSection


@dataclass(frozen=True, slots=True)
class ArticleRevision:
    """One entry of an article's history. ``made_by`` is empty where the command line acted."""

    id: int
    article_id: int
    made_at: datetime
    made_by: str
    comment: str


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

"""Reads the history of an article: its revisions, and the content of the article in each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reversion.models import Version

from reports.models import Article, ArticleDistrict, Contributor, District, Figure, PullQuote, Section

from .content import EditedArticle, content_from


@dataclass(frozen=True, slots=True)
class ArticleRevision:
    """One entry of an article's history. ``made_by`` is empty if the command line acted."""

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


@dataclass(frozen=True, slots=True)
class ArticleAtRevision:
    """State and content of an article in one revision."""

    content: EditedArticle
    state: str
    images: dict[int, str]
    year_basis: tuple[str, str]
    """Basis and evidence of the year."""


def article_at(revision: ArticleRevision) -> ArticleAtRevision:
    """Read a revision. Raises Version.DoesNotExist if it does not contain the article."""
    rows: dict[Any, list[Any]] = defaultdict(list)
    for version in Version.objects.filter(revision_id=revision.id).order_by("pk"):
        fields = version.field_dict
        owner = version.object_id if version._model is Article else str(fields.get("article_id"))
        if owner == str(revision.article_id):
            rows[version._model].append(version._model(**fields))
    if not rows[Article]:
        raise Version.DoesNotExist(f"revision {revision.id} holds no article {revision.article_id}")
    head: Article = rows[Article][0]
    further = [row.district_id for row in rows[ArticleDistrict]]
    districts = District.objects.filter(pk__in=[pk for pk in (head.district_id, *further) if pk])
    keys = dict(districts.values_list("pk", "key"))
    content = content_from(
        head,
        keys.get(head.district_id or 0, ""),
        (keys[pk] for pk in further if pk in keys),
        *(sorted(rows[model], key=_position) for model in (Section, Figure, PullQuote, Contributor)),
    )
    images = {figure.number: figure.image for figure in rows[Figure]}
    return ArticleAtRevision(content, head.state, images, (head.year_basis, head.year_evidence))


def _position(part: Any) -> int:
    position: int = part.position
    return position

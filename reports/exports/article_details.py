"""What a row says of an article beside what a hit shows: its citation, and the further districts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from reports.models import Article, ArticleDistrict
from reports.search import labels

from .citation import cited_article

_CITED = ("headline", "deck", "source", "published_on", "year", "year_basis", "page_label", "is_sample")


@dataclass(frozen=True, slots=True)
class ArticleDetails:
    citation: str = ""
    further_districts: tuple[str, ...] = ()


def details_of(article_ids: Collection[int], base_url: str, accessed: date) -> dict[int, ArticleDetails]:
    """Article id -> its details; three queries. ``base_url`` has no slash at the end."""
    further: dict[int, list[str]] = {}
    rows = ArticleDistrict.objects.filter(article_id__in=article_ids).order_by("id")
    for article_id, name, city in rows.values_list("article_id", "district__name", "district__city__name"):
        further.setdefault(article_id, []).append(labels.district(name, city))
    articles = Article.objects.filter(pk__in=article_ids).only(*_CITED).prefetch_related("contributors")
    return {
        article.pk: ArticleDetails(
            cited_article(article, base_url + reverse("article", args=[article.pk])).text(accessed),
            tuple(further.get(article.pk, ())),
        )
        for article in articles.order_by()
    }

"""The fields of articles for haystack."""

from __future__ import annotations

from django.db.models import QuerySet
from haystack import indexes

from reports.models import Article
from reports.search.indexing.index_documents import published_articles


class ArticleIndex(indexes.SearchIndex, indexes.Indexable):  # type: ignore[misc]
    """The fields that a ``SearchQuerySet`` may name. ``indexing/index_documents.py`` says what is indexed."""

    text = indexes.CharField(document=True)
    headline = indexes.CharField()
    heading = indexes.CharField()
    figure = indexes.CharField()
    author = indexes.CharField()
    district = indexes.MultiValueField()
    named = indexes.MultiValueField()
    initiative = indexes.MultiValueField()
    year = indexes.IntegerField(null=True)
    source = indexes.CharField(null=True)
    published_on = indexes.DateField(null=True)

    def get_model(self) -> type[Article]:
        return Article

    def index_queryset(self, using: str | None = None) -> QuerySet[Article]:
        return published_articles()

    def read_queryset(self, using: str | None = None) -> QuerySet[Article]:
        return Article.objects.published()

    def load_all_queryset(self) -> QuerySet[Article]:
        return Article.objects.published()

"""The rows of the outbox: one says that the index has to take an article in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from reports.models import Article, InitiativeMention, OutboxRow
from reports.models.chunks import CHUNK, in_chunks


def note(article_ids: Iterable[int], *, urgent: bool = True) -> None:
    """Note that the index has to take these articles in; call it inside the changing transaction."""
    told = list(article_ids)
    rows = [OutboxRow(article_id=article_id, urgent=urgent) for article_id in told]
    rows += [OutboxRow(article_id=article_id, urgent=False) for article_id in named_alike(told)]
    OutboxRow.objects.bulk_create(rows, batch_size=CHUNK)


def named_alike(article_ids: Sequence[int]) -> set[int]:
    """Other published articles whose entry in the index may change with these.

    It holds what a merged initiative was called as long as some published article calls it so.
    """
    initiatives: set[int] = set()
    for chunk in in_chunks(article_ids):
        mentions = InitiativeMention.objects.filter(article__in=chunk, merged_from__isnull=False)
        initiatives.update(mentions.values_list("initiative_id", flat=True).order_by().distinct())
    articles: set[int] = set()
    for chunk in in_chunks(initiatives):
        naming = Article.objects.published().filter(mentions__initiative__in=chunk)
        articles.update(naming.values_list("pk", flat=True).order_by())
    return articles.difference(article_ids)


def waiting_rows() -> QuerySet[OutboxRow]:
    """Rows to take in, urgent ones first; without those of articles that could not be indexed."""
    return OutboxRow.objects.filter(failure="").order_by("-urgent", "id")


def urgent_rows() -> QuerySet[OutboxRow]:
    return waiting_rows().filter(urgent=True)


def delete_rows(rows: Iterable[int]) -> None:
    for chunk in in_chunks(rows):
        OutboxRow.objects.filter(pk__in=chunk).delete()


def indexing_notice(article: Article) -> str:
    """A sentence for the user while the index has not yet taken in a change of ``article``; else empty."""
    rows = OutboxRow.objects.filter(article_id=article.pk)
    if rows.exclude(failure="").exists():
        return (
            "修改已保存，但这篇报道未能编入索引，检索到的还是原来的内容。原因见审核台的提示，请告知管理员。"
        )
    if rows.exists():
        return "修改已保存，检索结果稍后更新。"
    return ""

"""The sample articles: published into an empty archive, and removed again completely."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from reports.models import Accession, Article, Initiative, OutboxRow, User
from reports.models.chunks import in_chunks
from reports.models.event import Act
from reports.workflow import originals
from reports.workflow.account_roles import require_editor
from reports.workflow.drafting.drafts import DraftOptions
from reports.workflow.events import event, record, record_failure_of
from reports.workflow.history import delete_history
from reports.workflow.outbox import drain_or_tell, enqueue

from .incoming import files_at
from .receive import receive
from .results import ReceiptSummary


def load_samples(folder: Path, by: User | None = None) -> tuple[ReceiptSummary, str]:
    """Publish every text in ``folder`` as a sample; existing documents are not changed.

    Returns the summary, and a sentence if the index is not up to date yet.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".txt", ".md"})
    summary = ReceiptSummary(is_publishing=True)
    for result in receive(files_at(paths), by, DraftOptions(publish=True, is_sample=True)):
        summary.add(result)
    return summary, drain_or_tell()


def remove_samples(by: User | None = None, *, drain: bool = True) -> int:
    """Delete the samples, their originals, their history and the initiatives that only they name.

    Returns the number of deleted articles. A document that also has an article that is not a sample stays.
    With ``drain`` the index follows after the commit; without it the caller must call ``drain_or_tell``.
    Raises RoleRefused.
    """
    with record_failure_of(Act.REMOVE_SAMPLE, by), transaction.atomic():
        require_editor(by)
        samples = Article.objects.samples()
        article_ids = list(samples.values_list("pk", flat=True))
        documents = Accession.objects.filter(articles__is_sample=True).exclude(articles__is_sample=False)
        sha256s = dict(documents.distinct().values_list("pk", "sha256"))
        initiatives = set(
            Initiative.objects.filter(mentions__article__in=samples).values_list("pk", flat=True)
        )
        # Outbox rows do not refer to the articles, so they remain after the articles are deleted.
        OutboxRow.objects.filter(article_id__in=samples.values("pk")).delete()
        enqueue(article_ids, drain=drain)
        record(*(event(Act.REMOVE_SAMPLE, by, on=Article(pk=pk)) for pk in article_ids))
        delete_history(article_ids)
        samples.delete()
        for chunk in in_chunks(sha256s):
            Accession.objects.filter(pk__in=chunk, members__isnull=True).delete()
        unused = Initiative.objects.filter(
            is_curated=False, mentions__isnull=True, merged__isnull=True, merged_into__isnull=True
        )
        for chunk in in_chunks(initiatives):
            unused.filter(pk__in=chunk).delete()
    for sha256 in sha256s.values():
        if not Accession.objects.filter(sha256=sha256).exists():
            originals.delete(sha256)
    return len(article_ids)

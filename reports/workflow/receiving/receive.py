"""Receives documents, for the desk and the command: opens, stores, recognises and drafts them in batches."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import DatabaseError

from reports.ingest import UnreadableDocument
from reports.models import Accession, Article, User
from reports.models.event import Act, Result, Subject
from reports.workflow.account_roles import require_editor
from reports.workflow.dictionaries.archive_dictionaries import archive_dictionaries
from reports.workflow.drafting.drafts import DraftOptions, RecognisedAccession, draft, recognise_accession
from reports.workflow.events import event, record, record_failure_of
from reports.workflow.refusals import ReceiptRefused
from reports.workflow.review.states import publish_drafts

from .accessions import store_documents
from .documents import IncomingDocument
from .incoming import IncomingFile, documents_in
from .results import DocumentResult, Outcome, drafted_result, existing_result

BATCH = 100
_BATCH_BYTES = 16 << 20

logger = logging.getLogger(__name__)


def receive(
    files: Iterable[IncomingFile], by: User | None = None, options: DraftOptions | None = None
) -> Iterator[DocumentResult]:
    """Receive every document of ``files``; yield the result of each, in order, when its batch is completed.

    A batch is received when its first result is read. The caller may stop at any point: the same files given
    again continue there, because existing documents are only looked up. Published articles wait in the
    outbox, which the caller drains at the end. Raises RoleRefused.
    """
    with record_failure_of(Act.RECEIVE, by, Subject.ACCESSION):
        require_editor(by)
    return (
        result
        for batch in _batches(documents_in(files, by))
        for result in _receive_batch(batch, by, options or DraftOptions())
    )


def _batches(documents: Iterator[IncomingDocument]) -> Iterator[list[IncomingDocument]]:
    batch: list[IncomingDocument] = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(document.data)
        if len(batch) >= BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _receive_batch(
    batch: Sequence[IncomingDocument], by: User | None, options: DraftOptions
) -> Iterator[DocumentResult]:
    with record_failure_of(Act.RECEIVE, by, Subject.ACCESSION):
        accessions = _store(batch, by)
    documents = {
        row: document for row, document in zip(accessions, batch, strict=True) if isinstance(row, Accession)
    }
    existing = _articles_of(documents)
    read, failures = _read({row: documents[row] for row in documents if row not in existing}, options)
    drafted, unstorable = _draft(read, by, options)
    failures |= unstorable
    _record_failures(failures, by)
    # Another process has drafted the others meanwhile.
    existing |= _articles_of(documents.keys() - existing.keys() - drafted.keys() - failures.keys())
    for document, row in zip(batch, accessions, strict=True):
        if isinstance(row, ReceiptRefused):
            yield DocumentResult(document.label, Outcome.REFUSED, row.message)
        elif row in failures:
            yield DocumentResult(document.label, Outcome.UNREADABLE, f"{failures[row]}原件已保留。")
        elif row in drafted:
            # If the same bytes occur twice in the batch, the second document is an existing one.
            existing[row] = drafted.pop(row)
            yield drafted_result(document, existing[row])
        else:
            published = publish_drafts(row, by) if options.publish else []
            yield existing_result(document, row, existing[row], published)


def _store(batch: Sequence[IncomingDocument], by: User | None) -> list[Accession | ReceiptRefused]:
    sound = iter(store_documents([document for document in batch if not document.error], by))
    results = [ReceiptRefused(document.error) if document.error else next(sound) for document in batch]
    refused = sum(isinstance(row, ReceiptRefused) for row in results)
    record(*(event(Act.RECEIVE, by, Subject.ACCESSION, result=Result.REFUSED) for _ in range(refused)))
    return results


def _articles_of(rows: Iterable[Accession]) -> dict[Accession, list[Article]]:
    by_pk = {row.pk: row for row in rows}
    articles_of: dict[Accession, list[Article]] = {}
    articles = Article.objects.filter(accession__in=by_pk).order_by("ordinal")
    for article in articles.only("accession", "headline", "state", "problems"):
        articles_of.setdefault(by_pk[article.accession_id], []).append(article)
    return articles_of


def _read(
    documents: Mapping[Accession, IncomingDocument], options: DraftOptions
) -> tuple[list[RecognisedAccession], dict[Accession, str]]:
    dictionaries = archive_dictionaries()
    read: list[RecognisedAccession] = []
    failures: dict[Accession, str] = {}
    for row, document in documents.items():
        try:
            read.append(recognise_accession(row, document.data, options, dictionaries))
        except UnreadableDocument as error:
            failures[row] = str(error)
        except Exception:
            # A program error in one document must not stop the others.
            logger.exception("读入 %s 时出错", document.label)
            failures[row] = "读入时程序出了故障，原因已记入日志。"
    return read, failures


def _draft(
    read: Sequence[RecognisedAccession], by: User | None, options: DraftOptions
) -> tuple[dict[Accession, list[Article]], dict[Accession, str]]:
    if not read:
        return {}, {}
    try:
        return draft(read, by, options), {}
    except (DatabaseError, ValueError):
        if len(read) == 1:
            logger.exception("无法入库：%s", read[0].accession)
            return {}, {read[0].accession: "报道无法存入数据库，原因已记入日志。"}
    # At least one cannot be stored: drafted one by one, only that one fails.
    drafted: dict[Accession, list[Article]] = {}
    failures: dict[Accession, str] = {}
    for recognised in read:
        articles, failure = _draft([recognised], by, options)
        drafted |= articles
        failures |= failure
    return drafted, failures


def _record_failures(failures: Mapping[Accession, str], by: User | None) -> None:
    for row, failure in failures.items():
        Accession.objects.filter(pk=row.pk).update(failure=failure)
        record(event(Act.DRAFT, by, row, result=Result.FAILED))

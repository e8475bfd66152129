"""Documents by the thousand: from files, folders, zips and lists to articles, a batch a transaction."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from reports.ingest import UnreadableDocument
from reports.models import Accession, Article, User
from reports.models.article import State
from reports.models.event import Act, Result, Subject
from reports.workflow.dictionaries.archive_dictionaries import archive_dictionaries
from reports.workflow.drafting.drafts import (
    DraftOptions,
    ReadAccession,
    draft_many,
    note_failure,
    note_unstorable,
    read_accession,
)
from reports.workflow.drafting.recognition import Dictionaries, is_list
from reports.workflow.events import event, record, recording_failure
from reports.workflow.outbox import drain_or_tell
from reports.workflow.refusals import ReceiptRefused
from reports.workflow.review.doubts import doubts_of, is_held_back
from reports.workflow.review.states import publish_drafts
from reports.workflow.roles import require_editor

from .accessions import Receipt, receive_many, receive_stream
from .containers import (
    count_lines,
    count_zip_members,
    is_debris,
    is_zip,
    list_members,
    zip_members,
)

BATCH = 100
_BATCH_BYTES = 16 << 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Document:
    """A document on its way in; ``fault`` says why its bytes could not be had."""

    name: str
    data: bytes = b""
    container: Accession | None = None
    line: int | None = None
    fault: str = ""

    @property
    def label(self) -> str:
        """How a message names it: 甲.zip › 乙.txt, 甲.jsonl 第3行."""
        if self.line is not None:
            return f"{self.name} 第{self.line}行"
        return f"{self.container.file_name} › {self.name}" if self.container else self.name


Failure = tuple[Document, str]


@dataclass(slots=True)
class ImportSummary:
    """``doubtful`` of those published leave something to be checked; ``held_back`` were to be published and
    are drafts. ``indexing`` is a sentence for the user where the index is not up to date yet.
    """

    documents: int = 0
    new_articles: int = 0
    published: int = 0
    doubtful: int = 0
    held_back: int = 0
    known: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    indexing: str = ""


def import_paths(
    paths: Iterable[Path],
    by: User | None = None,
    options: DraftOptions | None = None,
    *,
    progress: Callable[[int], object] | None = None,
    on_failure: Callable[[str, str], None] | None = None,
    on_indexed: Callable[[int, int], object] | None = None,
) -> ImportSummary:
    """Take in everything below ``paths``; the index follows once, at the end.

    ``progress`` is told how many documents were just dealt with, ``on_failure`` each document that
    could not be taken in and why, ``on_indexed`` how many articles the index took in and how many wait.
    What is already here is left as it is.
    """
    with recording_failure(Act.RECEIVE, by, Subject.ACCESSION):
        require_editor(by)
    options = options or DraftOptions()
    summary = ImportSummary()
    dictionaries = archive_dictionaries()
    for batch in _batches(_documents(paths, by)):
        for document, failure in _take_in(batch, by, options, summary, dictionaries):
            summary.failures.append((document.label, failure))
            if on_failure:
                on_failure(document.label, failure)
        summary.documents += len(batch)
        if progress:
            progress(len(batch))
    summary.indexing = drain_or_tell(on_indexed)
    return summary


def count_documents(paths: Iterable[Path]) -> int:
    """About how many documents there are, for a progress bar."""
    total = 0
    for path in paths:
        for file in _files(path):
            try:
                with file.open("rb") as source:
                    if is_zip(file.name):
                        total += count_zip_members(source)
                    elif is_list(file.name):
                        total += count_lines(source, file.name)
                    else:
                        total += 1
            except OSError:
                total += 1
    return total


def _files(path: Path) -> Iterator[Path]:
    """``path`` itself, or the files below it in a fixed order: 2.txt before 10.txt."""
    if not path.is_dir():
        yield path
        return
    unreadable: list[Path] = []
    for folder, folders, names in os.walk(
        path, onerror=lambda error: unreadable.append(Path(error.filename))
    ):
        folders[:] = sorted((name for name in folders if not is_debris(name)), key=_natural)
        for name in sorted(names, key=_natural):
            if not is_debris(name):
                yield Path(folder, name)
    # Opening these fails again, and is reported like any file that cannot be read.
    yield from unreadable


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", name)]


def _documents(paths: Iterable[Path], by: User | None) -> Iterator[Document]:
    for path in paths:
        for file in _files(path):
            try:
                yield from _file_documents(file, by)
            except FileNotFoundError:
                yield Document(str(file), fault="文件不存在。")
            except PermissionError:
                yield Document(str(file), fault="没有读取这个文件的权限。")
            except ReceiptRefused as refused:
                yield Document(file.name, fault=refused.message)
            except OSError as error:
                logger.warning("读取失败：%s", file, exc_info=error)
                yield Document(str(file), fault=f"读取文件时出错：{error.strerror or error}。")


def _file_documents(file: Path, by: User | None) -> Iterator[Document]:
    with file.open("rb") as source:
        if not (is_zip(file.name) or is_list(file.name)):
            # One byte more than allowed is enough to be refused, whatever the size really is.
            yield Document(file.name, source.read(settings.ARCHIVE_UPLOAD_LIMIT + 1))
            return
        container = receive_stream(source, file.name, by).accession
        source.seek(0)
        members = zip_members(source) if is_zip(file.name) else list_members(source, file.name)
        for member in members:
            yield Document(member.name, member.data, container, member.line, member.fault)


def _batches(documents: Iterator[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(document.data)
        if len(batch) >= BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _take_in(
    batch: list[Document],
    by: User | None,
    options: DraftOptions,
    summary: ImportSummary,
    dictionaries: Dictionaries,
) -> Iterator[Failure]:
    """Keep, read and draft a batch; yield what failed."""
    yield from ((document, document.fault) for document in batch if document.fault)
    documents = [document for document in batch if not document.fault]
    received = receive_many([(d.data, d.name, d.container, d.line) for d in documents], by)
    kept = [receipt.accession for receipt in received if isinstance(receipt, Receipt)]
    drafted = set(Article.objects.filter(accession__in=kept).values_list("accession_id", flat=True))
    read: list[tuple[Document, ReadAccession]] = []
    for document, receipt in zip(documents, received, strict=True):
        if isinstance(receipt, ReceiptRefused):
            yield document, receipt.message
        elif receipt.accession.pk in drafted:
            summary.known += 1
            if options.publish:
                _count(summary, publish_drafts(receipt.accession, by))
                waiting = Article.objects.waiting().filter(accession=receipt.accession)
                summary.held_back += sum(map(is_held_back, waiting))
        else:
            drafted.add(receipt.accession.pk)
            try:
                one = read_accession(receipt.accession, options, document.data, dictionaries)
                read.append((document, one))
            except UnreadableDocument as error:
                note_failure(receipt.accession, str(error))
                record(event(Act.DRAFT, by, receipt.accession, result=Result.FAILED))
                yield document, str(error)
    yield from _draft(read, by, options, summary)


def _draft(
    read: list[tuple[Document, ReadAccession]], by: User | None, options: DraftOptions, summary: ImportSummary
) -> Iterator[Failure]:
    try:
        articles = draft_many([one for _, one in read], by, options)
    except (DatabaseError, ValueError):
        if len(read) == 1:
            document, one = read[0]
            yield document, note_unstorable(one.accession)
            record(event(Act.DRAFT, by, one.accession, result=Result.FAILED))
            return
        # One of them does not fit: take them singly, so that only that one is left out.
        for pair in read:
            yield from _draft([pair], by, options, summary)
        return
    summary.new_articles += len(articles)
    published = [article for article in articles if article.state == State.PUBLISHED]
    _count(summary, published)
    summary.held_back += len(articles) - len(published) if options.publish else 0


def _count(summary: ImportSummary, published: list[Article]) -> None:
    summary.published += len(published)
    summary.doubtful += sum(bool(doubts_of(article)) for article in published)

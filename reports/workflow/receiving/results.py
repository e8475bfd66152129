"""The result of each document, in the words that desk and command show, and their summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reports.models import Accession, Article
from reports.models.article import State
from reports.workflow.review.doubts import doubts_of, needs_review

from .documents import IncomingDocument
from .file_names import clean_file_name


class Outcome(StrEnum):
    DRAFTED = "drafted"
    KNOWN = "known"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """``articles`` are those of the document, new or existing; ``published`` those published now."""

    name: str
    outcome: Outcome
    message: str
    articles: Sequence[Article] = ()
    published: Sequence[Article] = ()

    @property
    def is_failure(self) -> bool:
        return self.outcome in {Outcome.REFUSED, Outcome.UNREADABLE}


def drafted_result(document: IncomingDocument, articles: Sequence[Article]) -> DocumentResult:
    published = [article for article in articles if article.state == State.PUBLISHED]
    waiting = len(articles) - len(published)
    message = f"发布 {len(published)} 篇。" if published else ""
    message += f"建立草稿 {waiting} 篇。" if waiting else ""
    return DocumentResult(document.label, Outcome.DRAFTED, message, articles, published)


def existing_result(
    document: IncomingDocument,
    accession: Accession,
    articles: Sequence[Article],
    published: Sequence[Article],
) -> DocumentResult:
    is_renamed = clean_file_name(document.name) != accession.file_name
    earlier_name = f"（当时的文件名是“{accession.file_name}”）" if is_renamed else ""
    message = f"同样的文件以前已收录{earlier_name}，没有重复建立。"
    return DocumentResult(document.label, Outcome.KNOWN, message, articles, published)


@dataclass(slots=True)
class ReceiptSummary:
    """Counts over results. ``doubtful``: published articles with doubts. ``held_back``: articles that were to
    be published but stay drafts, because their stated place is not understood.
    """

    is_publishing: bool = False
    documents: int = 0
    new_articles: int = 0
    published: int = 0
    doubtful: int = 0
    held_back: int = 0
    existing: int = 0
    failures: list[DocumentResult] = field(default_factory=list)

    def add(self, result: DocumentResult) -> None:
        self.documents += 1
        if result.outcome is Outcome.DRAFTED:
            self.new_articles += len(result.articles)
        self.existing += result.outcome is Outcome.KNOWN
        self.published += len(result.published)
        self.doubtful += sum(bool(doubts_of(article)) for article in result.published)
        if self.is_publishing:
            waiting = [
                article for article in result.articles if article.state in {State.DRAFT, State.IN_REVIEW}
            ]
            self.held_back += sum(map(needs_review, waiting))
        if result.is_failure:
            self.failures.append(result)

    def __str__(self) -> str:
        published = f"发布{self.published}篇，" if self.is_publishing else ""
        return (
            f"共{self.documents}份：新建报道{self.new_articles}篇，{published}"
            f"已有{self.existing}份，失败{len(self.failures)}份。"
        )

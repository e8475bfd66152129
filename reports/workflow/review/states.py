"""The states of an article and the steps between them: 草稿 → 审核中 → 已发布 → 已撤回, and back to 草稿.

Every step is one transaction: the state with who and when, a revision, and the outbox row. A step
that has already been taken (a form sent twice) changes nothing and is no error.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reports.models import Accession, Article, User
from reports.models.article import State
from reports.models.columns import length_of
from reports.models.event import Act
from reports.workflow.events import event, record, recording_failure
from reports.workflow.history import parts_of, record_revisions
from reports.workflow.outbox import enqueue
from reports.workflow.refusals import EditConflict, TransitionRefused
from reports.workflow.roles import require_editor

from .doubts import is_held_back

ALLOWED: dict[State, frozenset[State]] = {
    State.IN_REVIEW: frozenset({State.DRAFT}),
    State.PUBLISHED: frozenset({State.DRAFT, State.IN_REVIEW}),
    State.WITHDRAWN: frozenset({State.PUBLISHED}),
    State.DRAFT: frozenset({State.IN_REVIEW, State.WITHDRAWN}),
}
_ACTS = {
    State.IN_REVIEW: Act.SUBMIT,
    State.PUBLISHED: Act.PUBLISH,
    State.WITHDRAWN: Act.WITHDRAW,
    State.DRAFT: Act.RETURN,
}
_STEPS = {State.IN_REVIEW: "送审", State.PUBLISHED: "发布", State.WITHDRAWN: "撤回", State.DRAFT: "退回草稿"}


def submit(article: Article, by: User | None = None) -> Article:
    """Hand a draft in for review. Raises TransitionRefused, RoleRefused."""

    def change(row: Article, now: datetime) -> None:
        row.submitted_by, row.submitted_at = by, now

    return _step(article, State.IN_REVIEW, by, "送审", change)


def publish(article: Article, by: User | None = None, *, version: int | None = None) -> Article:
    """Publish a draft or an article in review; search finds it after the commit.

    ``version`` is the version the editor looked at: where the text has changed since, EditConflict
    is raised. Raises TransitionRefused, RoleRefused.
    """

    def change(row: Article, now: datetime) -> None:
        if version is not None and row.version != version:
            raise EditConflict("这篇报道在您查看之后有人修改过，请刷新页面，核对后再发布。", row.version)
        row.published_by, row.published_at = by, now

    return _step(article, State.PUBLISHED, by, "发布", change)


def withdraw(article: Article, by: User | None = None, reason: str = "") -> Article:
    """Take a published article out of search and reading. Raises TransitionRefused, RoleRefused."""
    reason = reason.strip()[: length_of(Article, "withdrawal_reason")]
    if not reason:
        with recording_failure(Act.WITHDRAW, by, article):
            raise TransitionRefused("请填写撤回的原因。")

    def change(row: Article, now: datetime) -> None:
        row.withdrawn_by, row.withdrawn_at, row.withdrawal_reason = by, now, reason

    return _step(article, State.WITHDRAWN, by, f"撤回：{reason}", change)


def return_to_draft(article: Article, by: User | None = None) -> Article:
    """Take an article in review or withdrawn back to the desk. Raises TransitionRefused, RoleRefused."""
    return _step(article, State.DRAFT, by, "退回草稿", lambda row, now: None)


def publish_drafts(accession: Accession, by: User | None = None) -> list[Article]:
    """Publish what still waits of ``accession``; withdrawn articles stay withdrawn, and those whose stated
    place is not understood wait on.

    The outbox holds them as bulk work: the caller drains it when there is nothing more to come.
    """

    def change(row: Article, now: datetime) -> None:
        row.published_by, row.published_at = by, now

    with recording_failure(Act.PUBLISH, by, accession), transaction.atomic():
        waiting = Article.objects.waiting().filter(accession=accession).order_by("ordinal")
        return [
            _step(article, State.PUBLISHED, by, "发布", change, is_bulk=True)
            for article in waiting
            if not is_held_back(article)
        ]


def locked(article: Article) -> Article:
    """The row as it is now, held until the transaction ends.

    On SQLite every transaction of this project begins IMMEDIATE, which holds the whole database.
    """
    return Article.objects.select_for_update(of=("self",)).select_related("district").get(pk=article.pk)


def _step(
    article: Article,
    goal: State,
    by: User | None,
    comment: str,
    change: Callable[[Article, datetime], None],
    *,
    is_bulk: bool = False,
) -> Article:
    act = _ACTS[goal]
    with recording_failure(act, by, article), transaction.atomic():
        require_editor(by)
        row = locked(article)
        if row.state == goal:
            return row
        if row.state not in ALLOWED[goal]:
            raise TransitionRefused(f"这篇报道现在是“{State(row.state).label}”，不能{_STEPS[goal]}。")
        before = State(row.state)
        change(row, timezone.now())
        row.state = goal
        row.save()
        record_revisions([(row, parts_of(row))], by, comment)
        record(event(act, by, row, before=before.label, after=goal.label))
        if State.PUBLISHED in (before, goal):
            enqueue([row.pk], urgent=not is_bulk, drain=not is_bulk)
    return row

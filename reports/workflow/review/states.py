"""The states of an article and their transitions: 草稿 → 审核中 → 已发布 → 已撤回, and back to 草稿.

Every transition is one transaction: the state with person and time, a revision, and the outbox row. A
repeated transition (a form sent twice) changes nothing and is not an error.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from reports.models import Accession, Article, User
from reports.models.article import State
from reports.models.event import Act
from reports.models.field_labels import length_of
from reports.workflow.account_roles import require_editor
from reports.workflow.events import event, record, record_failure_of
from reports.workflow.history import parts_of, record_revisions
from reports.workflow.outbox import enqueue
from reports.workflow.refusals import EditConflict, TransitionRefused

from .doubts import needs_review


@dataclass(frozen=True, slots=True)
class _Transition:
    """``stem`` is the beginning of the names of its columns: ``…_by``, ``…_at``."""

    act: Act
    name: str
    allowed_from: frozenset[State]
    stem: str = ""


TRANSITIONS = {
    State.IN_REVIEW: _Transition(Act.SUBMIT, "送审", frozenset({State.DRAFT}), "submitted"),
    State.PUBLISHED: _Transition(Act.PUBLISH, "发布", frozenset({State.DRAFT, State.IN_REVIEW}), "published"),
    State.WITHDRAWN: _Transition(Act.WITHDRAW, "撤回", frozenset({State.PUBLISHED}), "withdrawn"),
    State.DRAFT: _Transition(Act.RETURN, "退回草稿", frozenset({State.IN_REVIEW, State.WITHDRAWN})),
}


def submit(article: Article, by: User | None = None) -> Article:
    """Hand a draft in for review. Raises TransitionRefused, RoleRefused."""
    return _change_state(article, State.IN_REVIEW, by)


def publish(article: Article, by: User | None = None, *, version: int | None = None) -> Article:
    """Publish a draft or an article in review; search finds it after the commit.

    ``version`` is the version that the editor saw. Raises EditConflict if the text has changed since,
    TransitionRefused, RoleRefused.
    """
    return _change_state(article, State.PUBLISHED, by, version=version)


def withdraw(article: Article, by: User | None = None, reason: str = "") -> Article:
    """Withdraw a published article, so that readers and search do not find it. Raises TransitionRefused,
    RoleRefused."""
    reason = reason.strip()[: length_of(Article, "withdrawal_reason")]
    if not reason:
        with record_failure_of(Act.WITHDRAW, by, article):
            raise TransitionRefused("请填写撤回的原因。")
    return _change_state(article, State.WITHDRAWN, by, reason=reason)


def return_to_draft(article: Article, by: User | None = None) -> Article:
    """Return an article in review or a withdrawn one to the desk. Raises TransitionRefused, RoleRefused."""
    return _change_state(article, State.DRAFT, by)


def publish_drafts(accession: Accession, by: User | None = None) -> list[Article]:
    """Publish the drafts and articles in review of ``accession``; not those whose stated place is not
    understood.

    The outbox gets them as bulk work; the caller drains it at the end.
    """
    with record_failure_of(Act.PUBLISH, by, accession), transaction.atomic():
        waiting = Article.objects.waiting().filter(accession=accession).order_by("ordinal")
        return [
            _change_state(article, State.PUBLISHED, by, is_bulk=True)
            for article in waiting
            if not needs_review(article)
        ]


def locked(article: Article) -> Article:
    """The present row, locked until the transaction ends.

    On SQLite every transaction of this project begins IMMEDIATE, which locks the whole database.
    """
    return Article.objects.select_for_update(of=("self",)).select_related("district").get(pk=article.pk)


def _change_state(
    article: Article,
    target: State,
    by: User | None,
    *,
    version: int | None = None,
    reason: str = "",
    is_bulk: bool = False,
) -> Article:
    """Change the state to ``target``; nothing happens if the article already has it."""
    transition = TRANSITIONS[target]
    with record_failure_of(transition.act, by, article), transaction.atomic():
        require_editor(by)
        row = locked(article)
        if row.state == target:
            return row
        before = State(row.state)
        if before not in transition.allowed_from:
            raise TransitionRefused(f"这篇报道现在是“{before.label}”，不能{transition.name}。")
        if version is not None and row.version != version:
            raise EditConflict("这篇报道在您查看之后有人修改过，请刷新页面，核对后再发布。", row.version)
        row.state = target
        if transition.stem:
            setattr(row, f"{transition.stem}_by", by)
            setattr(row, f"{transition.stem}_at", timezone.now())
        if reason:
            row.withdrawal_reason = reason
        row.save()
        record_revisions(
            [(row, parts_of(row))], by, f"{transition.name}：{reason}" if reason else transition.name
        )
        record(event(transition.act, by, row, before=before.label, after=target.label))
        if State.PUBLISHED in (before, target):
            enqueue([row.pk], urgent=not is_bulk, drain=not is_bulk)
    return row

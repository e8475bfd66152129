"""Reverts an article to earlier content: an edit like any other, with a new revision."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.timezone import localtime

from reports.models import Article, User
from reports.models.event import Act
from reports.workflow.account_roles import require_editor
from reports.workflow.events import record_failure_of
from reports.workflow.refusals import TransitionRefused

from .content import cleaned, content_of, same_content
from .editing import apply_content
from .revisions import ArticleRevision, article_at
from .states import locked


def revert(article: Article, revision: ArticleRevision, by: User | None = None) -> Article:
    """Give ``article`` the content that it had in ``revision``; its state does not change.

    Sections and figures get their former numbers. Raises TransitionRefused if the revision belongs to another
    article, EditRefused if its content is not valid any more, RoleRefused.
    """
    with record_failure_of(Act.RESTORE, by, article), transaction.atomic():
        require_editor(by)
        if revision.article_id != article.pk:
            raise TransitionRefused("这个历史版本不属于这篇报道。")
        past = article_at(revision)
        row = locked(article)
        before = content_of(row)
        content = cleaned(replace(past.content, version=row.version))
        basis = (row.year_basis, row.year_evidence)
        if same_content(content, before) and past.year_basis == basis:
            return row
        at = localtime(revision.made_at).strftime("%Y-%m-%d %H:%M")
        comment = f"恢复到{at}的版本"
        return apply_content(
            row,
            before,
            content,
            by,
            comment,
            action=Act.RESTORE,
            images=past.images,
            year_basis=past.year_basis,
        )

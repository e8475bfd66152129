"""The steps between the states: who may, from where, once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from reports.models import Article, OutboxRow, User
from reports.models.article import State
from reports.workflow import (
    EditConflict,
    RoleRefused,
    TransitionRefused,
    publish,
    publish_drafts,
    return_to_draft,
    revisions,
    submit,
    withdraw,
)
from tests.factories import AccessionFactory, ArticleFactory

pytestmark = pytest.mark.django_db

STEPS: dict[State, Callable[[Article, User | None], Article]] = {
    State.IN_REVIEW: submit,
    State.PUBLISHED: publish,
    State.WITHDRAWN: lambda article, by: withdraw(article, by, "数据有误"),
    State.DRAFT: return_to_draft,
}
ALLOWED = {
    (State.DRAFT, State.IN_REVIEW),
    (State.DRAFT, State.PUBLISHED),
    (State.IN_REVIEW, State.PUBLISHED),
    (State.IN_REVIEW, State.DRAFT),
    (State.PUBLISHED, State.WITHDRAWN),
    (State.WITHDRAWN, State.DRAFT),
}


def article_in(state: State) -> Article:
    return ArticleFactory(**({} if state is State.DRAFT else {state.value: True}))


@pytest.mark.parametrize("start", list(State))
@pytest.mark.parametrize("goal", list(STEPS))
def test_every_pair_of_states(start: State, goal: State, editor: User) -> None:
    article = article_in(start)
    if (start, goal) in ALLOWED:
        assert STEPS[goal](article, editor).state == goal
        article.refresh_from_db()
        assert article.state == goal
        assert len(revisions(article)) == 1
    elif start == goal:
        STEPS[goal](article, editor)
        assert not revisions(article)
        assert not OutboxRow.objects.exists()
    else:
        with pytest.raises(TransitionRefused, match=f"现在是“{start.label}”，不能"):
            STEPS[goal](article, editor)
        article.refresh_from_db()
        assert article.state == start
        assert not revisions(article)


@pytest.mark.parametrize(("start", "goal"), sorted(ALLOWED))
def test_index_hears_of_what_readers_see(start: State, goal: State) -> None:
    article = article_in(start)
    STEPS[goal](article, None)
    expected = [article.pk] if State.PUBLISHED in {start, goal} else []
    assert list(OutboxRow.objects.values_list("article_id", flat=True)) == expected


def test_each_step_notes_who_when_and_why(editor: User, other_editor: User) -> None:
    article = submit(ArticleFactory(), editor)
    assert (article.submitted_by, article.submitted_at is not None) == (editor, True)
    article = publish(article, other_editor)
    assert (article.published_by, article.published_at is not None) == (other_editor, True)
    article = withdraw(article, editor, " 数据有误 ")
    assert (article.withdrawn_by, article.withdrawal_reason) == (editor, "数据有误")
    assert [(e.made_by, e.comment) for e in revisions(article)] == [
        ("编辑甲", "撤回：数据有误"),
        ("编辑乙", "发布"),
        ("编辑甲", "送审"),
    ]


def test_withdrawing_needs_a_reason() -> None:
    article = ArticleFactory(published=True)
    with pytest.raises(TransitionRefused, match="原因"):
        withdraw(article, None, "  ")
    article.refresh_from_db()
    assert article.state == State.PUBLISHED


def test_publishing_another_version_than_the_one_seen_is_a_conflict() -> None:
    article = ArticleFactory()
    Article.objects.filter(pk=article.pk).update(version=2)
    with pytest.raises(EditConflict, match="刷新") as conflict:
        publish(article, version=1)
    assert conflict.value.current_version == 2
    assert publish(article, version=2).state == State.PUBLISHED


@pytest.mark.parametrize("goal", list(STEPS))
def test_readers_may_take_no_step(goal: State, reader: User) -> None:
    for start in State:
        with pytest.raises(RoleRefused, match="编辑权限"):
            STEPS[goal](article_in(start), reader)


def test_switched_off_editor_may_take_no_step(editor: User) -> None:
    editor.is_active = False
    with pytest.raises(RoleRefused):
        publish(ArticleFactory(), editor)


def test_publishing_an_accession_leaves_the_withdrawn_alone() -> None:
    accession = AccessionFactory()
    draft = ArticleFactory(accession=accession, ordinal=1)
    in_review = ArticleFactory(accession=accession, ordinal=2, in_review=True)
    withdrawn = ArticleFactory(accession=accession, ordinal=3, withdrawn=True)
    assert [article.pk for article in publish_drafts(accession)] == [draft.pk, in_review.pk]
    withdrawn.refresh_from_db()
    assert withdrawn.state == State.WITHDRAWN
    assert publish_drafts(accession) == []


@pytest.mark.django_db(transaction=True)
def test_form_sent_many_times_at_once_publishes_once() -> None:
    article = ArticleFactory()

    def press(_: int) -> str:
        try:
            return publish(Article.objects.get(pk=article.pk)).state
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(8))) == {State.PUBLISHED}
    assert len(revisions(article)) == 1

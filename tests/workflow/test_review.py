"""The steps between the states: who may, from where, once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from reports.models import OutboxRow, Report, User
from reports.models.report import State
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
from tests.factories import AccessionFactory, ReportFactory

pytestmark = pytest.mark.django_db

STEPS: dict[State, Callable[[Report, User | None], Report]] = {
    State.IN_REVIEW: submit,
    State.PUBLISHED: publish,
    State.WITHDRAWN: lambda report, by: withdraw(report, by, "数据有误"),
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


def report_in(state: State) -> Report:
    return ReportFactory(**({} if state is State.DRAFT else {state.value: True}))


@pytest.mark.parametrize("start", list(State))
@pytest.mark.parametrize("goal", list(State))
def test_every_pair_of_states(start: State, goal: State, editor: User) -> None:
    report = report_in(start)
    if (start, goal) in ALLOWED:
        assert STEPS[goal](report, editor).state == goal
        report.refresh_from_db()
        assert report.state == goal
        assert len(revisions(report)) == 1
    elif start == goal:
        STEPS[goal](report, editor)
        assert not revisions(report)
        assert not OutboxRow.objects.exists()
    else:
        with pytest.raises(TransitionRefused, match=f"现在是“{start.label}”，不能"):
            STEPS[goal](report, editor)
        report.refresh_from_db()
        assert report.state == start
        assert not revisions(report)


@pytest.mark.parametrize(("start", "goal"), sorted(ALLOWED))
def test_index_hears_of_what_readers_see(start: State, goal: State) -> None:
    report = report_in(start)
    STEPS[goal](report, None)
    expected = [report.pk] if State.PUBLISHED in {start, goal} else []
    assert list(OutboxRow.objects.values_list("report_id", flat=True)) == expected


def test_each_step_notes_who_when_and_why(editor: User, other_editor: User) -> None:
    report = submit(ReportFactory(), editor)
    assert (report.submitted_by, report.submitted_at is not None) == (editor, True)
    report = publish(report, other_editor)
    assert (report.published_by, report.published_at is not None) == (other_editor, True)
    report = withdraw(report, editor, " 数据有误 ")
    assert (report.withdrawn_by, report.withdrawal_reason) == (editor, "数据有误")
    assert [(e.made_by, e.comment) for e in revisions(report)] == [
        ("编辑甲", "撤回：数据有误"),
        ("编辑乙", "发布"),
        ("编辑甲", "送审"),
    ]


def test_withdrawing_needs_a_reason() -> None:
    report = ReportFactory(published=True)
    with pytest.raises(TransitionRefused, match="原因"):
        withdraw(report, None, "  ")
    report.refresh_from_db()
    assert report.state == State.PUBLISHED


def test_publishing_another_version_than_the_one_seen_is_a_conflict() -> None:
    report = ReportFactory()
    Report.objects.filter(pk=report.pk).update(version=2)
    with pytest.raises(EditConflict, match="刷新") as conflict:
        publish(report, version=1)
    assert conflict.value.current_version == 2
    assert publish(report, version=2).state == State.PUBLISHED


@pytest.mark.parametrize("goal", list(State))
def test_readers_may_take_no_step(goal: State, reader: User) -> None:
    for start in State:
        with pytest.raises(RoleRefused, match="编辑权限"):
            STEPS[goal](report_in(start), reader)


def test_switched_off_editor_may_take_no_step(editor: User) -> None:
    editor.is_active = False
    with pytest.raises(RoleRefused):
        publish(ReportFactory(), editor)


def test_publishing_an_accession_leaves_the_withdrawn_alone() -> None:
    accession = AccessionFactory()
    draft = ReportFactory(accession=accession, ordinal=1)
    in_review = ReportFactory(accession=accession, ordinal=2, in_review=True)
    withdrawn = ReportFactory(accession=accession, ordinal=3, withdrawn=True)
    assert [report.pk for report in publish_drafts(accession)] == [draft.pk, in_review.pk]
    withdrawn.refresh_from_db()
    assert withdrawn.state == State.WITHDRAWN
    assert publish_drafts(accession) == []


@pytest.mark.django_db(transaction=True)
def test_form_sent_many_times_at_once_publishes_once() -> None:
    report = ReportFactory()

    def press(_: int) -> str:
        try:
            return publish(Report.objects.get(pk=report.pk)).state
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(8))) == {State.PUBLISHED}
    assert len(revisions(report)) == 1

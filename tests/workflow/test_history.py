"""Every change can be looked up, compared and undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import reversion
from reversion.models import Revision, Version

from reports.ingest.parsed import ParsedReport
from reports.models import OutboxRow, Report, User
from reports.models.report import State
from reports.workflow import (
    EditedContributor,
    EditedFigure,
    EditedSection,
    FieldChange,
    RoleRefused,
    TransitionRefused,
    content_of,
    diff,
    draft_reports,
    edit,
    publish,
    receive,
    restore,
    revision_of,
    revisions,
    withdraw,
)
from reports.workflow.history import past_report, record_many
from tests.factories import ReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(page: ParsedReport, editor: User) -> Report:
    (report,) = draft_reports(receive(b"bytes", "page.txt").accession, editor)
    return report


def test_each_action_is_one_revision_newest_first(report: Report, editor: User, other_editor: User) -> None:
    edit(report, replace(content_of(report), headline="改题"), other_editor)
    publish(report, editor)
    entries = revisions(report)
    assert [(e.made_by, e.comment) for e in entries] == [
        ("编辑甲", "发布"),
        ("编辑乙", "修改"),
        ("编辑甲", "导入为草稿"),
    ]
    assert entries[0].made_at >= entries[-1].made_at
    assert revision_of(report, entries[1].id) == entries[1]
    assert revision_of(ReportFactory(), entries[1].id) is None


def test_revision_holds_what_the_report_said(report: Report) -> None:
    contents = [content_of(report)]
    for headline in ("二稿", "三稿"):
        edit(report, replace(content_of(report), headline=headline, sections=contents[-1].sections[::-1]))
        report.refresh_from_db()
        contents.append(content_of(report))
    assert [past_report(entry).content for entry in reversed(revisions(report))] == contents


def test_bulk_recording_equals_recording_one_by_one(report: Report, editor: User) -> None:
    parts = [
        *report.sections.all(),
        *report.figures.all(),
        *report.pull_quotes.all(),
        *report.contributors.all(),
        *report.further_districts.all(),
    ]
    Revision.objects.all().delete()
    record_many([(report, parts)], editor, "一次")
    with reversion.create_revision():
        reversion.add_to_revision(report)
    bulk, single = (
        sorted(
            revision.version_set.values_list(
                "object_id", "content_type", "db", "format", "serialized_data", "object_repr"
            )
        )
        for revision in Revision.objects.order_by("pk")
    )
    assert bulk == single
    assert len(bulk) == 1 + len(parts)


def test_revision_that_holds_two_reports_gives_each_its_own(report: Report) -> None:
    other = ReportFactory(sections=[("别的", "别的正文。")])
    with reversion.create_revision(manage_manually=True):
        reversion.add_to_revision(report)
        reversion.add_to_revision(other)
    assert past_report(revisions(report)[0]).content == content_of(report)
    assert past_report(revisions(other)[0]).content == content_of(other)


class TestDiff:
    def test_names_what_changed_and_nothing_else(self, report: Report) -> None:
        content = content_of(report)
        edit(
            report,
            replace(
                content,
                headline="新题",
                year=None,
                published_on=None,
                district="370212",
                further_districts=(),
                sections=(EditedSection(None, "添的", "新文。"), replace(content.sections[0], body="改文。")),
                figures=(replace(content.figures[1], credit="统计局"),),
                pull_quotes=(*content.pull_quotes, "第二句。"),
                contributors=(EditedContributor("秦越", "editor"),),
            ),
        )
        newer, older = revisions(report)
        assert diff(older, newer) == [
            FieldChange("主题", content.headline, "新题"),
            FieldChange("年份", "2022", ""),
            FieldChange("见报日期", "2022-09-14", ""),
            FieldChange("主区划", "济南市历城区", "青岛市崂山区"),
            FieldChange("涉及区划", "青岛市崂山区", ""),
            FieldChange("章节3·小标题", "", "添的"),
            FieldChange("章节3·正文", "", "新文。"),
            FieldChange("章节1·正文", content.sections[0].body, "改文。"),
            FieldChange("章节2·小标题", "账算给大家看", ""),
            FieldChange("章节2·正文", content.sections[1].body, ""),
            FieldChange("图片2·来源", "", "统计局"),
            FieldChange("图片1·说明", "入夜后的长街。", ""),
            FieldChange("图片1·来源", "陆小满摄", ""),
            FieldChange("图片1·类别", "照片", ""),
            FieldChange("引语2", "", "第二句。"),
            FieldChange("署名", "记者 方禾、摄影 陆小满", "编辑 秦越"),
        ]

    def test_same_is_no_difference(self, report: Report) -> None:
        (entry,) = revisions(report)
        assert diff(entry, entry) == []

    def test_moved_section_is_moved_not_rewritten(self, report: Report) -> None:
        content = content_of(report)
        edit(report, replace(content, sections=content.sections[::-1]))
        newer, older = revisions(report)
        assert diff(older, newer) == [FieldChange("章节次序", "1、2", "2、1")]

    def test_state_is_part_of_it(self, report: Report) -> None:
        publish(report)
        newer, older = revisions(report)
        assert diff(older, newer) == [FieldChange("状态", "草稿", "已发布")]
        assert diff(newer, older) == [FieldChange("状态", "已发布", "草稿")]


class TestRestoring:
    def test_brings_text_numbers_and_pictures_back(self, report: Report, editor: User) -> None:
        report.figures.filter(number=1).update(image="a.jpg")
        publish(report, editor)
        before = content_of(report)
        edit(
            report,
            replace(
                before,
                headline="错题",
                sections=(EditedSection(None, "错节", "错文。"),),
                figures=(EditedFigure(None, "错图。"),),
                pull_quotes=(),
                contributors=(),
                further_districts=(),
            ),
        )
        OutboxRow.objects.all().delete()
        restored = restore(report, revisions(report)[1], editor)
        assert replace(content_of(restored), version=before.version) == before
        assert (restored.version, restored.next_section, restored.next_figure) == (3, 4, 4)
        assert restored.figures.get(number=1).image == "a.jpg"
        assert report.mentions.count() == 4
        assert [row.report_id for row in OutboxRow.objects.all()] == [report.pk]
        assert revisions(report)[0].comment.startswith("恢复到2")
        assert revisions(report)[0].made_by == "编辑甲"

    def test_leaves_the_state_alone(self, report: Report) -> None:
        publish(report)
        withdraw(report, None, "有误")
        edit(report, replace(content_of(report), headline="改了"))
        restored = restore(report, revisions(report)[-1])
        assert restored.state == State.WITHDRAWN

    def test_present_content_is_no_change(self, report: Report) -> None:
        restore(report, revisions(report)[0])
        assert len(revisions(report)) == 1

    def test_can_itself_be_undone(self, report: Report) -> None:
        edit(report, replace(content_of(report), headline="二稿"))
        second = content_of(Report.objects.get(pk=report.pk))
        restore(report, revisions(report)[-1])
        restored = restore(report, revisions(report)[1])
        assert content_of(restored).headline == second.headline
        assert len(revisions(report)) == 4

    def test_revision_of_another_report_is_refused(self, report: Report) -> None:
        with pytest.raises(TransitionRefused):
            restore(ReportFactory(), revisions(report)[0])

    def test_readers_may_not_restore(self, report: Report, reader: User) -> None:
        with pytest.raises(RoleRefused):
            restore(report, revisions(report)[0], reader)


def test_failed_action_leaves_no_revision(report: Report) -> None:
    with pytest.raises(TransitionRefused):
        withdraw(report, None, "还没发布")
    assert Version.objects.get_for_object(report).count() == 1

"""Every change can be looked up, compared and undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import reversion
from reversion.models import Revision, Version

from reports.ingest.parsed import ParsedArticle
from reports.models import Article, OutboxRow, User
from reports.models.article import State
from reports.workflow import (
    EditedContributor,
    EditedFigure,
    EditedSection,
    FieldChange,
    RoleRefused,
    TransitionRefused,
    content_of,
    diff,
    edit,
    publish,
    revert,
    revisions,
    withdraw,
)
from reports.workflow.history import parts_of, record_revisions
from reports.workflow.review.revisions import article_at
from tests.factories import ArticleFactory
from tests.receiving import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(page: ParsedArticle, editor: User) -> Article:
    (article,) = drafted(b"bytes", by=editor)
    return article


def test_each_action_is_one_revision_newest_first(article: Article, editor: User, other_editor: User) -> None:
    edit(article, replace(content_of(article), headline="改题"), other_editor)
    publish(article, editor)
    entries = revisions(article)
    assert [(e.made_by, e.comment) for e in entries] == [
        ("编辑甲", "发布"),
        ("编辑乙", "修改"),
        ("编辑甲", "导入为草稿"),
    ]
    assert entries[0].made_at >= entries[-1].made_at


def test_revision_holds_what_the_article_said(article: Article) -> None:
    contents = [content_of(article)]
    for headline in ("二稿", "三稿"):
        edit(article, replace(content_of(article), headline=headline, sections=contents[-1].sections[::-1]))
        article.refresh_from_db()
        contents.append(content_of(article))
    assert [article_at(entry).content for entry in reversed(revisions(article))] == contents


def test_bulk_recording_equals_recording_one_by_one(article: Article, editor: User) -> None:
    parts = parts_of(article)
    Revision.objects.all().delete()
    record_revisions([(article, parts)], editor, "一次")
    with reversion.create_revision():
        reversion.add_to_revision(article)
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


def test_revision_that_holds_two_articles_gives_each_its_own(article: Article) -> None:
    other = ArticleFactory(sections=[("别的", "别的正文。")])
    with reversion.create_revision(manage_manually=True):
        reversion.add_to_revision(article)
        reversion.add_to_revision(other)
    assert article_at(revisions(article)[0]).content == content_of(article)
    assert article_at(revisions(other)[0]).content == content_of(other)


class TestDiff:
    def test_names_what_changed_and_nothing_else(self, article: Article) -> None:
        content = content_of(article)
        edit(
            article,
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
        newer, older = revisions(article)
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

    def test_same_is_no_difference(self, article: Article) -> None:
        (entry,) = revisions(article)
        assert diff(entry, entry) == []

    def test_moved_section_is_moved_not_rewritten(self, article: Article) -> None:
        content = content_of(article)
        edit(article, replace(content, sections=content.sections[::-1]))
        newer, older = revisions(article)
        assert diff(older, newer) == [FieldChange("章节次序", "1、2", "2、1")]

    def test_state_is_part_of_it(self, article: Article) -> None:
        publish(article)
        newer, older = revisions(article)
        assert diff(older, newer) == [FieldChange("状态", "草稿", "已发布")]
        assert diff(newer, older) == [FieldChange("状态", "已发布", "草稿")]


class TestRestoring:
    def test_brings_text_numbers_and_pictures_back(self, article: Article, editor: User) -> None:
        article.figures.filter(number=1).update(image="a.jpg")
        publish(article, editor)
        before = content_of(article)
        edit(
            article,
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
        restored = revert(article, revisions(article)[1], editor)
        assert replace(content_of(restored), version=before.version) == before
        assert (restored.version, restored.next_section, restored.next_figure) == (3, 4, 4)
        assert restored.figures.get(number=1).image == "a.jpg"
        assert article.mentions.count() == 4
        assert [row.article_id for row in OutboxRow.objects.all()] == [article.pk]
        assert revisions(article)[0].comment.startswith("恢复到2")
        assert revisions(article)[0].made_by == "编辑甲"

    def test_leaves_the_state_alone(self, article: Article) -> None:
        publish(article)
        withdraw(article, None, "有误")
        edit(article, replace(content_of(article), headline="改了"))
        restored = revert(article, revisions(article)[-1])
        assert restored.state == State.WITHDRAWN

    def test_present_content_is_no_change(self, article: Article) -> None:
        revert(article, revisions(article)[0])
        assert len(revisions(article)) == 1

    def test_can_itself_be_undone(self, article: Article) -> None:
        edit(article, replace(content_of(article), headline="二稿"))
        second = content_of(Article.objects.get(pk=article.pk))
        revert(article, revisions(article)[-1])
        restored = revert(article, revisions(article)[1])
        assert content_of(restored).headline == second.headline
        assert len(revisions(article)) == 4

    def test_revision_of_another_article_is_refused(self, article: Article) -> None:
        with pytest.raises(TransitionRefused):
            revert(ArticleFactory(), revisions(article)[0])

    def test_readers_may_not_restore(self, article: Article, reader: User) -> None:
        with pytest.raises(RoleRefused):
            revert(article, revisions(article)[0], reader)


def test_failed_action_leaves_no_revision(article: Article) -> None:
    with pytest.raises(TransitionRefused):
        withdraw(article, None, "还没发布")
    assert Version.objects.get_for_object(article).count() == 1


def test_a_restored_year_keeps_the_basis_it_had(article: Article, editor: User) -> None:
    edit(article, replace(content_of(article), year=2019, published_on=None), editor)
    article.refresh_from_db()
    assert (article.year, article.year_basis) == (2019, "set")
    restored = revert(article, revisions(article)[-1], editor)
    assert (restored.year, restored.year_basis) == (2022, "stated")


def test_a_confirmed_year_can_be_taken_back(article: Article, editor: User) -> None:
    Article.objects.filter(pk=article.pk).update(
        published_on=None, year_basis="inferred", year_evidence="2022年已过半"
    )
    article.refresh_from_db()
    record_revisions([(article, parts_of(article))], editor, "推定")
    inferred = revisions(article)[0]
    confirmed = edit(article, content_of(article), editor, confirms_year=True)
    assert (confirmed.year_basis, confirmed.year_evidence) == ("set", "")
    assert [change.label for change in diff(inferred, revisions(article)[0])] == ["年份依据"]
    restored = revert(article, inferred, editor)
    assert (restored.year, restored.year_basis, restored.year_evidence) == (2022, "inferred", "2022年已过半")

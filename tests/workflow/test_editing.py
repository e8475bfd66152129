"""An edit is taken whole or refused whole, keeps the numbers, and never overwrites another's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from reports.ingest.parsed import ParsedArticle
from reports.models import Article, Figure, Initiative, InitiativeMention, OutboxRow, Statistic, User
from reports.models.article import State
from reports.workflow import (
    EditConflict,
    EditedArticle,
    EditedContributor,
    EditedFigure,
    EditedSection,
    EditRefused,
    RoleRefused,
    content_of,
    edit,
    publish,
    revisions,
)
from tests.factories import DistrictFactory
from tests.receiving import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(page: ParsedArticle) -> Article:
    (article,) = drafted(b"bytes")
    return article


def test_every_field_is_taken(article: Article, editor: User) -> None:
    district = DistrictFactory()
    content = EditedArticle(
        version=1,
        headline="新题",
        kicker="新引题",
        deck="新副题",
        lead="新导语。",
        district=district.key,
        further_districts=("370112",),
        year=2023,
        published_on=date(2023, 2, 1),
        source="山里日报",
        page_label="B02",
        sections=(EditedSection(2, "后来居上", "一段。\n二段。"), EditedSection(None, "新添", "三段。")),
        figures=(EditedFigure(None, "新图。", "方禾摄", "table"), EditedFigure(1, "旧图改题。")),
        pull_quotes=("说一句。", "再说一句。"),
        contributors=(EditedContributor("秦越", "editor"),),
    )
    edited = edit(article, content, editor)
    assert edited.version == 2
    now = content_of(Article.objects.get(pk=article.pk))
    assert now == replace(
        content,
        version=2,
        sections=(content.sections[0], replace(content.sections[1], number=3)),
        figures=(replace(content.figures[0], number=3), content.figures[1]),
    )
    assert revisions(article)[0].made_by == "编辑甲"


def test_unchanged_content_is_no_change(article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(lead="  前后有空白。 ")
    article.refresh_from_db()
    content = content_of(article)
    edit(article, replace(content, lead="前后有空白。\r\n"))
    article.refresh_from_db()
    assert (article.version, len(revisions(article))) == (1, 1)


def test_stale_edit_is_refused_and_nothing_lost(article: Article, editor: User, other_editor: User) -> None:
    seen = content_of(article)
    edit(article, replace(seen, headline="甲的标题"), editor)
    with pytest.raises(EditConflict, match="编辑甲 已修改过") as conflict:
        edit(article, replace(seen, headline="乙的标题"), other_editor)
    assert conflict.value.current_version == 2
    assert content_of(Article.objects.get(pk=article.pk)).headline == "甲的标题"


def test_form_sent_twice_is_taken_once(article: Article) -> None:
    seen = content_of(article)
    twice = replace(seen, sections=(*seen.sections, EditedSection(None, "添一节", "正文。")))
    edit(article, twice)
    edit(article, twice)
    article.refresh_from_db()
    assert (article.version, article.sections.count(), len(revisions(article))) == (2, 3, 2)


class TestNumbers:
    def test_reordered_sections_keep_their_numbers(self, article: Article) -> None:
        content = content_of(article)
        edit(article, replace(content, sections=content.sections[::-1]))
        assert [(s.number, s.position) for s in article.sections.all()] == [(2, 1), (1, 2)]

    def test_removed_number_is_never_given_again(self, article: Article) -> None:
        content = content_of(article)
        edit(article, replace(content, sections=content.sections[:1]))
        now = content_of(Article.objects.get(pk=article.pk))
        edit(article, replace(now, sections=(*now.sections, EditedSection(None, "新", "新。"))))
        assert [s.number for s in article.sections.all()] == [1, 3]

    def test_several_new_sections_get_a_number_each(self, article: Article) -> None:
        content = content_of(article)
        new = (EditedSection(None, "甲", "甲。"), EditedSection(None, "乙", "乙。"))
        edit(article, replace(content, sections=(*new, *content.sections)))
        assert [(s.number, s.heading) for s in article.sections.all()][:2] == [(3, "甲"), (4, "乙")]

    def test_figures_count_by_themselves(self, article: Article) -> None:
        content = content_of(article)
        edit(article, replace(content, figures=(EditedFigure(None, "甲"), EditedFigure(2, "乙"))))
        assert [(f.number, f.caption) for f in article.figures.all()] == [(3, "甲"), (2, "乙")]

    def test_number_of_another_article_is_refused(self, article: Article) -> None:
        content = content_of(article)
        with pytest.raises(EditRefused) as refused:
            edit(article, replace(content, sections=(EditedSection(9, "x", "y"),)))
        assert list(refused.value.errors) == ["sections"]

    def test_removed_number_may_not_be_named_again(self, article: Article) -> None:
        content = content_of(article)
        edit(article, replace(content, sections=content.sections[:1]))
        with pytest.raises(EditRefused):
            edit(article, replace(content, version=2))

    def test_number_twice_is_refused(self, article: Article) -> None:
        content = content_of(article)
        with pytest.raises(EditRefused, match="两次"):
            edit(article, replace(content, sections=content.sections[:1] * 2))

    def test_figure_with_a_picture_stays_without_words(self, article: Article) -> None:
        Figure.objects.filter(article=article, number=1).update(image="a.jpg")
        content = content_of(article)
        emptied = tuple(replace(figure, caption="", credit="") for figure in content.figures)
        edit(article, replace(content, figures=emptied))
        assert [(f.number, f.image) for f in article.figures.all()] == [(1, "a.jpg")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"headline": " \n "}, "headline"),
        ({"headline": "长" * 501}, "headline"),
        ({"source": "长" * 101}, "source"),
        ({"year": 1800, "published_on": None}, "year"),
        ({"district": "999999"}, "district"),
        ({"further_districts": ("999999",)}, "further_districts"),
        ({"sections": (EditedSection(None, "长" * 501, ""),)}, "sections"),
        ({"figures": (EditedFigure(None, "图", kind="film"),)}, "figures"),
        ({"figures": (EditedFigure(None, "图", "长" * 201),)}, "figures"),
        ({"contributors": (EditedContributor("名", "poet"),)}, "contributors"),
        ({"contributors": (EditedContributor("长" * 65, "reporter"),)}, "contributors"),
    ],
)
def test_what_is_no_article_is_refused_by_field(
    article: Article, change: dict[str, object], field: str
) -> None:
    before = content_of(article)
    with pytest.raises(EditRefused) as refused:
        edit(article, replace(before, **change))  # type: ignore[arg-type]
    assert list(refused.value.errors) == [field]
    assert content_of(Article.objects.get(pk=article.pk)) == before


def test_text_is_tidied(article: Article) -> None:
    content = content_of(article)
    edit(
        article,
        replace(
            content,
            headline=" 题\x00目\r\n ",
            lead="一。\r\n\r\n  二。  \r\n",
            sections=(EditedSection(1, " ", "\n 正文\x07。\n"), EditedSection(None, " ", "\n")),
            pull_quotes=(" ", "留下"),
            contributors=(EditedContributor(" 方禾 ", "reporter"), EditedContributor("方禾", "reporter")),
            further_districts=(content.district, "370212", "370212"),
        ),
    )
    now = content_of(Article.objects.get(pk=article.pk))
    assert (now.headline, now.lead, now.pull_quotes) == ("题目", "一。\n二。", ("留下",))
    assert now.sections == (EditedSection(1, "", "正文。"),)
    assert now.contributors == (EditedContributor("方禾", "reporter"),)
    assert now.further_districts == ("370212",)


def test_date_sets_the_year(article: Article) -> None:
    edited = edit(article, replace(content_of(article), published_on=date(2020, 5, 6), year=1999))
    assert edited.year == 2020


class TestPublished:
    def test_edited_article_stays_published_and_waits_for_the_index(
        self, article: Article, editor: User
    ) -> None:
        publish(article, editor)
        OutboxRow.objects.all().delete()
        edited = edit(article, replace(content_of(article), headline="改了"), editor)
        assert edited.state == State.PUBLISHED
        assert [(row.article_id, row.urgent) for row in OutboxRow.objects.all()] == [(article.pk, True)]

    def test_edited_draft_is_no_matter_of_the_index(self, article: Article) -> None:
        edit(article, replace(content_of(article), headline="改了"))
        assert not OutboxRow.objects.exists()


def test_readers_may_not_edit(article: Article, reader: User) -> None:
    with pytest.raises(RoleRefused):
        edit(article, replace(content_of(article), headline="改了"), reader)


class TestFindings:
    def test_follow_the_changed_text(self, article: Article) -> None:
        content = content_of(article)
        changed = replace(content.sections[0], body="先挂出“早市工程”，再装15盏灯。")
        edit(article, replace(content, sections=(changed, content.sections[1])))
        names = {
            (m.field, m.number, m.initiative.name) for m in article.mentions.select_related("initiative")
        }
        assert names == {
            ("headline", 0, "晚灯工程"),
            ("body", 1, "早市工程"),
            ("body", 2, "晚灯工程"),
        }
        assert {(s.number, s.value) for s in article.statistics.all()} == {(1, "15"), (2, "3")}

    def test_unchanged_parts_are_left_alone(self, article: Article) -> None:
        before = {m.pk for m in article.mentions.exclude(field="headline")}
        figures = {s.pk for s in article.statistics.all()}
        edit(article, replace(content_of(article), headline="没有举措的题"))
        assert {m.pk for m in article.mentions.all()} == before
        assert {s.pk for s in article.statistics.all()} == figures

    def test_offsets_hold_after_every_edit(self, article: Article) -> None:
        content = content_of(article)
        sections = (
            EditedSection(None, "添“晚灯工程”", "前头一段，8盏。\n后头“4433”一段。"),
            *(replace(s, body="加一句。\n" + s.body) for s in content.sections[::-1]),
        )
        edit(article, replace(content, sections=sections, kicker="“晚灯工程”"))
        now = content_of(Article.objects.get(pk=article.pk))
        texts = {(part.field, part.number): part.text for part in now.parts()}
        mentions = list(article.mentions.select_related("initiative"))
        assert len(mentions) == 7
        for mention in mentions:
            text = texts[mention.field, mention.number]
            assert text[mention.start : mention.end] == mention.initiative.name
        for figure in article.statistics.all():
            text = texts[figure.field, figure.number]
            assert text[figure.start : figure.end] == figure.value + figure.unit

    def test_codes_go_over_to_the_new_district(self, article: Article) -> None:
        edit(article, replace(content_of(article), district="370212", further_districts=()))
        owners = {m.initiative.owner.key for m in article.mentions.filter(initiative__name="4433")}  # type: ignore[union-attr]
        assert owners == {"370212"}
        assert article.mentions.filter(initiative__name="晚灯工程").count() == 3

    def test_codes_are_read_when_the_district_becomes_known(
        self, parsed_as: Callable[..., None], page: ParsedArticle
    ) -> None:
        from reports.knowledge.findings import RecognisedDistricts

        parsed_as(page, districts=RecognisedDistricts(None))
        (article,) = drafted(b"other")
        edit(article, replace(content_of(article), district="370112"))
        assert article.mentions.filter(initiative__name="4433").count() == 1

    def test_curated_findings_move_with_their_words(self, article: Article) -> None:
        mention = article.mentions.get(field="body", number=2)
        lamp = Initiative.objects.create(slug="zhang-mu", name="账目上墙", kind="mechanism")
        InitiativeMention.objects.filter(pk=mention.pk).update(initiative=lamp, is_curated=True)
        Statistic.objects.filter(article=article, value="3").update(subject="总花费", is_curated=True)
        content = content_of(article)
        longer = replace(content.sections[1], body="头一句。" + content.sections[1].body)
        edit(article, replace(content, sections=(content.sections[0], longer)))
        moved = article.mentions.get(initiative=lamp)
        assert (moved.start, moved.end, moved.is_curated) == (mention.start + 4, mention.end + 4, True)
        assert article.statistics.get(value="3").subject == "总花费"

    def test_curated_finding_goes_with_its_words(self, article: Article) -> None:
        article.mentions.filter(field="body", number=2).update(is_curated=True)
        content = content_of(article)
        edit(article, replace(content, sections=(content.sections[0], EditedSection(2, "账", "没有了。"))))
        assert not article.mentions.filter(field="body", number=2).exists()

    def test_two_curated_findings_change_places_without_clash(self, article: Article) -> None:
        content = content_of(article)
        body = "“晚灯工程”挨着“晚灯工程”。"
        edit(article, replace(content, sections=(EditedSection(1, "", body),)))
        article.mentions.filter(field="body").update(is_curated=True)
        now = content_of(Article.objects.get(pk=article.pk))
        edit(article, replace(now, sections=(EditedSection(1, "", "共六字多“晚灯工程”挨着“晚灯工程”。"),)))
        starts = sorted(article.mentions.filter(field="body").values_list("start", flat=True))
        assert starts == [5, 13]


@pytest.mark.django_db(transaction=True)
def test_of_several_editors_at_once_one_wins_and_the_others_are_told(article: Article) -> None:
    seen = content_of(article)

    def save(number: int) -> str:
        try:
            return edit(Article.objects.get(pk=article.pk), replace(seen, headline=f"第{number}稿")).headline
        except EditConflict:
            return "conflict"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(save, range(6)))
    assert outcomes.count("conflict") == 5
    assert Article.objects.get(pk=article.pk).headline in outcomes

"""A document becomes drafts with all their parts, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

from reports.ingest import UnreadableDocument
from reports.ingest.parsed import (
    ParsedArticle,
    ParsedContributor,
    ParsedFigure,
    ParsedSection,
    Problem,
    YearBasis,
)
from reports.knowledge.findings import RecognisedDistricts
from reports.models import Accession, Article, District, Initiative, OutboxRow
from reports.models.article import State
from reports.workflow import (
    DraftOptions,
    EditedArticle,
    RoleRefused,
    content_of,
    revisions,
)
from reports.workflow.drafting.finding_rows import storable
from reports.workflow.drafting.recognition import fit_to_columns
from tests.receiving import drafted, kept, received

from .conftest import LAOSHAN, LICHENG, PAGE

pytestmark = pytest.mark.django_db


def test_draft_holds_every_part_in_order(page: ParsedArticle, editor: object) -> None:
    (article,) = drafted(b"any bytes", by=editor)  # type: ignore[arg-type]
    article.refresh_from_db()
    content = content_of(article)
    assert isinstance(content, EditedArticle)
    assert (content.kicker, content.headline, content.deck) == (page.kicker, page.headline, page.deck)
    assert content.lead == "入秋以后，街坊们晚上愿意出门了。\n灯是谁装的？"
    assert [(s.number, s.heading, s.body) for s in content.sections] == [
        (number, section.heading, section.body) for number, section in enumerate(page.sections, 1)
    ]
    assert [(f.number, f.caption, f.credit, f.kind) for f in content.figures] == [
        (1, "入夜后的长街。", "陆小满摄", "photo"),
        (2, "各院装灯数量", "", "chart"),
    ]
    assert content.pull_quotes == page.pull_quotes
    assert [(c.name, c.role) for c in content.contributors] == [
        ("方禾", "reporter"),
        ("陆小满", "photographer"),
    ]
    assert (content.district, content.further_districts) == ("370112", ("370212",))
    assert (content.year, content.published_on) == (2022, date(2022, 9, 14))
    assert (content.source, content.page_label) == ("区县观察", "A03版")
    assert (article.furniture, article.state, article.version) == ("03版", State.DRAFT, 1)
    assert (article.next_section, article.next_figure) == (3, 3)


def test_district_comes_with_its_city(page: ParsedArticle) -> None:
    drafted(b"any bytes")
    district = District.objects.get(key="370112")
    assert (district.full_name, district.code, district.level) == ("济南市历城区", "370112", "county")
    assert district.city is not None
    assert (district.city.key, district.city.city_key) == ("370100", "370100")


def test_mentions_and_statistics_point_at_the_stored_text(page: ParsedArticle) -> None:
    (article,) = drafted(b"any bytes")
    texts = {(part.field, part.number): part.text for part in content_of(article).parts()}
    mentions = list(article.mentions.select_related("initiative"))
    assert len(mentions) == 4
    for mention in mentions:
        assert texts[mention.field, mention.number][mention.start : mention.end] == mention.initiative.name
    figures = list(article.statistics.all())
    assert [(f.value, f.unit, f.quantity) for f in figures] == [("12", "盏", 12), ("3", "万元", 30_000)]
    for figure in figures:
        assert texts[figure.field, figure.number][figure.start : figure.end] == figure.value + figure.unit


def test_code_belongs_to_its_district_and_project_to_all(
    page: ParsedArticle, parsed_as: Callable[..., None]
) -> None:
    (first,) = drafted(b"one")
    parsed_as(PAGE, districts=RecognisedDistricts(LAOSHAN))
    (second,) = drafted(b"two")
    codes = Initiative.objects.filter(name="4433")
    assert {(code.owner.key, code.slug) for code in codes if code.owner} == {
        ("370112", "4433-370112"),
        ("370212", "4433-370212"),
    }
    shared = Initiative.objects.get(name="晚灯工程")
    assert shared.owner is None
    assert {m.article_id for m in shared.mentions.all()} == {first.pk, second.pk}


def test_code_is_not_the_shared_initiative_of_that_name(page: ParsedArticle) -> None:
    shared = Initiative.objects.create(slug="4433", name="4433", kind="plan")
    (article,) = drafted(b"any bytes")
    assert not shared.mentions.exists()
    assert article.mentions.get(initiative__name="4433").initiative.owner == article.district


def test_district_prefers_its_own_initiative(page: ParsedArticle) -> None:
    Initiative.objects.create(slug="a", name="晚灯工程", kind="project")
    (first,) = drafted(b"one")
    own = Initiative.objects.create(slug="b", name="晚灯工程", kind="project", owner=first.district)
    (second,) = drafted(b"two")
    assert {m.article_id for m in own.mentions.all()} == {second.pk}


def test_code_without_a_district_names_nothing(parsed_as: Callable[..., None]) -> None:
    parsed_as(PAGE, districts=RecognisedDistricts(None))
    (article,) = drafted(b"any bytes")
    assert not Initiative.objects.filter(name="4433").exists()
    assert [p["code"] for p in article.problems] == ["district_missing"]


def test_doubtful_district_is_taken_and_told(parsed_as: Callable[..., None]) -> None:
    parsed_as(PAGE, districts=RecognisedDistricts(LICHENG, why="只提到一次", doubtful=True))
    (article,) = drafted(b"any bytes")
    assert article.district is not None
    assert article.problems[0]["code"] == "district_doubtful"
    assert "只提到一次" in article.problems[0]["message"]


def test_name_or_alias_finds_the_known_initiative(page: ParsedArticle) -> None:
    known = Initiative.objects.create(slug="deng-hui", name="灯辉行动", kind="initiative")
    known.aliases.create(name="晚灯工程")
    (article,) = drafted(b"any bytes")
    assert known.mentions.filter(article=article).count() == 3
    assert not Initiative.objects.filter(name="晚灯工程").exists()


def test_merged_initiative_leads_on(page: ParsedArticle) -> None:
    kept = Initiative.objects.create(slug="a", name="长明灯行动", kind="initiative")
    Initiative.objects.create(slug="b", name="晚灯工程", kind="project", merged_into=kept)
    (article,) = drafted(b"any bytes")
    assert kept.mentions.filter(article=article).count() == 3


def test_taken_slug_gets_a_number(page: ParsedArticle) -> None:
    drafted(b"one")
    slug = Initiative.objects.get(name="晚灯工程").slug
    Initiative.objects.filter(name="晚灯工程").update(name="别的工程")
    drafted(b"two")
    assert Initiative.objects.get(name="晚灯工程").slug == f"{slug}-2"


def test_several_articles_of_one_document_are_several_drafts(parsed_as: Callable[..., None]) -> None:
    parsed_as(PAGE, replace(PAGE, headline="另一则"))
    articles = drafted(b"any bytes")
    assert [(r.ordinal, r.headline) for r in articles] == [(1, PAGE.headline), (2, "另一则")]
    again = received(b"any bytes")
    assert (again.outcome, [r.pk for r in again.articles]) == ("known", [r.pk for r in articles])


def test_what_the_handing_person_knows_fills_the_gaps(parsed_as: Callable[..., None]) -> None:
    bare = replace(PAGE, year=None, published_on=None, source="")
    parsed_as(bare)
    (article,) = drafted(b"one", options=DraftOptions(year=2019, source="农家报"))
    assert (article.year, article.published_on, article.source) == (2019, None, "农家报")
    parsed_as(PAGE)
    (article,) = drafted(b"two", options=DraftOptions(district=LAOSHAN, year=2019, source="农家报"))
    assert (article.year, article.source) == (2022, "区县观察")
    assert article.district is not None
    assert article.district.key == "370212"
    assert [row.district.key for row in article.further_districts.all()] == ["370112"]


def test_an_inferred_year_keeps_its_evidence_until_a_person_states_one(
    parsed_as: Callable[..., None],
) -> None:
    problem = Problem("year_inferred", "年份推定为2021年。")
    inferred = replace(
        PAGE,
        year=2021,
        year_basis=YearBasis.INFERRED,
        year_evidence="2021年已过半",
        published_on=None,
        problems=(problem,),
    )
    parsed_as(inferred)
    (article,) = drafted(b"any bytes")
    assert (article.year, article.year_basis, article.year_evidence) == (2021, "inferred", "2021年已过半")
    (article,) = drafted(b"other bytes", options=DraftOptions(year=2019))
    assert (article.year, article.year_basis, article.year_evidence) == (2019, "set", "")
    assert "year_inferred" not in [found["code"] for found in article.problems]


def test_first_revision_holds_the_whole_draft(page: ParsedArticle, editor: object) -> None:
    (article,) = drafted(b"any bytes", by=editor)  # type: ignore[arg-type]
    (entry,) = revisions(article)
    assert (entry.comment, entry.made_by) == ("导入为草稿", "编辑甲")
    from reports.workflow.review.revisions import article_at

    assert article_at(entry).content == content_of(article)


def test_unreadable_document_is_kept_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(data: bytes, name: str = "") -> list[ParsedArticle]:
        raise UnreadableDocument("这不是文本文件，请另存为纯文本。")

    monkeypatch.setattr("reports.workflow.drafting.recognition.parse_document", refuse)
    result = received(b"any bytes")
    assert (result.outcome, result.message) == ("unreadable", "这不是文本文件，请另存为纯文本。原件已保留。")
    accession = Accession.objects.failed().get()
    assert accession.failure == "这不是文本文件，请另存为纯文本。"
    assert not Article.objects.exists()


def test_second_try_clears_the_failure(page: ParsedArticle) -> None:
    kept(b"any bytes")
    Accession.objects.update(failure="从前读不了")
    assert drafted(b"any bytes")
    assert not Accession.objects.failed().exists()


@pytest.mark.parametrize("broken", ["record_revisions", "resolve", "statistic_rows"])
def test_nothing_is_half_made(page: ParsedArticle, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(f"reports.workflow.drafting.drafts.{broken}", fail)
    result = received(b"any bytes")
    assert result.outcome == "unreadable"
    assert "无法存入数据库" in result.message
    assert "原件已保留" in result.message
    assert not Article.objects.exists()
    assert not District.objects.exists()
    assert Accession.objects.failed().count() == 1


def test_publishing_at_once_waits_in_the_outbox(page: ParsedArticle, editor: object) -> None:
    (article,) = drafted(b"any bytes", by=editor, options=DraftOptions(publish=True))  # type: ignore[arg-type]
    article.refresh_from_db()
    assert (article.state, article.published_by) == (State.PUBLISHED, editor)
    assert article.published_at is not None
    assert [row.article_id for row in OutboxRow.objects.all()] == [article.pk]
    assert revisions(article)[0].comment == "导入并发布"


def test_reader_may_not_draft(page: ParsedArticle, reader: object) -> None:
    with pytest.raises(RoleRefused):
        received(b"any bytes", by=reader)  # type: ignore[arg-type]
    assert not Accession.objects.exists()


class TestFitting:
    """What is too long for its column is moved, with its whole text, and told."""

    def test_long_headline_is_shown_short_and_kept_whole(self) -> None:
        long = "一" * 600
        article = fit_to_columns(ParsedArticle(headline=long, lead=("导语。",)))
        assert (len(article.headline), article.headline[-1]) == (500, "…")
        assert article.lead == (long, "导语。")
        assert [p.code for p in article.problems] == ["headline_too_long"]

    @pytest.mark.parametrize("name", ["kicker", "deck"])
    def test_long_line_beside_the_headline_moves_to_the_lead(self, name: str) -> None:
        article = fit_to_columns(replace(ParsedArticle(headline="题"), **{name: "二" * 501}))
        assert getattr(article, name) == ""
        assert article.lead == ("二" * 501,)

    def test_long_heading_becomes_a_paragraph(self) -> None:
        article = fit_to_columns(
            ParsedArticle(headline="题", sections=(ParsedSection("三" * 501, ("段。",)),))
        )
        assert article.sections == (ParsedSection("", ("三" * 501, "段。")),)

    def test_long_credit_joins_the_caption(self) -> None:
        article = fit_to_columns(ParsedArticle(headline="题", figures=(ParsedFigure("图。", "四" * 201),)))
        assert article.figures == (ParsedFigure("图。\n" + "四" * 201),)

    def test_long_names_and_labels_are_told(self) -> None:
        parsed = ParsedArticle(
            headline="题",
            contributors=(ParsedContributor("五" * 65, PAGE.contributors[0].role),),
            source="六" * 101,
            page_label="七" * 33,
        )
        article = fit_to_columns(parsed)
        assert (article.contributors, article.source, article.page_label) == ((), "", "")
        told = "".join(problem.message for problem in article.problems)
        assert all(text in told for text in ("五" * 65, "六" * 101, "七" * 33))

    def test_missing_headline_is_stood_in_for(self) -> None:
        article = fit_to_columns(
            ParsedArticle(headline=" ", sections=(ParsedSection("", ("开头一段。" * 20,)),))
        )
        assert article.headline == ("开头一段。" * 20)[:40] + "…"
        assert article.problems[0].code == "headline_missing"
        assert fit_to_columns(ParsedArticle(headline="")).headline == "（无标题）"

    def test_year_follows_the_date(self) -> None:
        article = fit_to_columns(ParsedArticle(headline="题", year=2020, published_on=date(2021, 1, 1)))
        assert article.year == 2021
        assert fit_to_columns(ParsedArticle(headline="题", year=1066)).year is None

    def test_article_that_fits_is_left_alone(self) -> None:
        assert fit_to_columns(PAGE) == PAGE


@pytest.mark.parametrize(
    ("quantity", "stored"),
    [
        (Decimal("3.5"), Decimal("3.500000")),
        (Decimal(10) ** 24, None),
        (Decimal(10) ** 23, Decimal(10) ** 23),
        (Decimal("NaN"), None),
        (None, None),
        (Decimal(1) / 3, Decimal("0.333333")),
    ],
)
def test_quantity_is_stored_or_left_out(quantity: Decimal | None, stored: Decimal | None) -> None:
    assert storable(quantity) == stored


@pytest.mark.django_db(transaction=True)
def test_one_accession_drafted_from_two_sides_is_drafted_once(page: ParsedArticle) -> None:
    kept(b"any bytes")

    def draft(_: int) -> str:
        try:
            return received(b"any bytes").outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(draft, range(8)))
    assert sorted(outcomes) == ["drafted", *["known"] * 7]
    assert Article.objects.count() == 1
    assert Initiative.objects.count() == 2

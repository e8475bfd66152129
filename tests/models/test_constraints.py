"""Every constraint of the database can be broken by one bad row, and only by that row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from reports.ingest.parsed import ContributorRole
from reports.models.article import State
from tests import factories as f

pytestmark = pytest.mark.django_db


def _own_container() -> None:
    accession = f.AccessionFactory()
    accession.container = accession
    accession.save()


def _own_city() -> None:
    district = f.DistrictFactory()
    district.city = district
    district.save()


def _merged_into_itself() -> None:
    initiative = f.InitiativeFactory()
    initiative.merged_into = initiative
    initiative.save()


def _again(make: Callable[..., Any], *names: str, **values: Any) -> Callable[[], None]:
    """Make one, then another with the same values in ``names``."""

    def break_it() -> None:
        first = make(**values)
        make(**{**values, **{name: getattr(first, name) for name in names}})

    return break_it


def _lines_of_one_list() -> None:
    container = f.AccessionFactory()
    f.AccessionFactory(container=container, line=3)
    f.AccessionFactory(container=container, line=3)


def _article(**values: Any) -> Callable[[], Any]:
    return lambda: f.ArticleFactory(**values)


BREAKING: dict[str, Callable[[], Any]] = {
    "accession_is_not_empty": lambda: f.AccessionFactory(size=0),
    "accession_sha256_is_hexadecimal": lambda: f.AccessionFactory(sha256="Z" * 64),
    "accession_line_has_container": lambda: f.AccessionFactory(line=1),
    "accession_line_counts_from_one": lambda: f.AccessionFactory(container=f.AccessionFactory(), line=0),
    "accession_line_stands_once": _lines_of_one_list,
    "accession_has_file_name": lambda: f.AccessionFactory(file_name=""),
    "accession_does_not_hold_itself": _own_container,
    "district_code_has_six_digits": lambda: f.DistrictFactory(code="37010"),
    "district_level_is_known": lambda: f.DistrictFactory(level="village"),
    "district_city_has_no_city": lambda: f.DistrictFactory(level="city"),
    "district_has_key_and_name": lambda: f.DistrictFactory(name=""),
    "district_is_not_inside_itself": _own_city,
    "district_province_is_in_none": lambda: f.DistrictFactory(level="province"),
    "article_names_further_district_once": _again(f.ArticleDistrictFactory, "article", "district"),
    "shared_initiative_name_is_unique": _again(f.InitiativeFactory, "name"),
    "owned_initiative_name_is_unique": lambda: [
        f.InitiativeFactory(name="4433", owner=owner) for owner in [f.DistrictFactory()] * 2
    ],
    "initiative_kind_is_known": lambda: f.InitiativeFactory(kind="wish"),
    "initiative_has_name_and_slug": lambda: f.InitiativeFactory(slug=""),
    "initiative_code_has_owner": lambda: f.InitiativeFactory(kind="code"),
    "initiative_is_not_merged_into_itself": _merged_into_itself,
    "alias_stands_once_for_an_initiative": _again(f.InitiativeAliasFactory, "initiative", "name"),
    "alias_has_name": lambda: f.InitiativeAliasFactory(name=""),
    "mention_is_not_empty": lambda: f.InitiativeMentionFactory(start=2, end=2),
    "mention_addresses_a_part": lambda: f.InitiativeMentionFactory(field="headline", number=1),
    "mention_certainty_is_known": lambda: f.InitiativeMentionFactory(certainty="guessed"),
    "mention_stands_once": _again(f.InitiativeMentionFactory, "article", "initiative"),
    "statistic_is_not_empty": lambda: f.StatisticFactory(start=7, end=4),
    "statistic_addresses_a_part": lambda: f.StatisticFactory(field="body", number=0),
    "statistic_certainty_is_known": lambda: f.StatisticFactory(certainty="guessed"),
    "statistic_stands_once": _again(f.StatisticFactory, "article"),
    "section_number_is_unique_in_article": _again(f.SectionFactory, "article", "number"),
    "section_number_counts_from_one": lambda: f.SectionFactory(number=0),
    "section_says_something": lambda: f.SectionFactory(heading="", body=""),
    "figure_number_is_unique_in_article": _again(f.FigureFactory, "article", "number"),
    "figure_number_counts_from_one": lambda: f.FigureFactory(number=0),
    "figure_kind_is_known": lambda: f.FigureFactory(kind="film"),
    "figure_rows_are_those_of_a_table": lambda: f.FigureFactory(kind="photo", rows=[["年份", "数量"]]),
    "figure_shows_something": lambda: f.FigureFactory(caption=""),
    "pull_quote_has_its_place": _again(f.PullQuoteFactory, "article", "position"),
    "pull_quote_position_counts_from_one": lambda: f.PullQuoteFactory(position=0),
    "pull_quote_says_something": lambda: f.PullQuoteFactory(text=""),
    "contributor_stands_once_in_a_role": _again(f.ContributorFactory, "article", "name"),
    "contributor_role_is_known": lambda: f.ContributorFactory(role="poet"),
    "contributor_has_name": lambda: f.ContributorFactory(name=""),
    "article_is_one_place_of_accession": _again(f.ArticleFactory, "accession"),
    "article_state_is_known": _article(state="lost"),
    "article_has_headline": _article(headline=""),
    "article_year_is_plausible": _article(year=1899),
    "article_year_basis_is_known_and_has_a_year": _article(year=None, year_basis="set"),
    "article_year_evidence_has_a_basis": _article(year=2020, year_evidence="2020年已过半"),
    "article_year_is_that_of_its_date": _article(year=2020, published_on=date(2021, 3, 4)),
    "article_counters_count_from_one": _article(next_section=0),
    "article_in_review_says_when": _article(state=State.IN_REVIEW),
    "article_published_says_when": _article(state=State.PUBLISHED),
    "article_withdrawn_says_when": _article(state=State.WITHDRAWN, published_at=timezone.now()),
    "article_discarded_says_when_and_why": _article(state=State.DISCARDED, discarded_at=timezone.now()),
    "article_submitted_by_someone_says_when": lambda: f.ArticleFactory(submitted_by=f.UserFactory()),
    "article_published_by_someone_says_when": lambda: f.ArticleFactory(published_by=f.UserFactory()),
    "article_withdrawn_by_someone_says_when": lambda: f.ArticleFactory(withdrawn_by=f.UserFactory()),
    "article_discarded_by_someone_says_when": lambda: f.ArticleFactory(discarded_by=f.UserFactory()),
    "purge_kind_is_known": lambda: f.PurgeFactory(kind="whim", article_id=None, accession_id=1),
    "purge_of_an_article_names_it": lambda: f.PurgeFactory(article_id=None, accession_id=1),
    "purge_has_reason": lambda: f.PurgeFactory(reason=""),
    "purge_sha256_is_hexadecimal": lambda: f.PurgeFactory(sha256="Z" * 64),
    "synonym_has_both_sides": lambda: f.SynonymFactory(expansions=""),
    "lexicon_word_is_not_empty": lambda: f.LexiconWordFactory(normalised=""),
    "missed_query_is_not_empty": lambda: f.MissedQueryFactory(query=""),
    "event_act_is_known": lambda: f.EventFactory(act="dance"),
    "event_subject_is_known": lambda: f.EventFactory(subject="moon"),
    "event_result_is_known": lambda: f.EventFactory(result="maybe"),
    "missed_query_was_asked": lambda: f.MissedQueryFactory(times=0),
}


def _constraints() -> set[str]:
    every = {f.models.__dict__[name] for name in f.models.__all__} - {f.models.User}
    return {constraint.name for model in every for constraint in model._meta.constraints}


def test_every_constraint_is_tried() -> None:
    assert set(BREAKING) == _constraints()


@pytest.mark.parametrize("name", sorted(BREAKING))
def test_constraint_holds(name: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BREAKING[name]()
    if connection.vendor == "postgresql" or "UNIQUE" not in str(refused.value):
        assert name in str(refused.value)
    else:
        # SQLite names the columns of a broken uniqueness instead.
        columns = {column.split(".")[-1].removesuffix("_id") for column in _columns(str(refused.value))}
        assert columns == _fields(name)


def _columns(message: str) -> list[str]:
    return message.partition(": ")[2].split(", ")


def _fields(name: str) -> set[str]:
    for model_name in f.models.__all__:
        for constraint in getattr(f.models, model_name)._meta.constraints:
            if constraint.name == name:
                assert isinstance(constraint, models.UniqueConstraint)
                return set(constraint.fields)
    raise AssertionError(name)


@pytest.mark.parametrize(
    "make",
    [getattr(f, name) for name in dir(f) if name.endswith("Factory") and name != "DjangoModelFactory"],
)
def test_every_factory_makes_rows_that_pass(make: Any) -> None:
    make()
    make()


def test_same_code_may_belong_to_two_districts() -> None:
    f.InitiativeFactory(name="4433", kind="code", owner=f.DistrictFactory())
    f.InitiativeFactory(name="4433", kind="code", owner=f.DistrictFactory())


def test_one_name_may_stand_in_two_roles() -> None:
    article = f.ArticleFactory()
    f.ContributorFactory(article=article, name="方禾", role=ContributorRole.REPORTER)
    f.ContributorFactory(article=article, name="方禾", role=ContributorRole.PHOTOGRAPHER)


def test_waiting_are_drafts_and_articles_in_review() -> None:
    draft, in_review = f.ArticleFactory(), f.ArticleFactory(in_review=True)
    f.ArticleFactory(published=True)
    f.ArticleFactory(withdrawn=True)
    assert set(f.models.Article.objects.waiting()) == {draft, in_review}

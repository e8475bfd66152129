"""More of everything than a statement of the database takes: each step of the workflow takes it in pieces."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.knowledge.findings import InitiativeKind
from reports.models import (
    Accession,
    Article,
    Initiative,
    InitiativeAlias,
    InitiativeMention,
    OutboxRow,
    Purge,
    Section,
    User,
)
from reports.workflow import (
    clear_purges,
    content_of,
    edit,
    merge_initiatives,
    plan_accession_purge,
    purge_accession,
    remove_samples,
    save_initiative,
    withdraw,
)
from reports.workflow.dictionaries.archive_dictionaries import archive_lexicon
from reports.workflow.dictionaries.initiatives import InitiativeName, resolve
from reports.workflow.purge_records import purges_of
from tests.factories import (
    AccessionFactory,
    ArticleFactory,
    InitiativeAliasFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
    PurgeFactory,
    SectionFactory,
    StatisticFactory,
    UserFactory,
)
from tests.receiving import drafted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("narrow_database")]

MANY = 1200


@pytest.fixture
def document() -> Accession:
    """One document with many articles, each of which names an initiative of its own."""
    accession = AccessionFactory()
    articles = Article.objects.bulk_create(
        ArticleFactory.build(accession=accession, ordinal=number, is_sample=True)
        for number in range(1, MANY + 1)
    )
    initiatives = Initiative.objects.bulk_create(InitiativeFactory.build_batch(MANY))
    InitiativeMention.objects.bulk_create(
        InitiativeMentionFactory.build(article=article, initiative=initiative)
        for article, initiative in zip(articles, initiatives, strict=True)
    )
    return accession


def test_a_document_of_many_articles_is_removed_for_good(document: Accession, administrator: User) -> None:
    assert len(plan_accession_purge(document).initiatives) == MANY
    purge_accession(document, administrator, "含有个人隐私", drain=False)
    assert not Article.objects.exists()
    assert not Initiative.objects.exists()
    assert Purge.objects.filter(article_id__isnull=False).count() == MANY


@pytest.mark.usefixtures("document")
def test_many_samples_are_removed() -> None:
    assert remove_samples(drain=False) == MANY
    assert not Initiative.objects.exists()
    assert not Accession.objects.exists()


def test_samples_of_many_documents_are_removed() -> None:
    accessions = Accession.objects.bulk_create(AccessionFactory.build_batch(MANY))
    Article.objects.bulk_create(ArticleFactory.build(accession=one, is_sample=True) for one in accessions)
    assert remove_samples(drain=False) == MANY
    assert not Accession.objects.exists()


def test_many_removals_are_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.workflow.outbox.clearing.compact_database", lambda: None)
    purges = Purge.objects.bulk_create(PurgeFactory.build_batch(MANY, purged_by=UserFactory()))
    assert len(purges_of(purge.sha256 for purge in purges)) == MANY
    assert clear_purges() == MANY


def test_many_names_are_looked_up_and_taught() -> None:
    wanted = [InitiativeName(f"第{number}号晚灯工程", InitiativeKind.PROJECT, None) for number in range(MANY)]
    made = resolve(wanted)
    assert resolve(wanted) == made
    Initiative.objects.update(is_curated=True)
    InitiativeAliasFactory(initiative=made[wanted[-1]], name="末号灯")
    forms = archive_lexicon().by_form
    assert forms["末号灯"].name == wanted[-1].text


def test_an_initiative_of_many_names_and_mentions_is_saved_and_merged() -> None:
    kept, merged = InitiativeFactory(), InitiativeFactory()
    article = ArticleFactory(published=True)
    save_initiative(merged, [f"别名{number}" for number in range(MANY)])
    InitiativeMention.objects.bulk_create(
        InitiativeMentionFactory.build(article=article, initiative=merged, start=start, end=start + 1)
        for start in range(MANY)
    )
    merge_initiatives(kept, merged)
    assert kept.mentions.count() == MANY
    save_initiative(kept, ["唯一的别名"])
    assert [alias.name for alias in InitiativeAlias.objects.all()] == ["唯一的别名"]


def test_an_article_of_many_parts_and_findings_is_edited() -> None:
    article = ArticleFactory(next_section=MANY + 1, lead="晚灯。")
    Section.objects.bulk_create(
        SectionFactory.build(article=article, number=number, position=number) for number in range(1, MANY + 1)
    )
    lamps = InitiativeFactory()
    for row in (InitiativeMentionFactory, StatisticFactory):
        extra = {"initiative": lamps} if row is InitiativeMentionFactory else {}
        row._meta.model.objects.bulk_create(
            row.build(article=article, field="body", number=number, start=0, end=2, **extra)
            for number in range(1, MANY + 1)
        )
    content = content_of(article)
    article = edit(article, replace(content, sections=content.sections[:1]))
    assert article.sections.count() == article.mentions.count() == article.statistics.count() == 1
    edit(article, replace(content_of(article), sections=()))
    assert not article.sections.exists()


def test_a_page_that_names_many_is_drafted_and_withdrawn() -> None:
    text = "夜里的灯\n" + "\n".join(f"区里推出“第{number}号晚灯工程”，居民说好。" for number in range(MANY))
    (article,) = drafted(text.encode(), "灯.txt")
    assert article.mentions.values("initiative").distinct().count() >= MANY
    InitiativeMention.objects.filter(article=article).update(merged_from=InitiativeFactory())
    Article.objects.filter(pk=article.pk).update(state="published", published_at="2024-01-01T00:00Z")
    withdraw(article, reason="重复")
    assert set(OutboxRow.objects.values_list("article_id", flat=True)) == {article.pk}

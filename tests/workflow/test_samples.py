"""Samples come in published and marked, and go without taking anything else along."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from reversion.models import Revision, Version

from reports.ingest.parsed import ParsedArticle
from reports.models import Accession, Article, Initiative, OutboxRow
from reports.models.article import State
from reports.workflow import load_samples, remove_samples, save_initiative
from tests.factories import InitiativeFactory
from tests.receiving import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet_index(monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    """What the index was told of, each time it was drained."""
    told: list[set[int]] = []

    def drain(progress: object = None) -> str:
        told.append(set(OutboxRow.objects.values_list("article_id", flat=True)))
        OutboxRow.objects.all().delete()
        return ""

    monkeypatch.setattr("reports.workflow.receiving.samples.drain_or_tell", drain)
    return told


@pytest.fixture
def folder(tmp_path: Path, page: ParsedArticle) -> Path:
    for name in ("一.txt", "二.md", "说明.rst"):
        (tmp_path / name).write_text(f"示例 {name}")
    return tmp_path


def originals() -> set[str]:
    return {path.name for path in Path(settings.ARCHIVE_ORIGINALS).rglob("*") if path.is_file()}


def test_samples_are_published_and_marked(folder: Path) -> None:
    assert load_samples(folder)[0].new_articles == 2
    assert all(article.is_sample and article.state == State.PUBLISHED for article in Article.objects.all())


def test_removal_leaves_the_archive_as_it_was(folder: Path, quiet_index: list[set[int]]) -> None:
    (own,) = drafted(b"own", "own.txt")
    InitiativeFactory(name="没人提的工程")
    before = {
        "accessions": set(Accession.objects.values_list("pk", flat=True)),
        "articles": set(Article.objects.values_list("pk", flat=True)),
        "initiatives": set(Initiative.objects.values_list("pk", flat=True)),
        "revisions": set(Revision.objects.values_list("pk", flat=True)),
        "versions": set(Version.objects.values_list("pk", flat=True)),
        "originals": originals(),
    }
    load_samples(folder)
    samples = set(Article.objects.samples().values_list("pk", flat=True))
    assert remove_samples() == (2, "")
    assert before == {
        "accessions": set(Accession.objects.values_list("pk", flat=True)),
        "articles": set(Article.objects.values_list("pk", flat=True)),
        "initiatives": set(Initiative.objects.values_list("pk", flat=True)),
        "revisions": set(Revision.objects.values_list("pk", flat=True)),
        "versions": set(Version.objects.values_list("pk", flat=True)),
        "originals": originals(),
    }
    assert quiet_index[-1] == samples
    assert own.mentions.count() == 4


def test_initiatives_that_only_samples_named_go(folder: Path) -> None:
    load_samples(folder)
    assert Initiative.objects.exists()
    remove_samples()
    assert not Initiative.objects.exists()


def test_initiative_that_a_person_has_set_stays(folder: Path) -> None:
    load_samples(folder)
    save_initiative(Initiative.objects.get(name="晚灯工程"), ["夜里点灯"])
    remove_samples()
    assert [initiative.name for initiative in Initiative.objects.all()] == ["晚灯工程"]


def test_document_that_was_here_before_is_no_sample(folder: Path) -> None:
    data = (folder / "一.txt").read_bytes()
    drafted(data, "我的.txt")
    load_samples(folder)
    remove_samples()
    assert [accession.file_name for accession in Accession.objects.all()] == ["我的.txt"]
    assert len(originals()) == 1


def test_removing_none_is_nothing() -> None:
    assert remove_samples() == (0, "")

"""Samples come in published and marked, and go without taking anything else along."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from reversion.models import Revision, Version

from reports.ingest.parsed import ParsedArticle
from reports.models import Accession, Article, Event, Initiative, OutboxRow, User
from reports.models.article import State
from reports.models.event import Act, Result
from reports.workflow import RoleRefused, load_samples, remove_samples, save_initiative
from tests.factories import InitiativeFactory
from tests.receiving import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an index: its rows are taken as done."""

    def drain(progress: object = None) -> str:
        OutboxRow.objects.all().delete()
        return ""

    monkeypatch.setattr("reports.workflow.receiving.samples.drain_or_tell", drain)


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


def test_removal_leaves_the_archive_as_it_was(folder: Path) -> None:
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
    assert remove_samples(drain=False) == 2
    assert before == {
        "accessions": set(Accession.objects.values_list("pk", flat=True)),
        "articles": set(Article.objects.values_list("pk", flat=True)),
        "initiatives": set(Initiative.objects.values_list("pk", flat=True)),
        "revisions": set(Revision.objects.values_list("pk", flat=True)),
        "versions": set(Version.objects.values_list("pk", flat=True)),
        "originals": originals(),
    }
    assert set(OutboxRow.objects.values_list("article_id", flat=True)) == samples
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
    assert remove_samples() == 0


def test_an_editor_removes_them_and_the_record_says_who(folder: Path, editor: User) -> None:
    load_samples(folder)
    numbers = set(Article.objects.values_list("pk", flat=True))
    assert remove_samples(editor) == 2
    events = Event.objects.filter(act=Act.REMOVE_SAMPLE)
    assert {(row.account, row.number, row.result) for row in events} == {
        (editor, number, Result.DONE) for number in numbers
    }


def test_a_reader_removes_none(folder: Path, reader: User) -> None:
    load_samples(folder)
    with pytest.raises(RoleRefused):
        remove_samples(reader)
    assert Article.objects.samples().count() == 2
    assert Event.objects.get(act=Act.REMOVE_SAMPLE).result == Result.REFUSED


def test_counting_them_does_not_read_the_articles() -> None:
    assert "article_sample_state" in Article.objects.samples().published().explain()

"""Every change that search must see writes its outbox rows with it, urgent where it is a person's own act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from django.db import transaction

from reports.models import Article, District, Initiative, OutboxRow, User
from reports.workflow import (
    DraftOptions,
    content_of,
    edit,
    merge_initiatives,
    publish,
    publish_drafts,
    purge,
    purge_accession,
    return_to_draft,
    revert,
    revisions,
    save_district,
    save_initiative,
    submit,
    withdraw,
)
from reports.workflow import outbox as outbox_module
from tests.factories import (
    ArticleDistrictFactory,
    ArticleFactory,
    DistrictFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
)
from tests.receiving import drafted

pytestmark = pytest.mark.django_db(transaction=True)

URGENT, BULK = True, False


@dataclass
class Archive:
    """Three published articles of two districts, all naming one initiative, the third another; a draft."""

    by: User
    articles: list[Article]
    draft: Article
    district: District
    initiative: Initiative
    other: Initiative

    def ids(self, *places: int) -> set[int]:
        return {self.articles[place].pk for place in places}


@pytest.fixture
def archive(administrator: User, monkeypatch: pytest.MonkeyPatch) -> Archive:
    # Nothing takes the rows in here: they are what is looked at.
    monkeypatch.setattr(outbox_module, "drain_outbox", lambda **_: 0)
    district, elsewhere = DistrictFactory(), DistrictFactory()
    articles = [ArticleFactory(published=True, district=where) for where in (district, elsewhere, elsewhere)]
    ArticleDistrictFactory(article=articles[1], district=district)
    draft = ArticleFactory(district=district)
    initiative, other = InitiativeFactory(), InitiativeFactory()
    for article in (*articles, draft):
        InitiativeMentionFactory(article=article, initiative=initiative)
    InitiativeMentionFactory(article=articles[2], initiative=other)
    articles = [
        edit(article, replace(content_of(article), deck="第一次的副题"), administrator)
        for article in articles
    ]
    OutboxRow.objects.all().delete()
    return Archive(administrator, articles, draft, district, initiative, other)


Act = Callable[[Archive], object]
Expected = Callable[[Archive], set[int]]


def rename(archive: Archive, place: District | Initiative) -> None:
    place.name = "换了名字"
    if isinstance(place, District):
        save_district(place, archive.by)
    else:
        save_initiative(place, None, archive.by)


def withdrawn_again(archive: Archive) -> None:
    withdraw(archive.articles[0], archive.by, "误登")
    OutboxRow.objects.all().delete()
    return_to_draft(archive.articles[0], archive.by)


CHANGES: dict[str, tuple[Act, Expected, bool]] = {
    "publish": (lambda a: publish(a.draft, a.by), lambda a: {a.draft.pk}, URGENT),
    "edit": (
        lambda a: edit(a.articles[0], replace(content_of(a.articles[0]), deck="改"), a.by),
        lambda a: a.ids(0),
        URGENT,
    ),
    "revert": (
        lambda a: (
            edit(a.articles[0], replace(content_of(a.articles[0]), deck="改"), a.by),
            OutboxRow.objects.all().delete(),
            revert(a.articles[0], revisions(a.articles[0])[-1], a.by),
        ),
        lambda a: a.ids(0),
        URGENT,
    ),
    "withdraw": (lambda a: withdraw(a.articles[0], a.by, "误登"), lambda a: a.ids(0), URGENT),
    "purge": (lambda a: purge(a.articles[0], a.by, "隐私"), lambda a: a.ids(0), URGENT),
    "purge a draft": (lambda a: purge(a.draft, a.by, "隐私"), lambda a: {a.draft.pk}, URGENT),
    "purge a document": (
        lambda a: purge_accession(a.articles[0].accession, a.by, "隐私"),
        lambda a: a.ids(0),
        URGENT,
    ),
    "district renamed": (lambda a: rename(a, a.district), lambda a: a.ids(0, 1), BULK),
    "city renamed": (lambda a: rename(a, a.district.city or a.district), lambda a: a.ids(0, 1), BULK),
    "initiative renamed": (lambda a: rename(a, a.initiative), lambda a: a.ids(0, 1, 2), BULK),
    "alias added": (
        lambda a: save_initiative(a.other, ["又一个名字"], a.by),
        lambda a: a.ids(2),
        BULK,
    ),
    "merge": (lambda a: merge_initiatives(a.initiative, a.other, a.by), lambda a: a.ids(2), BULK),
    "publish all drafts of a document": (
        lambda a: publish_drafts(a.draft.accession, a.by),
        lambda a: {a.draft.pk},
        BULK,
    ),
    "import and publish": (
        lambda a: drafted("堤上的灯\n\n堤上装了灯。".encode(), "灯.txt", a.by, DraftOptions(publish=True)),
        lambda a: {Article.objects.latest("pk").pk},
        BULK,
    ),
    # What readers do not see, search need not hear of.
    "edit of a draft": (
        lambda a: edit(a.draft, replace(content_of(a.draft), deck="改"), a.by),
        lambda a: set(),
        URGENT,
    ),
    "submit": (lambda a: submit(a.draft, a.by), lambda a: set(), URGENT),
    "return to the desk": (withdrawn_again, lambda a: set(), URGENT),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_writes_its_rows_in_its_own_transaction(archive: Archive, name: str) -> None:
    act, expected, urgent = CHANGES[name]
    with transaction.atomic():
        act(archive)
        rows = list(OutboxRow.objects.values_list("article_id", "urgent"))
        assert {article_id for article_id, _ in rows} == expected(archive)
        assert {is_urgent for _, is_urgent in rows} <= {urgent}
        transaction.set_rollback(True)
    assert not OutboxRow.objects.exists()


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "import and publish"])
def test_a_change_whose_rows_cannot_be_written_is_not_made(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    act, expected, _ = CHANGES[name]
    if not expected(archive):
        return

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no row")

    if name == "revert":
        edit(archive.articles[0], replace(content_of(archive.articles[0]), deck="改"), archive.by)
        revision = revisions(archive.articles[0])[-1]

        def act(archive: Archive) -> object:
            return revert(archive.articles[0], revision, archive.by)

    before = _state()
    monkeypatch.setattr(OutboxRow.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError, match="no row"):
        act(archive)
    assert _state() == before


def _state() -> list[object]:
    return [
        list(model._default_manager.order_by("pk").values())  # type: ignore[attr-defined]
        for model in (Article, District, Initiative)
    ]

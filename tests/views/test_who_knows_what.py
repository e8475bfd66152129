"""Every address, for every actor, in every state of an article: what only unpublished ones hold is unknown.

One article holds names that nothing else holds; all of them begin with 琥珀 or ``hupo``. Each address is
asked for such a name and for one that nobody ever wrote, which begins with 珐琅 or ``fapo``. As long as the
article is not published, both answers are the same, letter by letter, but for the name asked for.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from reports import urls, workflow
from reports.knowledge.findings import DistrictLevel
from reports.models import Article, User
from reports.workflow.outbox.rows import waiting_rows
from reports.workflow.outbox.taking_in import drain
from tests.factories import (
    ArticleDistrictFactory,
    ArticleFactory,
    CityFactory,
    ContributorFactory,
    DistrictFactory,
    InitiativeAliasFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
    StatisticFactory,
    UserFactory,
)
from tests.receiving import kept

pytestmark = pytest.mark.django_db

NUMBER, UNKNOWN_NUMBER = 7310001, 7310999
NAME, ALIAS, SLUG = "琥珀渡口工程", "琥珀点灯会", "hupo-dukou"
OLD_NAME, OLD_ALIAS, OLD_SLUG = "琥珀旧渡工程", "琥珀旧约", "hupo-jiudu"
DISTRICT, DISTRICT_KEY, CITY, CITY_KEY = "琥珀新区", "hupo-xinqu", "琥珀市", "hupo-shi"
HEADLINE, SOURCE, WRITER, WORD = "琥珀渡口的夜航船", "琥珀晚报", "琥珀生", "琥珀色"

STATES = ("draft", "in_review", "published", "withdrawn", "returned", "purged", "purged_draft")
ACTORS = ("stranger", "without_role", "reader", "editor", "administrator")
WITHDRAWN = ("withdrawn", "returned")


@dataclass(frozen=True)
class Address:
    """``path`` may hold a secret. ``known`` and ``unknown`` are the statuses of a page for readers;
    ``tells``: the answer differs once the secret is published."""

    path: str
    known: int = 200
    unknown: int = 200
    tells: bool = True


def _asked_for(**fields: tuple[str, ...]) -> list[str]:
    return [f"?{name}={quote(value)}" for name, values in fields.items() for value in values]


SLIP = "琥珀度口的夜航船"
"""A slip of the pen, for which something else might be offered."""
SEARCHES = _asked_for(
    q=(NAME, HEADLINE, SLIP, f"举措:{ALIAS}", f"举措:{OLD_ALIAS}", f"区县:{DISTRICT}", f"署名:{WRITER}"),
    initiative=(NAME, ALIAS, SLUG, OLD_ALIAS, OLD_SLUG),
    district=(DISTRICT, DISTRICT_KEY, CITY, CITY_KEY),
    source=(SOURCE,),
)
AS_DATA = _asked_for(q=(WORD,), initiative=(ALIAS, OLD_SLUG), district=(DISTRICT_KEY, CITY))

READING: dict[str, list[Address]] = {
    "front": [Address("/"), Address(f"/?q={quote(NAME)}")],
    "search": [
        Address("/search/"),
        *(Address(f"/search/{asked}", tells=quote(SLIP) not in asked) for asked in SEARCHES),
    ],
    "values": [
        *(Address(f"/search/values/{facet}/") for facet in ("district", "initiative", "source")),
        Address(f"/search/values/initiative/?initiative={SLUG}"),
        Address(f"/search/values/district/?district={DISTRICT_KEY}"),
    ],
    "search_json": [
        Address("/search.json"),
        *(Address(f"/search.json{asked}") for asked in AS_DATA),
    ],
    "search_csv": [
        Address("/search.csv"),
        Address(f"/search.csv?initiative={quote(OLD_NAME)}"),
        Address(f"/search.csv?district={DISTRICT_KEY}"),
    ],
    "search_xlsx": [
        Address("/search.xlsx"),
        Address(f"/search.xlsx?initiative={quote(OLD_NAME)}"),
        Address(f"/search.xlsx?district={DISTRICT_KEY}"),
    ],
    "suggest": [
        Address("/suggest/?q=hupo"),
        *(
            Address(f"/suggest/?q={quote(name[:-1])}")
            for name in (NAME, ALIAS, OLD_ALIAS, DISTRICT, CITY, HEADLINE)
        ),
    ],
    "opensearch": [Address("/opensearch.xml", tells=False)],
    "initiatives": [
        Address("/initiatives/", tells=False),
        Address("/initiatives/?all=1"),
        *(Address(f"/initiatives/?name={quote(name)}") for name in (NAME, ALIAS, OLD_ALIAS, OLD_NAME)),
    ],
    "initiative": [
        Address(f"/initiatives/{SLUG}/", 200, 404),
        Address(f"/initiatives/{OLD_SLUG}/", 301, 404),
        Address("/initiatives/chen-guang/"),
    ],
    "help": [Address("/help/", tells=False)],
    "coverage": [
        Address("/coverage/", tells=False),
        Address(f"/coverage/?district={CITY_KEY}", 200, 404),
    ],
    "districts": [Address("/districts/")],
    "district": [
        Address(f"/districts/{DISTRICT_KEY}/", 200, 404),
        Address(f"/districts/{CITY_KEY}/", 200, 404),
        Address("/districts/370112/", tells=False),
    ],
    "former_article": [Address(f"/reports/{NUMBER}/?q={quote(WORD)}", 301, 301, tells=False)],
}
ARTICLES = {"article": f"/articles/{NUMBER}/", "original": f"/articles/{NUMBER}/original"}
DESK = {
    "desk": "/desk/",
    "upload": "/desk/upload/",
    "samples": "/desk/samples/",
    "review": f"/desk/review/{NUMBER}/",
    "history": f"/desk/review/{NUMBER}/history/",
    "district_names": f"/desk/districts.json?q={quote('历城')}",
}
ADMINISTRATION = {
    "purge": f"/desk/review/{NUMBER}/purge/",
    "purge_accession": f"/desk/accessions/{NUMBER}/purge/",
    "event_log": "/desk/log/",
    "event_log_csv": "/desk/log.csv",
}
OPEN = {
    "login": ("/login/", 200),
    "logout": ("/logout/", 405),
    "healthz": ("/healthz", 200),
    "readyz": ("/readyz", 200),
}
OWN = {"password_change": "/password/"}
"""For whoever is logged in, with or without a role."""


def test_every_address_has_an_entry() -> None:
    listed = [*READING, *ARTICLES, *DESK, *ADMINISTRATION, *OPEN, *OWN]
    assert sorted(listed) == sorted(pattern.name for pattern in urls.urlpatterns)


Commits = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(params=STATES)
def state(
    request: pytest.FixtureRequest,
    administrator: User,
    django_capture_on_commit_callbacks: Commits,
) -> str:
    """The article in one of its states, taken there step by step, with the index following each step."""
    state: str = request.param
    open_article = ArticleFactory(
        published=True,
        headline="晨光照进老街",
        lead="晨光工程添了船，夜航有灯。",
        district=DistrictFactory(key="370112", name="历城区", city=CityFactory(key="370100", name="济南市")),
    )
    morning = InitiativeFactory(name="晨光工程", slug="chen-guang")
    InitiativeMentionFactory(article=open_article, initiative=morning)
    workflow.enqueue([open_article.pk], drain=False)
    secret = _secret_article(administrator)
    old = InitiativeFactory(name=OLD_NAME, slug=OLD_SLUG)
    InitiativeAliasFactory(initiative=old, name=OLD_ALIAS)
    InitiativeMentionFactory(article=secret, initiative=old, start=3, end=5)
    with django_capture_on_commit_callbacks(execute=True):
        workflow.merge_initiatives(morning, old, administrator)
    for step in _steps(state):
        with django_capture_on_commit_callbacks(execute=True):
            step(secret, administrator)
    drain(waiting_rows, 0)  # not the clearing after a purge, which no transaction may hold
    return state


def _secret_article(by: User) -> Article:
    accession = kept("琥珀渡口，夜里有船。".encode(), "琥珀.txt", by)
    city = CityFactory(key=CITY_KEY, code=None, name=CITY)
    district = DistrictFactory(
        key=DISTRICT_KEY, code=None, name=DISTRICT, city=city, level=DistrictLevel.ZONE
    )
    secret = ArticleFactory(
        pk=NUMBER,
        accession=accession,
        headline=HEADLINE,
        lead=f"{CITY}{DISTRICT}的船头挂着{WORD}的灯，{WORD}的光照着水面，{WORD}的夜。",
        source=SOURCE,
        district=district,
        sections=[("琥珀小记", "全年摆渡7731人次，是“琥珀渡口工程”的账。")],
    )
    ArticleDistrictFactory(
        article=secret, district=DistrictFactory(key="hupo-erqu", code=None, name="琥珀二区")
    )
    ContributorFactory(article=secret, name=WRITER)
    StatisticFactory(article=secret, subject="琥珀摆渡", sentence="全年摆渡7731人次")
    initiative = InitiativeFactory(name=NAME, slug=SLUG)
    InitiativeAliasFactory(initiative=initiative, name=ALIAS)
    InitiativeMentionFactory(article=secret, initiative=initiative)
    return secret


def _steps(state: str) -> list[Callable[[Article, User], object]]:
    def withdraw(article: Article, by: User) -> object:
        return workflow.withdraw(article, by, "琥珀有误")

    def purge(article: Article, by: User) -> object:
        return workflow.purge(article, by, "琥珀有误", drain=False)

    publish = workflow.publish
    return {
        "draft": [],
        "in_review": [workflow.submit],
        "published": [publish],
        "withdrawn": [publish, withdraw],
        "returned": [publish, withdraw, workflow.return_to_draft],
        "purged": [publish, purge],
        "purged_draft": [purge],
    }[state]


@pytest.fixture
def actors(reader: User, editor: User, administrator: User) -> dict[str, Client]:
    users = {
        "stranger": AnonymousUser(),
        "without_role": UserFactory(username="无角色"),
        "reader": reader,
        "editor": editor,
        "administrator": administrator,
    }
    clients = {}
    for name, user in users.items():
        clients[name] = Client()
        if isinstance(user, User):
            clients[name].force_login(user)
    return clients


def in_the_open(text: str) -> str:
    """The same text with the name nobody ever wrote in the place of the secret one."""
    for secret, other in (("琥珀", "珐琅"), ("hupo", "fapo"), (str(NUMBER), str(UNKNOWN_NUMBER))):
        text = text.replace(secret, other).replace(quote(secret), quote(other))
    return text


@dataclass(frozen=True)
class Answer:
    """What came back, read to its end: an export keeps its place until then."""

    status: int
    media_type: str
    body: str

    @property
    def main(self) -> str:
        """What is between masthead and colophon, which differ with the account, without the ways to the
        desk."""
        found = re.search(r"<main.*</main>", self.body, re.DOTALL)
        return re.sub(r'<a class="for-editors".*?</a>', "", found[0]) if found else self.body


def ask(client: Client, path: str, **headers: str) -> Answer:
    response = client.get(path, headers=headers)
    data = b"".join(response) if response.streaming else response.content
    if data.startswith(b"PK"):  # a workbook is a zip
        with zipfile.ZipFile(io.BytesIO(data)) as workbook:
            names = (name for name in workbook.namelist() if name.startswith("xl/"))
            data = b"".join(map(workbook.read, names))
    text = data.decode("utf-8", "replace") + response.get("Location", "")
    text = re.sub(r'"took_ms": [\d.]+|name="csrfmiddlewaretoken" value="\w+"', "", text)
    return Answer(response.status_code, response.get("Content-Type", ""), text)


def assert_tells_nothing(client: Client, path: str) -> None:
    about_secret, about_nothing = ask(client, path), ask(client, in_the_open(path))
    assert about_secret.status == about_nothing.status, path
    assert in_the_open(about_secret.body) == about_nothing.body, path
    assert "琥珀" not in about_nothing.body, path
    assert "hupo" not in about_nothing.body, path


def addresses(*, most: int | None = None) -> Iterator[Address]:
    for listed in READING.values():
        yield from listed[:most]


def assert_desk_is_kept(state: str, actor: str, client: Client) -> None:
    for name, path in {**DESK, **ADMINISTRATION}.items():
        answer = ask(client, path)
        assert answer.status == desk_status(state, name, actor), (actor, path)
        if actor not in {"editor", "administrator"}:
            assert "琥珀" not in answer.body, (actor, path)


def assert_articles_are_kept(state: str, actor: str, client: Client) -> None:
    is_editor = actor in {"editor", "administrator"}
    for name, path in ARTICLES.items():
        answer = ask(client, path)
        assert answer.status == article_status(state, name, is_editor), (actor, path)
        if not is_editor and state in {"draft", "in_review", "purged_draft"}:
            assert_tells_nothing(client, path)
        elif not is_editor and state != "published":
            assert "琥珀" not in answer.body, (actor, path)


def test_in_an_open_archive(state: str, actors: dict[str, Client]) -> None:
    stranger = actors["stranger"]
    for address in addresses():
        answer = ask(stranger, address.path)
        if state != "published":
            assert answer.status == address.unknown, address.path
            assert_tells_nothing(stranger, address.path)
            continue
        assert answer.status == address.known, address.path
        other = ask(stranger, in_the_open(address.path)).body
        assert not address.tells or in_the_open(answer.body) != other or "琥珀" in other, address.path
    for actor, client in actors.items():
        # The published view is the same for all.
        for address in addresses(most=2):
            assert ask(client, address.path).main == ask(stranger, address.path).main, (actor, address.path)
        assert_articles_are_kept(state, actor, client)
        assert_desk_is_kept(state, actor, client)
    assert_doors_stand_open(actors)


@pytest.fixture
def closed(settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = False


@pytest.mark.usefixtures("closed")
def test_in_a_closed_archive(state: str, actors: dict[str, Client]) -> None:
    paths = [*(address.path for address in addresses()), *ARTICLES.values()]
    for path in [*paths, *DESK.values(), *ADMINISTRATION.values(), "/admin/"]:
        is_data = path.startswith(("/search.json", "/suggest/"))
        assert ask(actors["stranger"], path).status == (401 if is_data else 302), path
        answer = ask(actors["without_role"], path)
        assert answer.status == 403, path
        assert answer.media_type.startswith("application/json") == is_data, path
        assert "请联系管理员为您的账号加上角色" in answer.body, path
        assert "琥珀" not in answer.body, path
    for actor in ("reader", "editor", "administrator"):
        for address in addresses(most=2):
            answer = ask(actors[actor], address.path)
            expected = address.known if state == "published" else address.unknown
            assert answer.status == expected, (actor, address.path)
            if state != "published" and "?" not in address.path:
                assert "琥珀" not in answer.main, (actor, address.path)
        assert_articles_are_kept(state, actor, actors[actor])
        assert_desk_is_kept(state, actor, actors[actor])
    assert_doors_stand_open(actors)


@pytest.mark.usefixtures("closed")
def test_programs_without_a_role_are_told_in_a_sentence(actors: dict[str, Client]) -> None:
    answer = ask(actors["without_role"], "/search.csv", Accept="*/*")
    assert (answer.status, answer.media_type) == (403, "text/plain; charset=utf-8")
    assert "请联系管理员" in answer.body


def assert_doors_stand_open(actors: dict[str, Client]) -> None:
    for actor, client in actors.items():
        for path, status in OPEN.values():
            assert ask(client, path).status == status, (actor, path)
        for path in OWN.values():
            assert ask(client, path).status == (302 if actor == "stranger" else 200), (actor, path)
        assert client.post("/logout/").status_code == 302


def article_status(state: str, name: str, is_editor: bool) -> int:
    """Drafts are for editors; of what was public once its number is still explained."""
    if state == "published":
        return 200
    if state in {"draft", "in_review"}:
        return 200 if is_editor else 404
    if state == "withdrawn":
        return 200 if is_editor and name == "original" else 410
    if state == "returned":
        return 200 if is_editor else 410
    if state == "purged":
        return 410
    return 410 if is_editor else 404


def desk_status(state: str, name: str, actor: str) -> int:
    if actor == "stranger":
        return 302
    if actor not in {"editor", "administrator"} or (name in ADMINISTRATION and actor != "administrator"):
        return 403
    is_gone = state.startswith("purged")
    if name == "purge":
        return 410 if is_gone else 200
    # The accession has a number of its own, which is not the article's.
    return 404 if name == "purge_accession" or (is_gone and name in {"review", "history"}) else 200

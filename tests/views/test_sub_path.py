"""The archive below a path: every address that it gives away begins with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import get_script_prefix, reverse, set_script_prefix

from reports.models import Article, User

pytestmark = pytest.mark.django_db

PATH = "/archive"
SCRIPTS = sorted((Path(project.BASE_DIR) / "static").rglob("*.js"))
# Whatever a browser follows; the archive's own scripts read addresses from data attributes.
_ADDRESS = re.compile(r'\b(?:href|src|action|formaction|template|data-[\w-]+)="(/[^"]*)"')


@pytest.fixture(autouse=True)
def below(settings: Any) -> Iterator[None]:
    """What ``ARCHIVE_PATH=/archive`` sets, and the prefix that the WSGI handler sets with each request."""
    settings.FORCE_SCRIPT_NAME = PATH
    settings.STATIC_URL = f"{PATH}/static/"
    was = get_script_prefix()
    set_script_prefix(f"{PATH}/")
    yield
    set_script_prefix(was)


def get(client: Client, page: str) -> Any:
    """Ask as the proxy does: with the path taken off."""
    assert page.startswith(f"{PATH}/")
    return client.get(page.removeprefix(PATH))


def addresses(text: str) -> list[str]:
    return _ADDRESS.findall(text)


def test_every_address_on_every_page_begins_with_the_path(
    client: Client, administrator: User, published: Article
) -> None:
    strangers = [
        *(reverse(name) for name in ("front", "search", "districts", "initiatives", "login", "opensearch")),
        reverse("search") + "?q=晚灯",
        reverse("search") + "?q=没有这样的词",
        reverse("values", args=["district"]),
        published.get_absolute_url(),
        f"{PATH}/missing/",
    ]
    editors = [
        *(reverse(name) for name in ("desk", "upload", "event_log", "password_change", "admin:index")),
        *(reverse(name, args=[published.pk]) for name in ("review", "history", "purge")),
        reverse("admin:reports_district_changelist"),
        reverse("admin:reports_synonym_add"),
    ]
    for pages in (strangers, editors):
        for page in pages:
            response = get(client, page)
            assert response.status_code == (404 if "missing" in page else 200), page
            found = addresses(response.content.decode().replace("http://testserver", ""))
            assert found, page
            assert [address for address in found if not address.startswith(f"{PATH}/")] == [], page
        client.force_login(administrator)


def test_what_programs_get_begins_with_the_path(client: Client, published: Article) -> None:
    (hit,) = get(client, reverse("search_json") + "?q=晚灯").json()["hits"]
    assert hit["url"].startswith(f"{PATH}/articles/")
    table = b"".join(get(client, reverse("search_csv") + "?q=晚灯")).decode("utf-8-sig")
    assert f"http://testserver{PATH}/articles/{published.pk}/" in table


def test_redirects_stay_below_the_path(client: Client, editor: User, published: Article) -> None:
    for page in (reverse("desk"), reverse("admin:index"), reverse("districts").rstrip("/")):
        assert get(client, page)["Location"].startswith(f"{PATH}/"), page
    answer = client.post(
        "/login/?next=/archive/desk/", {"username": editor.username, "password": "correct horse battery"}
    )
    assert answer["Location"] == f"{PATH}/desk/"


def test_an_error_page_leads_back_below_the_path(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("reports.views.catalogue.render", fail)
    client.raise_request_exception = False
    response = get(client, reverse("districts"))
    assert response.status_code == 500
    assert f'href="{PATH}/"' in response.content.decode()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_knows_an_address(script: Path) -> None:
    """They take it from the page, which knows the path."""
    assert not re.search(r"""["'`]/[a-z]""", script.read_text("utf-8"))

"""Who may keep a copy of what: asked of every address there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from reports.models import Article, User
from reports.workflow import withdraw
from tests import factories as f

pytestmark = pytest.mark.django_db

READING = {
    *("front", "search", "values", "search_json", "suggest", "opensearch"),
    *("article", "initiatives", "initiative", "districts", "district"),
}


def addresses(article: Article) -> Iterator[tuple[str, str]]:
    """Name and path of every address outside of the admin, and some of the admin's."""
    given = {"number": article.pk, "facet": "year", "slug": f.InitiativeFactory().slug}
    given["key"] = article.district.key if article.district else f.DistrictFactory().key
    for pattern in get_resolver("reports.urls").url_patterns:
        assert isinstance(pattern, URLPattern)
        wanted = {name: given[name] for name in pattern.pattern.converters}
        yield pattern.name or "", reverse(pattern.name or "", kwargs=wanted)
    for name in (
        "index",
        "login",
        "reports_event_changelist",
        "reports_user_changelist",
        "axes_accesslog_changelist",
    ):
        yield f"admin:{name}", reverse(f"admin:{name}")


def kept(client: Client, path: str) -> str:
    return client.get(path).headers.get("Cache-Control", "")


def test_the_urls_are_one_list_and_the_admin() -> None:
    tops = [top for top in get_resolver().url_patterns if isinstance(top, URLResolver)]
    assert [str(top.pattern) for top in tops] == ["admin/", ""]


@pytest.mark.parametrize("account", ["", "reader", "editor", "administrator"])
@pytest.mark.parametrize("is_public", [True, False])
def test_only_readers_pages_may_be_kept_and_only_by_their_reader(
    client: Client,
    request: pytest.FixtureRequest,
    settings: Any,
    published: Article,
    account: str,
    is_public: bool,
) -> None:
    settings.ARCHIVE_PUBLIC = is_public
    for name, path in addresses(published):
        client.logout()
        if account:
            client.force_login(request.getfixturevalue(account))
        response = client.get(path)
        header = response.headers.get("Cache-Control", "")
        if name not in READING or response.status_code != 200:
            assert "no-store" in header, path
        elif account or not is_public:
            assert "private" in header, path
        else:
            assert "no-store" not in header, path


def test_a_draft_is_kept_by_nobody(desk: Client, draft: Article) -> None:
    for name in ("article", "original", "review", "history"):
        assert kept(desk, reverse(name, args=[draft.pk])) == "no-store"


def test_nor_is_what_was_withdrawn(desk: Client, client: Client, published: Article, editor: User) -> None:
    withdraw(published, editor, "重复")
    for name in ("article", "original"):
        assert kept(desk, reverse(name, args=[published.pk])) == "no-store"
    client.logout()
    assert kept(client, reverse("article", args=[published.pk])) == "no-store"


@pytest.mark.parametrize("path", ["/nowhere/", "/articles/999999/", "/password/", "/login/?next=/desk/"])
def test_nor_are_errors_and_forms(client: Client, path: str) -> None:
    assert "no-store" in kept(client, path)


def test_nor_is_a_form_that_was_refused(client: Client, reader: User) -> None:
    client.force_login(reader)
    response = client.post("/password/", {"old_password": "no", "new_password1": "a", "new_password2": "b"})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]

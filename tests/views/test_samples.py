"""A sample says so wherever it is shown, and editors can remove all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports import workflow
from reports.models import Article, User
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(draft: Article, editor: User, django_capture_on_commit_callbacks: Callable[..., Any]) -> Article:
    """Published, in the index, a sample."""
    Article.objects.filter(pk=draft.pk).update(is_sample=True)
    draft.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        return workflow.publish(draft, editor)


def html(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("scope", ["article", "section"])
def test_on_every_hit(client: Client, sample: Article, scope: str) -> None:
    hits = html(client, f"/search/?q=窗口&scope={scope}").split('<article class="hit"')[1:]
    assert hits
    assert all("示例" in words(hit.split("</article>")[0]) for hit in hits)
    found = client.get(f"/search.json?q=窗口&scope={scope}").json()["hits"]
    assert [hit["sample"] for hit in found] == [True] * len(hits)


def test_on_the_front_page_and_the_reading_page(client: Client, sample: Article) -> None:
    front = words(html(client, "/"))
    assert "现藏 1 篇报道 ，其中 1 篇是 示例 ，内容为虚构" in front
    assert "移除" not in front
    assert "示例，内容为虚构" in words(html(client, sample.get_absolute_url()))


def test_nowhere_on_other_articles(client: Client, published: Article, editor: User) -> None:
    client.force_login(editor)
    for address in ("/", "/search/?q=窗口", published.get_absolute_url(), "/desk/?queue=published"):
        assert "示例" not in html(client, address)
    assert client.get("/search.json?q=窗口").json()["hits"][0]["sample"] is False


@pytest.mark.parametrize("address", ["/", "/desk/"])
def test_editors_see_a_banner_that_leads_to_the_removal(
    client: Client, sample: Article, editor: User, address: str
) -> None:
    client.force_login(editor)
    page = html(client, address)
    assert "含 1 篇 示例" in words(page)
    assert f'href="{reverse("samples")}"' in page


def test_editors_remove_all_of_them(
    client: Client,
    sample: Article,
    editor: User,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    own = ArticleFactory(published=True, headline="自家的报道")
    client.force_login(editor)
    page = html(client, reverse("samples"))
    assert sample.headline in page
    assert own.headline not in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("samples"), follow=True)
    assert "已移除示例报道 1 篇" in answer.content.decode()
    assert list(Article.objects.all()) == [own]
    assert client.get("/search.json?q=窗口").json()["total"] == 0
    assert "示例" not in html(client, "/")
    assert "没有示例报道" in html(client, reverse("samples"))


def test_readers_cannot(client: Client, sample: Article, reader: User) -> None:
    client.force_login(reader)
    assert client.post(reverse("samples")).status_code == 403
    assert Article.objects.samples().exists()

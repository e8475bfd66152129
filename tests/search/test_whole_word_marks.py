"""What is asked for as a word is marked as a word, in hits and on the reading page."""

from __future__ import annotations

import pytest
from django.test import Client

from reports.search import search
from reports.search.indexing import rebuild
from reports.search.request import SearchRequest
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db
LEAD = "副区长到了工地，区长也到了。历城区长期坚持"


@pytest.fixture
def article_id() -> int:
    article = ArticleFactory(published=True, headline="工地一日", lead=LEAD)
    rebuild()
    return int(article.pk)


@pytest.mark.parametrize(
    ("q", "starts"),
    [("=区长", [8]), ("区长", [1, 8, 16]), ("=区长 区长", [1, 8, 16]), ("=区长 工地", [5, 8])],
)
def test_marks(article_id: int, q: str, starts: list[int], settings: object, client: Client) -> None:
    settings.ARCHIVE_PUBLIC = True  # type: ignore[attr-defined]
    (hit,) = search(SearchRequest(q=q)).hits
    (snippet,) = (one for one in hit.snippets if one.field == "lead")
    assert [start for start, _ in snippet.marks] == starts
    page = client.get(f"/articles/{article_id}/", {"q": q}).content.decode()
    lead = page[page.index('id="lead"') :].split("</p>")[0]
    assert lead.count("<mark") == len(starts)


def test_a_block_without_the_word_is_not_shown(article_id: int) -> None:
    ArticleFactory(published=True, headline="副区长走访", lead="区长没有来")
    rebuild()
    hits = {hit.headline: hit for hit in search(SearchRequest(q="=区长")).hits}
    assert hits["副区长走访"].headline_marks == ()
    assert [one.field for one in hits["副区长走访"].snippets] == ["lead"]

"""Unbroken words are cut only where they stand nowhere, and only these."""

from __future__ import annotations

import pytest
from django.test import Client

from reports.search import search
from reports.search.indexing import rebuild
from reports.search.request import SearchRequest
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour() -> int:
    for headline in ("港口货运又到旺季", "一家三代灯塔守望"):
        ArticleFactory(published=True, headline=headline, lead="")
    last = ArticleFactory(published=True, headline="一家人", lead="灯塔守望之余，港口有货运，码头也有")
    rebuild()
    return int(last.pk)


def test_words_that_only_do_not_stand_together_stay_whole(harbour: int) -> None:
    page = search(SearchRequest(q="灯塔守望 港口货运"))
    assert (page.total, page.notices) == (0, ())
    assert {relaxation.label: relaxation.total for relaxation in page.relaxations} == {
        "去掉“灯塔守望”": 1,
        "去掉“港口货运”": 2,
    }
    assert page.suggestion_total == 1


def test_only_the_word_that_stands_nowhere_is_cut_and_marked(harbour: int, client: Client) -> None:
    page = search(SearchRequest(q="灯塔守望 码头货运"))
    assert [hit.article_id for hit in page.hits] == [harbour]
    assert page.notices == ("没有找到连写的“码头货运”，已按“灯塔守望 码头 货运”查找。",)
    (snippet,) = page.hits[0].snippets
    marked = {snippet.text[start:end] for start, end in snippet.marks}
    assert marked == {"灯塔守望", "码头", "货运"}

"""What a merged initiative was called is told as long as a published article calls it so, and no longer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from reports.models import Article, Initiative, InitiativeAlias
from reports.search import SearchRequest, search
from reports.search.indexing import rebuild
from reports.search.indexing.verification import compare
from reports.workflow import (
    content_of,
    edit,
    merge_initiatives,
    publish,
    return_to_draft,
    withdraw,
)
from tests.factories import (
    ArticleFactory,
    InitiativeAliasFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
)
from tests.receiving import drafted

pytestmark = pytest.mark.django_db

Following = Callable[[], AbstractContextManager[Any]]
PAGE = "夜里的灯\n入秋以后，街道推出“{name}”，先装了十二盏。\n街坊们说，这灯装得好。\n"


@pytest.fixture
def following(django_capture_on_commit_callbacks: Callable[..., Any]) -> Following:
    """Within, the index follows each change."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def kept(following: Following) -> Initiative:
    """Named by one published article; another, still a draft, calls it by the name of the merged one."""
    kept = InitiativeFactory(name="长明灯工程", slug="chang-ming")
    merged = InitiativeFactory(name="夜灯工程", slug="ye-deng")
    InitiativeAliasFactory(initiative=merged, name="夜里点灯")
    InitiativeMentionFactory(article=ArticleFactory(), initiative=merged)
    InitiativeMentionFactory(article=ArticleFactory(published=True), initiative=kept)
    rebuild()
    with following():
        merge_initiatives(kept, merged)
    return kept


def calling_it_so() -> Article:
    return Article.objects.get(mentions__merged_from__slug="ye-deng")


def told() -> tuple[set[str], bool, int]:
    """The aliases that readers see, whether the old slug leads on, what the old name finds as a field."""
    assert compare().is_equal
    return (
        {alias.name for alias in InitiativeAlias.objects.visible_to_readers()},
        Initiative.objects.visible_to_readers().filter(slug="ye-deng").exists(),
        search(SearchRequest(q="举措:夜灯工程")).total,
    )


UNKNOWN: tuple[set[str], bool, int] = (set(), False, 0)


def test_it_follows_the_state_of_the_article(kept: Initiative, following: Following) -> None:
    article = calling_it_so()
    assert told() == UNKNOWN
    with following():
        publish(article)
    assert told() == ({"夜灯工程", "夜里点灯"}, True, 2)
    with following():
        withdraw(article, reason="重复")
    assert told() == UNKNOWN
    with following():
        return_to_draft(article)
        publish(article)
    assert told()[1:] == (True, 2)


def test_an_article_that_comes_later_is_known_to_use_the_old_name(
    kept: Initiative, following: Following
) -> None:
    calling_it_so().delete()
    with following():
        for name in ("夜灯工程", "长明灯工程"):
            (draft,) = drafted(PAGE.format(name=name).encode(), f"{name}.txt")
            publish(draft)
    assert {row.initiative for row in draft.mentions.all()} == {kept}
    assert told()[1:] == (True, 3)


def test_an_edit_that_takes_the_old_name_out(kept: Initiative, following: Following) -> None:
    calling_it_so().delete()
    (draft,) = drafted(PAGE.format(name="夜灯工程").encode(), "灯.txt")
    with following():
        article = publish(draft)
    content = content_of(article)
    with following():
        article = edit(article, replace(content, headline="夜里的新灯"))
    assert told()[1:] == (True, 2)
    whole = content_of(article)
    sections = tuple(replace(one, body=one.body.replace("夜灯工程", "长明灯工程")) for one in whole.sections)
    lead = whole.lead.replace("夜灯工程", "长明灯工程")
    with following():
        edit(article, replace(whole, sections=sections, lead=lead))
    assert told() == UNKNOWN


def test_what_a_person_wrote_as_an_alias_is_told_with_the_initiative(kept: Initiative) -> None:
    InitiativeAliasFactory(initiative=kept, name="不灭的灯")
    assert {alias.name for alias in InitiativeAlias.objects.visible_to_readers()} == {"不灭的灯"}

"""What is made once for a version of the index: anew with the next one, and never for another search."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from reports.models import Initiative
from reports.search import SearchRequest, search
from reports.search.answering.facet_names import facet_names
from reports.search.answering.kept import KeptForVersion
from reports.search.answering.searcher import ask
from reports.search.contract.values import EMPTY_VERSION
from reports.search.indexing import rebuild
from reports.search.request import Scope
from reports.search.syntax.tree import Word
from tests.factories import ArticleFactory, InitiativeFactory, InitiativeMentionFactory


@dataclass
class Versioned:
    version_now: str = "1"
    place: str = "here"

    def version(self) -> str:
        return self.version_now


def test_a_value_is_made_once_for_each_version_and_place(use_engine: Any) -> None:
    made: list[str] = []
    kept: KeptForVersion[int] = KeptForVersion(lambda engine: made.append(engine.version()) or len(made))  # type: ignore[func-returns-value]
    engine = Versioned()
    use_engine(engine)
    assert (kept(), kept()) == (1, 1)
    engine.version_now = "2"
    assert (kept(), kept()) == (2, 2)
    use_engine(Versioned("2", "there"))
    assert kept() == 3


def test_nothing_is_kept_without_an_index(use_engine: Any) -> None:
    made: list[None] = []
    kept: KeptForVersion[int] = KeptForVersion(lambda _: made.append(None) or len(made))  # type: ignore[func-returns-value]
    use_engine(Versioned(EMPTY_VERSION))
    assert (kept(), kept()) == (1, 2)


@pytest.mark.django_db
def test_a_count_belongs_to_its_conditions(searchable: SimpleNamespace) -> None:
    """Each combination asked twice, in turn: what was counted for one is not given for another."""
    requests = [
        SearchRequest(),
        SearchRequest(scope=Scope.SECTION),
        SearchRequest(refinements={"year": ("2021",)}),
        SearchRequest(excluded={"year": ("2021",)}),
        SearchRequest(refinements={"district": ("330102",)}),
        SearchRequest(refinements={"district": ("330102",)}, named=True),
    ]
    expected = [search(SearchRequest(q="水渠", **_conditions(request))).total for request in requests]
    assert len(set(expected)) > 2
    searcher = ask(SearchRequest(q="水渠"))
    for _ in range(2):
        assert [searcher.count_for(request, Word("水渠")) for request in requests] == expected


def _conditions(request: SearchRequest) -> dict[str, Any]:
    return {name: getattr(request, name) for name in ("scope", "refinements", "excluded", "named")}


@pytest.mark.django_db
def test_a_count_is_that_of_the_newest_index(searchable: SimpleNamespace) -> None:
    assert ask(SearchRequest()).count_for(SearchRequest(), Word("夜航灯")) == 0
    ArticleFactory(published=True, lead="渡口添了夜航灯。")
    rebuild()
    assert ask(SearchRequest()).count_for(SearchRequest(), Word("夜航灯")) == 1


@pytest.mark.django_db
def test_a_name_is_read_again_with_the_next_commit(searchable: SimpleNamespace) -> None:
    initiative = InitiativeFactory(name="渡口夜航", slug="yehang")
    article = ArticleFactory(published=True, lead="渡口夜航")
    assert facet_names().label("initiative", "yehang") == "yehang"  # no published article names it
    InitiativeMentionFactory(article=article, initiative=initiative, field="lead", number=0, start=0, end=4)
    rebuild()
    assert facet_names().label("initiative", "yehang") == "渡口夜航"
    Initiative.objects.filter(pk=initiative.pk).update(name="渡口早航")
    rebuild()
    assert facet_names().label("initiative", "yehang") == "渡口早航"

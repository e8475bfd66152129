"""A query is parsed, cut and expanded once for each request, whatever it finds and whoever shows it."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from reports.language.segment import Segmenter
from reports.models import MissedQuery
from reports.search.answering import question, searcher
from reports.search.syntax import parse, parser
from reports.workflow.dictionaries.entries import save_entry
from tests.factories import SynonymFactory

FINDING = [
    "水渠 村口",
    "党建引领产业链",  # found as typed, and cut into words offered
    "水渠太阳能板",  # found only when cut
    "沟渠 村口",  # found by a synonym
    "产业链延到*",
    "标题:(水渠 OR 晒场)",
    '"水渠 村口',
]
FAILING = ["水渠 园区", "座谈晒场稻谷", "晒场产业链", "无此词", "水取 园区", "沟渠 园区"]
REFINED = {"year": "1990", "district": "330102"}


@dataclass
class Work:
    """How often each text was parsed and cut, each form of the query expanded, the synonyms read."""

    parsed: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    expanded: Counter[Any] = field(default_factory=Counter)
    synonyms: Counter[str] = field(default_factory=Counter)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    counted = Work()

    def count(owner: object, name: str, counts: Counter[Any], key: Callable[..., Any]) -> None:
        whole = getattr(owner, name)

        def counting(*arguments: Any) -> Any:
            counts[key(*arguments)] += 1
            return whole(*arguments)

        monkeypatch.setattr(owner, name, counting)

    count(parser, "tokenise", counted.parsed, lambda text: text)
    count(Segmenter, "cut", counted.cut, lambda _, text: text)
    count(Segmenter, "search_tokens", counted.tokens, lambda _, text: text)
    count(question, "expand", counted.expanded, lambda tree, _: tree)
    count(searcher, "current_expansions", counted.synonyms, lambda: "read")
    return counted


def html(q: str, **refined: str) -> None:
    assert Client().get("/search/", {"q": q, **refined}).status_code == 200


def as_json(q: str, **refined: str) -> None:
    assert Client().get("/search.json", {"q": q, **refined}).status_code == 200


def as_csv(q: str, **refined: str) -> None:
    b"".join(Client().get("/search.csv", {"q": q, **refined}).streaming_content)  # type: ignore[attr-defined]


def command(q: str, **refined: str) -> None:
    options = [f"--{name}={value}" for name, value in refined.items()]
    call_command("search", *options, "--", q, stdout=io.StringIO())


FACES = [html, as_json, as_csv, command]


@pytest.fixture(autouse=True)
def synonym(settings: Any, db: None) -> None:
    settings.ARCHIVE_PUBLIC = True
    save_entry(SynonymFactory.build(term="沟渠", expansions="水渠\n渠道"))


def assert_once(work: Work, q: str) -> None:
    assert work.parsed == {q: 1}
    assert work.synonyms == {"read": 1}
    of_query = {q, *parse(q).words}
    for counts in (work.cut, work.tokens):
        assert {text: times for text, times in counts.items() if text in of_query and times > 1} == {}
    assert work.expanded
    assert set(work.expanded.values()) == {1}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("q", [*FINDING, *FAILING])
def test_a_search(searchable: SimpleNamespace, work: Work, face: Callable[..., None], q: str) -> None:
    face(q)
    assert_once(work, q)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("q", ["水渠 村口", "党建引领产业链", "无此词", "水渠太阳能板"])
def test_a_search_that_its_refinements_leave_empty(
    searchable: SimpleNamespace, work: Work, face: Callable[..., None], q: str
) -> None:
    face(q, **REFINED)
    assert_once(work, q)
    assert MissedQuery.objects.exists() == (face is html and q == "无此词")


def test_the_reading_page(searchable: SimpleNamespace, work: Work) -> None:
    response = Client().get(f"/articles/{searchable.articles[0].pk}/", {"q": "水渠太阳能板"})
    assert re.search("<mark[^>]*>太阳能板</mark>", response.content.decode())
    assert_once(work, "水渠太阳能板")

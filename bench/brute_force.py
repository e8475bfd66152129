"""``python -m bench.brute_force``: the archive of ARCHIVE_DATA against brute force.

Searches are drawn at random over all parameters of an address, on the articles that are there. Totals, facet
counts and order are compared with the slow obvious engine of the tests (``in`` over every block of every
article), and the facets of every article with what the database says of it. Prints what differs; 1 if
anything does.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django

django.setup()

from tqdm import tqdm

from reports.models import Article, ArticleDistrict, District, InitiativeMention
from reports.search import search
from reports.search.answering.searcher import ask, compiled
from reports.search.contract.values import IndexedArticle
from reports.search.indexing.changes import indexable
from reports.search.indexing.index_documents import published_articles
from reports.search.page import ResultPage
from reports.search.request import FACETS, NAMED, Scope, SearchRequest, Sort, selectable
from tests.engines import naive
from tests.engines.naive import NaiveEngine, NaiveResult

naive.fold = lru_cache(maxsize=None)(naive.fold)  # type: ignore[attr-defined]
_LETTERS = {Scope.ARTICLE: "", Scope.SECTION: "s", Scope.FIGURE: "f"}


class Drawing:
    """Searches made of what stands in the articles."""

    def __init__(self, articles: Mapping[int, IndexedArticle], seed: int) -> None:
        self._articles = list(articles.values())
        self._chance = random.Random(seed)

    def search(self) -> SearchRequest:
        chance = self._chance
        refinements: dict[str, tuple[str, ...]] = {}
        excluded: dict[str, tuple[str, ...]] = {}
        for facet in FACETS:
            if chance.random() < 0.25:
                refinements[facet] = self._values(facet)
            elif chance.random() < 0.15:
                excluded[facet] = self._values(facet)
        first = date(2003, 1, 1) + timedelta(days=chance.randrange(8000)) if chance.random() < 0.15 else None
        last = first + timedelta(days=chance.randrange(1500)) if first and chance.random() < 0.7 else None
        return SearchRequest(
            q=self._query(),
            scope=chance.choice([Scope.ARTICLE, Scope.ARTICLE, *Scope]),
            refinements={facet: values for facet, values in refinements.items() if values},
            excluded={facet: values for facet, values in excluded.items() if values},
            named=chance.random() < 0.3,
            date_from=first,
            date_to=last,
            sort=chance.choice(list(Sort)),
            page=chance.choice([1, 1, 2, 5]),
            page_size=chance.choice([1, 20, 100]),
        )

    def _values(self, facet: str) -> tuple[str, ...]:
        values: list[str] = []
        for _ in range(self._chance.choice((1, 1, 2))):
            of_article = [v for v in self._chance.choice(self._articles).facets.get(facet, ()) if v.strip()]
            values += self._chance.sample(of_article, min(1, len(of_article)))
        return tuple(dict.fromkeys(value for value in values if not value.startswith("inferred")))

    def _query(self) -> str:
        word, chance = self._word, self._chance
        article = chance.choice(self._articles)
        match chance.randrange(10):
            case 0:
                return ""
            case 1 | 2:
                return f"{word(article)} {word(article)}"
            case 3:
                return f"{word(article)} OR {word(chance.choice(self._articles))}"
            case 4:
                return f"{word(article)} -{word(chance.choice(self._articles))}"
            case 5:
                return f"标题:{word(article)}"
            case 6:
                return f"“{word(article)}{word(article)[:1]}”"
            case 7:
                return f"={word(article)}"
            case _:
                return word(article)

    def _word(self, article: IndexedArticle) -> str:
        """Two to four characters that stand in the article, ideographs only."""
        for _ in range(100):
            text = self._chance.choice(article.blocks).text
            start = self._chance.randrange(max(1, len(text)))
            word = text[start : start + self._chance.randint(2, 4)]
            if len(word) > 1 and all("\u4e00" <= character <= "\u9fff" for character in word):
                return word
        return "发展"


def differences(request: SearchRequest, engine: NaiveEngine) -> Iterator[str]:
    page = search(request)
    searcher = ask(request)
    request = searcher.question.request
    tree = searcher.question.expanded(searcher.question.tree)
    expected = engine.find(compiled(request, tree))
    if not expected.total and page.notices:
        return  # the page answered another form of the query, and says so
    if page.total != expected.total:
        yield f"{page.total} hits, brute force finds {expected.total}"
    yield from _facet_differences(page, request, expected)
    yield from _order_differences(page, request, expected)


def _facet_differences(page: ResultPage, request: SearchRequest, expected: NaiveResult) -> Iterator[str]:
    counted = dict(selectable(expected.facets))
    counted["district"] = counted[NAMED] if request.named else counted["district"]
    for facet in FACETS:
        shown = {value.value: value.count for value in page.facets[facet] if value.count}
        if shown != {value: count for value, count in counted[facet].items() if count}:
            yield f"other counts of {facet}"


def _order_differences(page: ResultPage, request: SearchRequest, expected: NaiveResult) -> Iterator[str]:
    start = (request.page - 1) * request.page_size
    shown = [hit.id for hit in page.hits]
    ids = [_id(request.scope, unit) for unit in expected.order]
    if len(shown) != len(ids[start : start + request.page_size]):
        yield "a page of another length"
    elif request.sort is Sort.RELEVANCE:
        if not set(shown) <= set(ids) or len(set(shown)) < len(shown):
            yield "hits that are none, or repeated"
    elif shown != ids[start : start + request.page_size]:
        yield "another order"


def _id(scope: Scope, unit: naive.Unit) -> str:
    letter = _LETTERS[scope]
    return f"{unit[0]}-{letter}{unit[1]}" if letter else str(unit[0])


def facets_that_differ(articles: Mapping[int, IndexedArticle]) -> Iterator[str]:
    """Every article's facets by the database, written out."""
    around = {
        key: {k for k in (key, city, province) if k}
        for key, city, province in District.objects.values_list("key", "city__key", "province__key")
    }
    further: dict[int, set[str]] = {}
    for pk, key in ArticleDistrict.objects.values_list("article_id", "district__key"):
        further.setdefault(pk, set()).update(around[key])
    initiatives: dict[int, set[str]] = {}
    for pk, slug in InitiativeMention.objects.values_list("article_id", "initiative__slug"):
        initiatives.setdefault(pk, set()).add(slug)
    rows = Article.objects.published().values_list("pk", "district__key", "year", "source")
    published = {pk: columns for pk, *columns in rows}
    if published.keys() != articles.keys():
        yield "other articles are indexed than are published"
    for pk, (key, year, source) in published.items():
        main = around[key] if key else set()
        facets = {
            "district": main,
            NAMED: main | further.get(pk, set()),
            "initiative": initiatives.get(pk, set()),
            "year": {str(year) if year else "none"},
            "source": {source} if source else set(),
        }
        indexed = {**articles[pk].facets}
        indexed["year"] = tuple(v for v in indexed["year"] if v == "none" or v.isdigit())
        for facet, values in facets.items():
            if values != set(indexed[facet]):
                yield f"article {pk}: {facet} {sorted(indexed[facet])}, the database has {sorted(values)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--searches", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    articles = {article.id: article for article in indexable(published_articles().iterator(500))}
    wrong = list(facets_that_differ(articles))[:20]
    engine, drawing = NaiveEngine(articles.values()), Drawing(articles, options.seed)
    found = 0
    for _ in tqdm(range(options.searches), leave=False):
        request = drawing.search()
        found += search(replace(request, page=1)).total > 0
        wrong += [f"{request.parameters()}: {what}" for what in differences(request, engine)]
    print("\n".join(wrong))
    print(f"{len(articles)} articles, {options.searches} searches ({found} with hits): {len(wrong)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

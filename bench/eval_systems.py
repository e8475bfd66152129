"""The systems ``make eval`` compares. All index the same normalised text, headline included.

Stock Whoosh searches the postings of our own index (one field, the words jieba's search mode gives), with its
own searcher and its own BM25F: what it would find if it had analysed the documents itself. Bigrams share no
code with the archive: BM25 as Whoosh writes it, over pairs of neighbouring characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log
from typing import Protocol

import numpy as np
from whoosh import query as whoosh_query
from whoosh.index import FileIndex
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from bench.documents import Document
from reports.language.normalise import fold
from reports.language.segment import default_segmenter
from reports.search.contract.values import EngineQuery, SortKey
from reports.search.engines.whoosh.directory.storage import MappedStorage
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.schema import HEADLINE_FIELD, TEXT_FIELD
from reports.search.engines.whoosh.query.questions import rank_question
from reports.search.engines.whoosh.query.searching import find
from reports.search.request import Scope
from reports.search.syntax.tree import And, Word

# Number of hits that are read: recall@100 is the deepest measure.
DEPTH = 100


def typed_words(query: str) -> list[str]:
    """The words, normalised one by one, because normalising removes blanks between Chinese words."""
    return [fold(word) for word in query.split()]


class System(Protocol):
    name: str

    def best(self, query: str) -> list[int]:
        """Ids of the best DEPTH documents, best first."""


class OursAll:
    """The search page: all words, separated by blanks, must match."""

    name = "ours, all words"

    def __init__(self, index: IndexDirectory) -> None:
        self._snapshot = index.snapshot()

    def best(self, query: str) -> list[int]:
        tree = And(tuple(map(Word, typed_words(query))))
        search = EngineQuery(tree, Scope.ARTICLE, {}, None, None, (SortKey.RELEVANCE,), 0, DEPTH, False)
        return [hit.article_id for hit in find(self._snapshot, search).hits]


class OursAny:
    """The mode for questions and similar articles."""

    name = "ours, any words"

    def __init__(self, index: IndexDirectory) -> None:
        snapshot = index.snapshot()
        assert snapshot is not None
        self._snapshot = snapshot

    def best(self, query: str) -> list[int]:
        return [hit.article_id for hit in rank_question(self._snapshot, query, DEPTH)]


class StockWhoosh:
    def __init__(self, index: IndexDirectory, *, every: bool, headline: bool = False) -> None:
        generation = index.generations.current()
        assert generation is not None
        storage = MappedStorage(str(index.generations.folder_of(generation)))
        self._searcher = Searcher(FileIndex(storage, indexname="MAIN").reader(), weighting=BM25F())
        self._every = every
        self._fields = (TEXT_FIELD, HEADLINE_FIELD) if headline else (TEXT_FIELD,)
        self.name = f"stock Whoosh{', headline field' * headline}, {'all' if every else 'any'} words"

    def best(self, query: str) -> list[int]:
        cut = default_segmenter().search_tokens
        tokens = dict.fromkeys(token.text for word in typed_words(query) for token in cut(word))
        terms = [self._term(token) for token in tokens]
        tree = whoosh_query.And(terms) if self._every else whoosh_query.Or(terms)
        return [int(hit["key"]) for hit in self._searcher.search(tree, limit=DEPTH)]

    def _term(self, token: str) -> whoosh_query.Query:
        terms = [whoosh_query.Term(field, token) for field in self._fields]
        return terms[0] if len(terms) == 1 else whoosh_query.Or(terms)


class Bigrams:
    def __init__(self, documents: Iterable[Document]) -> None:
        self._ids: list[int] = []
        self._vocabulary: dict[str, int] = {}
        lengths: list[int] = []
        columns: list[tuple[np.ndarray, np.ndarray]] = []
        for document in documents:
            counts = Counter(bigrams(document.text))
            terms = [self._vocabulary.setdefault(term, len(self._vocabulary)) for term in counts]
            columns.append((np.array(terms, np.int32), np.fromiter(counts.values(), np.int32, len(counts))))
            self._ids.append(document.id)
            lengths.append(counts.total())
        owners = np.repeat(np.arange(len(columns), dtype=np.int32), [len(terms) for terms, _ in columns])
        terms = np.concatenate([terms for terms, _ in columns])
        order = np.argsort(terms, kind="stable")
        self._owners = owners[order]
        self._term_frequencies = np.concatenate([frequencies for _, frequencies in columns])[order]
        self._starts = np.searchsorted(terms[order], np.arange(len(self._vocabulary) + 1))
        self._norm = 1.2 * (0.25 + 0.75 * np.array(lengths) / np.mean(lengths))

    def scores(self, query: str, *, every: bool) -> np.ndarray:
        """BM25 of every document with any of the query's bigrams (or with all); others have 0."""
        scores = np.zeros(len(self._ids))
        matched_terms = np.zeros(len(self._ids), np.int32)
        query_terms = {term for word in typed_words(query) for term in bigrams(word)}
        for index in (self._vocabulary[term] for term in sorted(query_terms & self._vocabulary.keys())):
            postings = slice(self._starts[index], self._starts[index + 1])
            owners, frequencies = self._owners[postings], self._term_frequencies[postings]
            idf = log(len(self._ids) / (len(owners) + 1)) + 1
            scores[owners] += idf * frequencies * 2.2 / (frequencies + self._norm[owners])
            matched_terms[owners] += 1
        return np.where(matched_terms == len(query_terms), scores, 0) if every else scores

    def asking(self, *, every: bool) -> System:
        return _BigramSystem(self, every)

    def best(self, query: str, *, every: bool) -> list[int]:
        scores = self.scores(query, every=every)
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        return [self._ids[index] for index in order.tolist() if scores[index] > 0]


class _BigramSystem:
    def __init__(self, index: Bigrams, every: bool) -> None:
        self._index = index
        self._every = every
        self.name = f"character bigrams, {'all' if every else 'any'}"

    def best(self, query: str) -> list[int]:
        return self._index.best(query, every=self._every)


_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[^\W\u3400-\u9fff\U00020000-\U0003ffff]+")


def bigrams(text: str) -> Iterator[str]:
    """Pairs of neighbouring ideographs, an ideograph alone by itself, other words whole."""
    for run in _RUN.findall(text):
        if len(run) == 1 or run[0] < "\u3400" or "\u9fff" < run[0] < "\U00020000":
            yield run
        else:
            yield from (run[index : index + 2] for index in range(len(run) - 1))


def systems(index: IndexDirectory, documents: Iterable[Document], *, with_all: bool) -> Sequence[System]:
    """``with_all``: also the systems in which all words must match."""
    pairs = Bigrams(documents)
    any_words = [OursAny(index), StockWhoosh(index, every=False), pairs.asking(every=False)]
    if not with_all:
        return any_words
    return [
        OursAll(index),
        StockWhoosh(index, every=True),
        StockWhoosh(index, every=True, headline=True),
        pairs.asking(every=True),
        *any_words,
        StockWhoosh(index, every=False, headline=True),
    ]

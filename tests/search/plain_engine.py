"""An engine that looks into every text with ``in``: what the service is tested on, and measured by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import count

from reports.language.normalise import normalise
from reports.language.offsets import merge_ranges
from reports.language.segment import Segmenter, default_segmenter
from reports.search.contract.conditions import Condition
from reports.search.contract.engine import Change, Changed
from reports.search.contract.errors import IndexMissing
from reports.search.contract.kinds import HIDDEN_KINDS, RUNNING_KINDS
from reports.search.contract.passages import MatchedBlock, choose_blocks
from reports.search.contract.values import (
    EMPTY_VERSION,
    EngineQuery,
    EngineResult,
    EngineStatus,
    HitPassages,
    IndexedArticle,
    IndexedBlock,
    Passage,
    Stamps,
    UnitHit,
    Vocabulary,
    is_suggestable,
)
from reports.search.request import Scope
from reports.search.syntax.tree import texts
from tests.engines.literal.oracle import paragraph_of
from tests.engines.naive import NaiveEngine


@dataclass(frozen=True)
class PlainDocument:
    article: IndexedArticle

    @property
    def id(self) -> int:
        return self.article.id

    @property
    def size(self) -> int:
        return sum(len(block.text) for block in self.article.blocks)


_places = count()


class PlainEngine:
    """Matches, counts and order are those of :class:`NaiveEngine`; every score is 0.

    ``articles`` None: there is no index yet.
    """

    def __init__(self, articles: Iterable[IndexedArticle] | None = (), version: str = "plain-1") -> None:
        self.naive = NaiveEngine(articles or ())
        self._place = f"plain {next(_places)}"
        self._version = EMPTY_VERSION if articles is None else version
        self._commits = 1
        self._numbers: dict[int, int] = {}
        self._segmenter = default_segmenter()

    # Reading

    @property
    def place(self) -> str:
        return self._place

    def version(self) -> str:
        return self._version

    def segmenter(self) -> Segmenter:
        return self._segmenter

    def find(self, search: EngineQuery) -> EngineResult:
        if self._version == EMPTY_VERSION:
            return EngineResult(0, (), {}, EMPTY_VERSION)
        result = self.naive.find(search)
        end = None if search.limit is None else search.start + search.limit
        hits = [UnitHit(article_id, number, 0.0) for article_id, number in result.order]
        return EngineResult(
            result.total, hits[search.start : end], result.facets if search.with_facets else {}, self._version
        )

    def passages(
        self, tree: Condition, scope: Scope, hits: Sequence[UnitHit], per_hit: int
    ) -> list[HitPassages]:
        return [self._of_hit(self._blocks(scope, hit), tree, scope, per_hit) for hit in hits]

    def similar(
        self, article_id: int, tree: Condition, start: int = 0, limit: int | None = 5
    ) -> EngineResult:
        """Similar articles are the real engine's business: here there are none."""
        return EngineResult(0, (), {}, self._version)

    def vocabulary(self) -> Vocabulary:
        """By looking at every article."""
        facets: dict[str, Counter[str]] = {}
        terms: Counter[str] = Counter()
        headlines = []
        for article in self.naive.articles.values():
            for facet, values in article.facets.items():
                facets.setdefault(facet, Counter()).update(values)
            words: set[str] = set()
            for block in article.blocks:
                if block.kind == "headline":
                    headlines.append((article.id, block.text))
                if block.kind not in HIDDEN_KINDS:
                    text = normalise(block.text).text
                    words.update(token.text for token in self._segmenter.search_tokens(text))
            terms.update(filter(is_suggestable, words))
        return Vocabulary(
            self.place, self._version, facets, tuple(sorted(headlines, reverse=True)), terms, self._segmenter
        )

    def _blocks(self, scope: Scope, hit: UnitHit) -> list[IndexedBlock]:
        article = self.naive.articles.get(hit.article_id)
        blocks = [block for block in article.blocks if block.kind not in HIDDEN_KINDS] if article else []
        if scope is Scope.ARTICLE:
            return blocks
        return [block for block in blocks if getattr(block, scope.value) == hit.number]

    def _of_hit(
        self, blocks: Sequence[IndexedBlock], tree: Condition, scope: Scope, most: int
    ) -> HitPassages:
        matched = [
            MatchedBlock(number, block.kind, block.section, block.figure, strings)
            for number, block in enumerate(blocks)
            if (strings := frozenset(one for one in texts(tree) if one in normalise(block.text).text))
        ]
        if not matched:
            running = [block for block in blocks if block.kind in RUNNING_KINDS] or list(blocks)
            return HitPassages(
                tuple(
                    Passage(b.kind, b.section, b.figure, b.text, paragraph=paragraph_of(blocks, b))
                    for b in running[:1]
                )
            )
        passages = {
            one.number: Passage(
                one.kind,
                one.section,
                one.figure,
                blocks[one.number].text,
                marks_of(blocks[one.number].text, one.strings),
                paragraph_of(blocks, blocks[one.number]),
            )
            for one in matched
        }
        headlines = [passages[one.number] for one in matched if one.kind == "headline"]
        matched.sort(key=lambda one: -len(one.strings))
        return HitPassages(
            tuple(passages[one.number] for one in choose_blocks(matched, scope, most)),
            headlines[0] if headlines else None,
            frozenset(one.section for one in matched),
        )

    # Writing

    def prepare(self, article: IndexedArticle) -> PlainDocument:
        return PlainDocument(article)

    def apply(self, changes: Iterable[Change], patience: float) -> frozenset[int]:
        if self._version == EMPTY_VERSION:
            raise IndexMissing
        articles, late = dict(self.naive.articles), set()
        for change in changes:
            if change.number < self._numbers.get(change.article_id, change.number):
                late.add(change.article_id)
                continue
            self._numbers[change.article_id] = change.number
            articles.pop(change.article_id, None)
            if isinstance(change.document, PlainDocument):
                articles[change.article_id] = change.document.article
        self._commit(articles.values())
        return frozenset(late)

    def rebuild(
        self, articles: Iterable[IndexedArticle], changed: Changed, segmenter: Segmenter, count: int
    ) -> int:
        self._segmenter = segmenter
        self._commit(list(articles))
        return len(self.naive.articles)

    def as_worker(self) -> AbstractContextManager[None]:
        return nullcontext()

    def maintain(self) -> None:
        pass

    def needs_maintenance(self) -> bool:
        return False

    def _commit(self, articles: Iterable[IndexedArticle]) -> None:
        self.naive = NaiveEngine(articles)
        self._commits += 1
        self._version = f"plain-{self._commits}"

    # State

    def stamps(self) -> Stamps:
        if self._version == EMPTY_VERSION:
            raise IndexMissing
        return Stamps(self._version, {article.id: article.stamp for article in self.naive.articles.values()})

    def status(self, segmenter: Segmenter) -> EngineStatus:
        if self._version == EMPTY_VERSION:
            return EngineStatus()
        return EngineStatus(version="plain", generation=1, indexed=len(self.naive.articles), segments=1)

    def is_rebuilding(self) -> bool:
        return False

    def read_again(self) -> None:
        pass


def marks_of(text: str, words: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Every place of every word, found in the normalised text, in printed code points."""
    normalised = normalise(text)
    return merge_ranges(
        normalised.printed(at, at + len(word))
        for word in words
        for at in range(len(normalised.text))
        if normalised.text.startswith(word, at)
    )

"""An engine that looks into every text with ``in``: what the service is tested on, and measured by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from reports.language.normalise import normalise
from reports.language.segment import Segmenter, default_segmenter
from reports.search.contract.values import (
    CompiledSearch,
    EngineResult,
    IndexedArticle,
    IndexedBlock,
    Passage,
    UnitHit,
)
from reports.search.engines.whoosh.reader.vocabulary import Vocabulary, is_telling
from reports.search.request import Scope
from reports.search.syntax.tree import Node, texts
from tests.engines.naive import NaiveEngine

_HIDDEN = {"initiative", "district"}


class PlainEngine:
    """Matches, counts and order are those of :class:`NaiveEngine`; relevance is how often the words stand."""

    def __init__(self, articles: Iterable[IndexedArticle], version: str = "plain-1") -> None:
        self.naive = NaiveEngine(articles)
        self.version = version

    def find(self, compiled: CompiledSearch) -> EngineResult:
        result = self.naive.find(compiled)
        end = None if compiled.limit is None else compiled.start + compiled.limit
        hits = [UnitHit(article_id, number, 0.0) for article_id, number in result.order]
        return EngineResult(
            result.total,
            hits[compiled.start : end],
            result.facets if compiled.with_facets else {},
            self.version,
        )

    def more_like_this(self, article: object, **_: object) -> dict[str, list[object]]:
        """Similar articles are the real engine's business: here there are none."""
        return {"results": []}

    def place_and_version(self) -> tuple[str, str]:
        return f"plain {id(self)}", self.version

    def segmenter(self) -> Segmenter:
        return default_segmenter()

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
                if block.kind not in _HIDDEN:
                    text = normalise(block.text).text
                    words.update(token.text for token in default_segmenter().search_tokens(text))
            terms.update(filter(is_telling, words))
        place, version = self.place_and_version()
        return Vocabulary(place, version, facets, tuple(sorted(headlines, reverse=True)), terms)

    def passages(
        self, tree: Node, scope: Scope, hits: Sequence[UnitHit], per_hit: int = 3
    ) -> list[list[Passage]]:
        words = list(texts(tree))
        return [self._best(self._blocks(scope, hit), words)[:per_hit] for hit in hits]

    def _blocks(self, scope: Scope, hit: UnitHit) -> list[IndexedBlock]:
        article = self.naive.articles.get(hit.article_id)
        blocks = [block for block in article.blocks if block.kind not in _HIDDEN] if article else []
        if scope is Scope.ARTICLE:
            return blocks
        return [block for block in blocks if getattr(block, scope.value) == hit.number]

    def _best(self, blocks: list[IndexedBlock], words: list[str]) -> list[Passage]:
        passages = [
            Passage.printed(block.kind, block.section, block.figure, block.text, marks_of(block.text, words))
            for block in blocks
        ]
        marked = sorted((p for p in passages if p.marks), key=lambda p: -len(p.marks))
        running = [p for p in passages if p.kind in {"lead", "body", "caption"}]
        return marked or (running or passages)[:1]


def marks_of(text: str, words: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Every place of every word, found in the normalised text, in printed code points."""
    normalised = normalise(text)
    return tuple(
        sorted(
            {
                normalised.printed(at, at + len(word))
                for word in words
                for at in range(len(normalised.text))
                if normalised.text.startswith(word, at)
            }
        )
    )

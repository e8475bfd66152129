"""A request and its query: parsed, cut and expanded once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from reports.language.segment import Segmenter
from reports.search import labels
from reports.search.request import SearchRequest
from reports.search.syntax import Parsed, interpret, parse, shorten
from reports.search.syntax.cutting import SegmentedQuery, resolve_prefixes, segment_query, segment_words
from reports.search.syntax.tree import Every, Node

from .synonyms import Expansions, expand


@dataclass(frozen=True)
class Question:
    """``tree``: the query as typed, with long prefixes resolved. Trees have no synonyms; ``expanded`` adds
    them for the engine."""

    request: SearchRequest
    parsed: Parsed
    tree: Node
    segmenter: Segmenter
    expansions: Expansions

    @cached_property
    def pieces(self) -> Mapping[str, tuple[str, ...]]:
        return segment_words(self.parsed, self.segmenter)

    @cached_property
    def cut(self) -> SegmentedQuery | None:
        """The query with every unbroken word cut; None if there is none."""
        return segment_query(self.parsed, self.pieces)

    def cut_where(self, may_cut: Callable[[str], bool]) -> SegmentedQuery | None:
        return segment_query(self.parsed, self.pieces, may_cut)

    @cached_property
    def _expanded(self) -> dict[Node, Node]:
        return {}

    def expanded(self, tree: Node) -> Node:
        """A form of the query with the synonyms of every bare word; computed once for each form."""
        if tree not in self._expanded:
            self._expanded[tree] = expand(tree, self.expansions)
        return self._expanded[tree]

    def interpreted(self, tree: Node) -> str:
        """A form of the query in Chinese, with its synonyms."""
        return interpret(tree, self.parsed.printed if tree == self.tree else None, self.expansions)

    @property
    def notices(self) -> tuple[str, ...]:
        """What the reader must know about how the query was read."""
        parsed = self.parsed
        notices = [labels.query_too_long(len(shorten(self.request.q)))] if parsed.is_cut else []
        if parsed.problem and isinstance(parsed.tree, Every):
            notices.append(labels.nothing_to_search(parsed.problem))
        elif parsed.problem:
            words = " ".join(parsed.printed.get(word, word) for word in parsed.words)
            notices.append(labels.query_misread(parsed.problem, words))
        return tuple(notices)


def parse_query(request: SearchRequest, segmenter: Segmenter, expansions: Expansions) -> Question:
    """``segmenter``: that of the index, so that queries are cut like its texts."""
    parsed = parse(request.q)
    return Question(request, parsed, resolve_prefixes(parsed.tree, segmenter), segmenter, expansions)

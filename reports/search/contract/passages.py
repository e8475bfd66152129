"""Which strings of a query are highlighted, and which blocks of a hit are shown: the same for every
engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.search.request import Scope
from reports.search.syntax.tree import Exact, leaf_texts, leaves

from .conditions import Condition
from .kinds import FIELD_KINDS, HEAD_KINDS, Kinds


@dataclass(frozen=True, slots=True)
class HighlightTerm:
    """A normalised string to highlight in blocks of the given kinds (None: in every block). ``is_whole``:
    only where it occurs as a whole word, as the index was cut."""

    text: str
    kinds: Kinds | None = None
    is_whole: bool = False


def highlight_terms(tree: Condition) -> list[HighlightTerm]:
    """The strings of a query; negated parts are left out."""
    return [
        HighlightTerm(text, None if field is None else FIELD_KINDS[field], isinstance(leaf, Exact))
        for leaf, field in leaves(tree)
        for text in leaf_texts(leaf)
        if text
    ]


@dataclass(frozen=True, slots=True)
class MatchedBlock:
    """A block in which ``strings`` of the query occur. ``number``: identifies it for the engine."""

    number: int
    kind: str
    section: int
    figure: int
    strings: frozenset[str]


def choose_blocks(blocks: Sequence[MatchedBlock], scope: Scope, limit: int) -> list[MatchedBlock]:
    """At most ``limit`` of ``blocks`` (best first), of different sections, so that together they show all
    strings.

    A section gives a second block only for a string that no other block shows. If the hit is a section or a
    figure itself, all its blocks may be chosen. Kicker and headline, which every page shows above the
    passages, are chosen only if nothing else matched.
    """
    remaining = [block for block in blocks if block.kind not in HEAD_KINDS] or list(blocks[:1])
    selected: list[MatchedBlock] = []
    shown: set[str] = set()
    sources: set[object] = set()
    while remaining and len(selected) < limit:
        candidates = [
            block
            for block in remaining
            if scope is not Scope.ARTICLE or _source(block) not in sources or block.strings - shown
        ]
        if not candidates:
            break
        best = max(candidates, key=lambda block: len(block.strings - shown))
        selected.append(best)
        remaining.remove(best)
        shown |= best.strings
        sources.add(_source(best))
    return selected


def _source(block: MatchedBlock) -> object:
    """The section or figure of a block, or the head; each pull quote is a source of its own."""
    if block.section >= 0:
        return ("section", block.section)
    if block.figure >= 0:
        return ("figure", block.figure)
    return ("quote", block.number) if block.kind == "pull_quote" else "head"

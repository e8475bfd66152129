"""Which blocks of a hit are shown: the same for every engine, so that all show the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.search.request import Scope

from .kinds import HEAD_KINDS


@dataclass(frozen=True, slots=True)
class MatchedBlock:
    """A block in which ``strings`` of the query occur. ``number``: the engine's own name for it."""

    number: int
    kind: str
    section: int
    figure: int
    strings: frozenset[str]


def choose_blocks(blocks: Sequence[MatchedBlock], scope: Scope, most: int) -> list[MatchedBlock]:
    """At most ``most`` of ``blocks`` (best first) from different sections, so that together they show all
    strings.

    A section gives a second block only for a string that no other block shows; where a hit is itself a
    section or figure, any of its blocks may be chosen. Kicker and headline, which faces show above the
    passages, are chosen only where nothing else matched.
    """
    rest = [block for block in blocks if block.kind not in HEAD_KINDS] or list(blocks[:1])
    chosen: list[MatchedBlock] = []
    shown: set[str] = set()
    sources: set[object] = set()
    while rest and len(chosen) < most:
        open_blocks = [
            block
            for block in rest
            if scope is not Scope.ARTICLE or _source(block) not in sources or block.strings - shown
        ]
        if not open_blocks:
            break
        best = max(open_blocks, key=lambda block: len(block.strings - shown))
        chosen.append(best)
        rest.remove(best)
        shown |= best.strings
        sources.add(_source(best))
    return chosen


def _source(block: MatchedBlock) -> object:
    """The section or figure of a block, or the part of the head; a pull quote is one by itself."""
    if block.section >= 0:
        return ("section", block.section)
    if block.figure >= 0:
        return ("figure", block.figure)
    return ("quote", block.number) if block.kind == "pull_quote" else "head"

"""The passages that are shown of a hit: up to three from different sections, or its beginning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.language.offsets import merge_ranges
from reports.search.contract.values import Passage
from reports.search.page import Snippet
from reports.search.syntax.tree import HIDDEN_KINDS

from .excerpts import excerpt

SNIPPETS = 3
# The page shows these above the passages; they are repeated only where nothing else matched.
_HEAD = frozenset({"kicker", "headline"})


def choose_snippets(
    passages: Sequence[Passage],
    headings: Mapping[int, str],
    quotes: Sequence[str],
    *,
    is_unit: bool = False,
) -> tuple[Snippet, ...]:
    """The best of ``passages`` (best first) from different sections, so that together they show all words.

    A section gives a second passage only for a word that no other passage shows. ``is_unit``: the hit is a
    section or figure, so that any of its blocks may be shown. Where nothing is marked, the first passage: the
    beginning of the hit. ``headings``: number -> heading of the article's sections; ``quotes``: its pull
    quotes in order.
    """
    visible = [passage for passage in passages if passage.kind not in HIDDEN_KINDS]
    marked = [passage for passage in visible if passage.strings]
    running = [passage for passage in marked if passage.kind not in _HEAD] or (marked or visible)[:1]
    return tuple(_snippet(passage, headings, quotes) for passage in _covering(running, is_unit))


def _covering(passages: Sequence[Passage], is_unit: bool) -> list[Passage]:
    """Up to ``SNIPPETS`` of ``passages``: each time the first one that adds the most words."""
    words = [passage.strings for passage in passages]
    picked: list[int] = []
    shown: set[str] = set()
    sources: set[object] = set()
    while len(picked) < SNIPPETS:
        candidates = [
            number
            for number, passage in enumerate(passages)
            if number not in picked and (is_unit or _source(passage) not in sources or words[number] - shown)
        ]
        if not candidates:
            break
        best = max(candidates, key=lambda number: len(words[number] - shown))
        picked.append(best)
        shown |= words[best]
        sources.add(_source(passages[best]))
    return [passages[number] for number in picked]


def headline_marks(passages: Sequence[Passage], headline: str) -> tuple[tuple[int, int], ...]:
    """Marks of the headline, unless it has changed since it was indexed."""
    return merge_ranges(
        mark
        for passage in passages
        if passage.kind == "headline" and passage.text == headline
        for mark in passage.marks
    )


def matched_headings(passages: Sequence[Passage], headings: Mapping[int, str]) -> tuple[str, ...]:
    """The headings of the sections with a mark, in reading order."""
    marked = {passage.section for passage in passages if passage.strings}
    return tuple(heading for number, heading in headings.items() if heading and number in marked)


def _anchor(passage: Passage, quotes: Sequence[str]) -> str:
    """The fragment of a block on the reading page; empty for the head."""
    if passage.kind == "lead":
        return "lead"
    if passage.kind == "pull_quote":
        return f"q{quotes.index(passage.text) + 1}" if passage.text in quotes else ""
    if passage.section >= 1:
        return f"s{passage.section}"
    return f"f{passage.figure}" if passage.figure >= 1 else ""


def _source(passage: Passage) -> object:
    """The section or figure of a passage, or the part of the head."""
    if passage.section >= 0:
        return ("section", passage.section)
    if passage.figure >= 0:
        return ("figure", passage.figure)
    return (passage.kind, passage.text) if passage.kind == "pull_quote" else "head"


def _snippet(passage: Passage, headings: Mapping[int, str], quotes: Sequence[str]) -> Snippet:
    cut = excerpt(passage.text, passage.marks)
    return Snippet(
        field=passage.kind,
        section=passage.section if passage.section >= 0 else None,
        anchor=_anchor(passage, quotes),
        text=cut.text,
        marks=cut.marks,
        before=cut.before,
        after=cut.after,
        heading=headings.get(passage.section, ""),
    )

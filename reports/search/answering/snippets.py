"""Snippets: the passages of a hit, cut to an excerpt, with the anchor that they link to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from reports.search.contract.values import Marks, Passage
from reports.search.page import Snippet

from .excerpts import excerpt

SNIPPETS = 3
"""Passages to show of each hit."""


def make_snippets(passages: Sequence[Passage], headings: Mapping[int, str]) -> tuple[Snippet, ...]:
    """``headings``: number -> heading of the article's sections."""
    return tuple(_snippet(passage, headings) for passage in passages)


def headline_marks(passage: Passage | None, headline: str) -> Marks:
    """Marks of the headline, unless it has changed since it was indexed."""
    return passage.marks if passage is not None and passage.text == headline else ()


def matched_headings(sections: Collection[int], headings: Mapping[int, str]) -> tuple[str, ...]:
    """The headings of the sections with a mark, in reading order."""
    return tuple(heading for number, heading in headings.items() if heading and number in sections)


def _anchor(passage: Passage) -> str:
    """The fragment of a block on the reading page; empty for the head."""
    if passage.kind == "lead":
        return f"lead.p{passage.paragraph}"
    if passage.kind == "body":
        return f"s{passage.section}.p{passage.paragraph}"
    if passage.kind == "pull_quote":
        return f"q{passage.paragraph}"
    if passage.section >= 1:
        return f"s{passage.section}"
    return f"f{passage.figure}" if passage.figure >= 1 else ""


def _snippet(passage: Passage, headings: Mapping[int, str]) -> Snippet:
    cut = excerpt(passage.text, passage.marks)
    return Snippet(
        field=passage.kind,
        section=passage.section if passage.section >= 0 else None,
        anchor=_anchor(passage),
        text=cut.text,
        marks=cut.marks,
        before=cut.before,
        after=cut.after,
        heading=headings.get(passage.section, ""),
    )

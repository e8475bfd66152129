"""What is shown of a hit: up to three passages from different sections, or how it begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .engines.contract import Passage
from .excerpts import excerpt, merge_marks
from .page import Snippet

SNIPPETS = 3
_HIDDEN = frozenset({"initiative", "district"})
# Shown above the passages anyway: repeated below only when nothing else matched.
_HEAD = frozenset({"kicker", "headline"})


def choose_snippets(
    passages: Sequence[Passage],
    headings: Mapping[int, str],
    quote_number: Callable[[str], int],
    *,
    is_unit: bool = False,
) -> tuple[Snippet, ...]:
    """The best of ``passages`` (best first), one a section; ``is_unit``: of one section, any of its blocks.

    ``headings``: number -> heading of the report's sections; ``quote_number``: text of a pull quote
    -> its number, 0 if unknown.
    """
    marked = [passage for passage in passages if passage.marks and passage.kind not in _HIDDEN]
    running = [passage for passage in marked if passage.kind not in _HEAD] or marked[:1]
    chosen: dict[object, Passage] = {}
    for number, passage in enumerate(running):
        chosen.setdefault(number if is_unit else _place(passage), passage)
    return tuple(
        _snippet(passage, headings, quote_number(passage.text) if passage.kind == "pull_quote" else 0)
        for passage in list(chosen.values())[:SNIPPETS]
    )


def beginning(kind: str, section: int, figure: int, text: str, heading: str = "") -> tuple[Snippet, ...]:
    """How a hit begins, unmarked: for searches without words."""
    paragraph = next((line for line in text.split("\n") if line.strip()), "")
    if not paragraph:
        return ()
    return (_snippet(Passage(kind, section, figure, paragraph, ()), {section: heading}, 0),)


def headline_marks(passages: Sequence[Passage], headline: str) -> tuple[tuple[int, int], ...]:
    """Marks of the headline, unless it has changed since it was indexed."""
    return merge_marks(
        mark
        for passage in passages
        if passage.kind == "headline" and passage.text == headline
        for mark in passage.marks
    )


def matched_headings(passages: Sequence[Passage], headings: Mapping[int, str]) -> tuple[str, ...]:
    """The headings of the sections with a mark, in reading order."""
    marked = {passage.section for passage in passages if passage.marks}
    return tuple(heading for number, heading in headings.items() if heading and number in marked)


def anchor(kind: str, section: int, figure: int, quote: int = 0) -> str:
    """The fragment of a block on the reading page; empty for the head."""
    if kind == "lead":
        return "lead"
    if kind == "pull_quote":
        return f"q{quote}" if quote else ""
    if section >= 1:
        return f"s{section}"
    return f"f{figure}" if figure >= 1 else ""


def _place(passage: Passage) -> object:
    if passage.section >= 0:
        return ("section", passage.section)
    if passage.figure >= 0:
        return ("figure", passage.figure)
    return (passage.kind, passage.text) if passage.kind == "pull_quote" else "head"


def _snippet(passage: Passage, headings: Mapping[int, str], quote: int) -> Snippet:
    cut = excerpt(passage.text, passage.marks)
    return Snippet(
        field=passage.kind,
        section=passage.section if passage.section >= 0 else None,
        anchor=anchor(passage.kind, passage.section, passage.figure, quote),
        text=cut.text,
        marks=cut.marks,
        before=cut.before,
        after=cut.after,
        heading=headings.get(passage.section, ""),
    )

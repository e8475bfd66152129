"""The words of a query, found in text as printed: for the marks on the reading page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.language.normalise import fold, normalise
from reports.language.segment import word_boundaries
from reports.search.service import engine, understand
from reports.search.suggestions import cut_query
from reports.search.synonyms import current_expansions, expand
from reports.search.syntax.tree import (
    And,
    Every,
    Exact,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)

_KINDS = {
    FieldName.HEADLINE: frozenset({"kicker", "headline", "deck"}),
    FieldName.HEADING: frozenset({"heading"}),
    FieldName.FIGURE: frozenset({"caption", "credit"}),
    FieldName.AUTHOR: frozenset({"byline"}),
    # These two name what is catalogued, not a stretch of the page.
    FieldName.INITIATIVE: frozenset(),
    FieldName.DISTRICT: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A normalised string to mark, in blocks of the given kinds (``None``: in every block).

    ``is_whole``: only where it stands as a word, as the index was cut.
    """

    text: str
    kinds: frozenset[str] | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Inked:
    """Printed text with the (start, end) of its marks in code points."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return self.text


def wanted_in(q: str, texts: Iterable[str]) -> list[Wanted]:
    """What to mark in an article for a query as typed.

    Where a plain word does not stand in ``texts`` as typed, the search has found the article by the words it
    was cut into, and these are marked.
    """
    parsed, _notices = understand(q)
    expansions = current_expansions()
    folded = [fold(text) for text in texts]

    def is_missing(word: str) -> bool:
        return not any(form in text for form in (word, *expansions.get(word, ())) for text in folded)

    cut = cut_query(parsed, engine().segmenter(), is_missing)
    return wanted_strings(expand(cut.tree if cut else parsed.tree, expansions))


def wanted_strings(node: Node, kinds: frozenset[str] | None = None) -> list[Wanted]:
    """What to mark for a query: everything it asks for, nothing it excludes."""
    match node:
        case Word(text) | Phrase(text) | Exact(text) | Prefix(text):
            return [Wanted(text, kinds, isinstance(node, Exact))] if text else []
        case Near(texts):
            return [Wanted(text, kinds) for text in texts if text]
        case Field(name, child):
            return wanted_strings(child, _KINDS[name])
        case And(children) | Or(children):
            return [wanted for child in children for wanted in wanted_strings(child, kinds)]
        case Not() | Every():
            return []


def ink(text: str, kind: str, wanted: Iterable[Wanted]) -> Inked:
    """Mark every occurrence in one block. Searched in the normalised text, marked in the printed one."""
    needles = {(w.text, w.is_whole) for w in wanted if w.kinds is None or kind in w.kinds}
    if not needles:
        return Inked(text)
    normalised = normalise(text)
    ends: set[int] = set()
    if any(is_whole and needle in normalised.text for needle, is_whole in needles):
        tokens = engine().segmenter().search_tokens(normalised.text)
        ends.update(word_boundaries(normalised.text, tokens))
    found: list[tuple[int, int]] = []
    for needle, is_whole in needles:
        at = normalised.text.find(needle)
        while at >= 0:
            if not is_whole or {at, at + len(needle)} <= ends:
                found.append(normalised.printed(at, at + len(needle)))
            at = normalised.text.find(needle, at + 1)
    return Inked(text, _merged(found))


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Sorted, and those that overlap or touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)

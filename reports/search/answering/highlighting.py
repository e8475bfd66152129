"""The words of a query, highlighted in an article as printed: for the reading page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.language.normalise import fold, normalise
from reports.language.offsets import merge_ranges
from reports.language.segment import word_boundaries
from reports.search import connection
from reports.search.contract.kinds import FIELD_KINDS
from reports.search.request import SearchRequest
from reports.search.syntax.tree import Exact, Node, Word, leaf_texts, leaves
from reports.search.syntax.tree import texts as texts_of

from .searcher import ask


@dataclass(frozen=True, slots=True)
class Target:
    """A normalised string to highlight, in blocks of the given kinds (None: in every block).

    ``is_whole``: only where it occurs as a word, as the index was cut.
    """

    text: str
    kinds: frozenset[str] | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Highlighted:
    """Printed text with the (start, end) of its marks in code points."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return self.text


def find_targets(request: SearchRequest, texts: Iterable[str]) -> list[Target]:
    """The strings to highlight in an article with these ``texts``, for a search that leads to it.

    Where a plain word does not occur in the article as typed, the search found the article by the words that
    it was cut into: these are highlighted.
    """
    question = ask(request).question
    folded = [fold(text) for text in texts]

    def is_missing(word: str) -> bool:
        forms = texts_of(question.expanded(Word(word)))
        return not any(form in text for form in forms for text in folded)

    cut = question.cut_where(is_missing)
    return targets_of(question.expanded(cut.tree if cut else question.tree))


def targets_of(tree: Node) -> list[Target]:
    """The texts of a query; negated parts are left out."""
    return [
        Target(text, None if field is None else FIELD_KINDS[field], isinstance(leaf, Exact))
        for leaf, field in leaves(tree)
        for text in leaf_texts(leaf)
        if text
    ]


def highlight(text: str, kind: str, targets: Iterable[Target]) -> Highlighted:
    """Mark every occurrence in one block: searched in the normalised text, marked in the printed one."""
    strings = {(one.text, one.is_whole) for one in targets if one.kinds is None or kind in one.kinds}
    if not strings:
        return Highlighted(text)
    normalised = normalise(text)
    boundaries: set[int] = set()
    if any(is_whole and string in normalised.text for string, is_whole in strings):
        tokens = connection.engine().segmenter().search_tokens(normalised.text)
        boundaries.update(word_boundaries(normalised.text, tokens))
    marks: list[tuple[int, int]] = []
    for string, is_whole in strings:
        start = normalised.text.find(string)
        while start >= 0:
            if not is_whole or {start, start + len(string)} <= boundaries:
                marks.append(normalised.printed(start, start + len(string)))
            start = normalised.text.find(string, start + 1)
    return Highlighted(text, merge_ranges(marks))

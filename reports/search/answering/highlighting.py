"""The words of a query, highlighted in an article as printed: for the reading page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.language.normalise import fold, normalise
from reports.language.offsets import merge_ranges
from reports.language.segment import word_boundaries
from reports.search import connection
from reports.search.contract.passages import HighlightTerm, highlight_terms
from reports.search.request import SearchRequest
from reports.search.syntax.tree import Word
from reports.search.syntax.tree import texts as texts_of

from .restating import words_to_show
from .searcher import ask


@dataclass(frozen=True, slots=True)
class Highlighted:
    """Printed text with the (start, end) of its marks in code points."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return self.text


def find_highlight_terms(request: SearchRequest, texts: Iterable[str]) -> list[HighlightTerm]:
    """The strings to highlight in an article with these ``texts``, for a search that leads to it.

    Where a plain word does not occur in the article as typed, the search found the article by the words that
    it was cut into: these are highlighted. Of a question, its initiatives and words are.
    """
    searcher = ask(request)
    question = searcher.question
    if shown := words_to_show(searcher):
        return highlight_terms(question.expanded(shown))
    folded = [fold(text) for text in texts]

    def is_missing(word: str) -> bool:
        forms = texts_of(question.expanded(Word(word)))
        return not any(form in text for form in forms for text in folded)

    cut = question.cut_where(is_missing)
    return highlight_terms(question.expanded(cut.tree if cut else question.tree))


def highlight(text: str, kind: str, terms: Iterable[HighlightTerm]) -> Highlighted:
    """Mark every occurrence in one block: searched in the normalised text, marked in the printed one."""
    strings = {(term.text, term.is_whole) for term in terms if term.kinds is None or kind in term.kinds}
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

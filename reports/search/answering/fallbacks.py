"""For a query that finds nothing, or little: cut its words, correct it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from reports.search import labels
from reports.search.contract.values import EngineResult
from reports.search.suggesting.corrections import correct
from reports.search.suggesting.table import table_if_ready, wait_for_table
from reports.search.syntax import write
from reports.search.syntax.cutting import SegmentedQuery
from reports.search.syntax.tree import Node, Word

from .searcher import Searcher


@dataclass(frozen=True, slots=True)
class Answer:
    """The form of the query that was answered, and its result. ``cut``: a form that may still be
    suggested."""

    tree: Node
    result: EngineResult
    cut: SegmentedQuery | None
    notices: tuple[str, ...] = ()


def answer(searcher: Searcher, find: Callable[[Node], EngineResult]) -> Answer:
    """Answers the query as typed; if it finds nothing, the query with those words cut that occur nowhere.

    Words that occur somewhere, but not together, are not cut: their parts would find something else. This
    does not depend on refinements: the facets of the literal form show the counts of that form.
    """
    question = searcher.question
    literal = Answer(question.tree, find(question.tree), question.cut)
    if literal.cut is None or literal.result.total or searcher.count_unrefined(question.tree):
        return literal
    cut = question.cut_where(lambda word: not searcher.count_unrefined(Word(word)))
    if cut is None:
        return literal
    result = find(cut.tree)
    if not result.total and not searcher.count_unrefined(cut.tree):
        return replace(literal, cut=None)
    return Answer(cut.tree, result, None, (labels.words_cut(cut.unsegmented, cut.text),))


def suggest_query(searcher: Searcher, answered: Answer) -> tuple[str, int] | None:
    """A query that finds more than the literal form, corrected or with its words cut, and its number of
    hits."""
    if correction := _correction(searcher):
        return correction
    cut = answered.cut
    if cut is None or not cut.is_long:
        return None
    total = searcher.count(cut.tree)
    return (cut.text, total) if total > answered.result.total else None


def corrected(searcher: Searcher) -> Node | None:
    """The query with its mistyped words corrected; it has hits without the refinements."""
    literal = searcher.question.tree
    # Only a reader without hits waits until a new process has made the table.
    table = table_if_ready(searcher.engine) if searcher.count(literal) else wait_for_table(searcher.engine)
    return correct(literal, table, searcher.count_unrefined, searcher.occurs) if table else None


def _correction(searcher: Searcher) -> tuple[str, int] | None:
    right = corrected(searcher)
    if right is None:
        return None
    total = searcher.count(right)
    return (write(right), total) if total > searcher.count(searcher.question.tree) else None

"""For a query that finds nothing, or little: cut its words, correct it, leave out a part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from reports.search import labels
from reports.search.contract.values import EngineResult
from reports.search.page import Relaxation
from reports.search.request import SearchRequest
from reports.search.suggesting.corrections import correct
from reports.search.suggesting.table import table_if_ready, wait_for_table
from reports.search.syntax import interpret, write
from reports.search.syntax.cutting import SegmentedQuery
from reports.search.syntax.tree import And, Every, Node, Phrase, Word, all_of

from .facet_labels import label_facets
from .searcher import Searcher

_MAX_WORDS = 20


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


def _correction(searcher: Searcher) -> tuple[str, int] | None:
    literal = searcher.question.tree
    literal_total = searcher.count(literal)
    # Only a reader without hits waits until a new process has made the table.
    table = table_if_ready(searcher.engine) if literal_total else wait_for_table(searcher.engine)
    corrected = correct(literal, table, searcher.count_unrefined) if table else None
    if corrected is None:
        return None
    total = searcher.count(corrected)
    return (write(corrected), total) if total > literal_total else None


def relaxations(searcher: Searcher, answered: Answer) -> tuple[Relaxation, ...]:
    """Every word or condition without which there are hits; the one with most hits first.

    All selected values of a facet are left out together: they are alternatives, so without one of them there
    would be fewer hits.
    """
    found = []
    for relaxed in (*_fewer_conditions(searcher, answered.tree), *_fewer_words(searcher, answered.tree)):
        if total := searcher.count_for(relaxed.request, relaxed.tree):
            found.append(Relaxation(relaxed.label, relaxed.request, total))
    return tuple(sorted(found, key=lambda relaxation: -relaxation.total))


@dataclass(frozen=True, slots=True)
class _Relaxed:
    label: str
    request: SearchRequest
    tree: Node


def _fewer_conditions(searcher: Searcher, tree: Node) -> Iterator[_Relaxed]:
    request = searcher.question.request
    names = label_facets(request.refinements)
    for facet, values in request.refinements.items():
        label = labels.without_facet(facet, [names[facet].get(value, value) for value in values])
        yield _Relaxed(label, request.with_refinement(facet, ()), tree)
    if request.date_from or request.date_to:
        yield _Relaxed(labels.WITHOUT_DATES, replace(request, date_from=None, date_to=None, page=1), tree)


def _fewer_words(searcher: Searcher, tree: Node) -> Iterator[_Relaxed]:
    question = searcher.question
    # Of a single word that occurs nowhere, its parts are left out.
    whole = tree if isinstance(tree, And) or question.cut is None else question.cut.tree
    if not isinstance(whole, And):
        return
    for left_out in whole.children[:_MAX_WORDS]:
        remaining = all_of(child for child in whole.children if child != left_out) or Every()
        term = interpret(left_out, question.parsed.printed)
        label = labels.without_term(term, is_quoted=isinstance(left_out, Phrase))
        yield _Relaxed(label, replace(question.request, q=write(remaining), page=1), remaining)

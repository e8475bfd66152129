"""Where a query finds nothing, or little: its words cut, the query corrected, a part of it dropped."""

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

_MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """The form of the query that was answered, and its result. ``cut``: a form that may still be offered."""

    tree: Node
    result: EngineResult
    cut: SegmentedQuery | None
    notices: tuple[str, ...] = ()


def answer(searcher: Searcher, find: Callable[[Node], EngineResult]) -> Answer:
    """The query as typed or, with its words that occur nowhere cut, what that finds.

    Words that occur somewhere, only not together, stay whole: cut, they would find something else.
    Refinements do not count here: the facets beside the literal form have promised counts of that form.
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
    return Answer(cut.tree, result, None, (labels.words_cut(cut.joined, cut.text),))


def suggest_query(searcher: Searcher, answered: Answer) -> tuple[str, int] | None:
    """The query corrected, or cut into words, and its hits, where it finds more than the literal form."""
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
    # A reader who finds nothing waits for the table, which a new process has still to make.
    table = table_if_ready(searcher.engine) if literal_total else wait_for_table(searcher.engine)
    corrected = correct(literal, table, searcher.count_unrefined) if table else None
    if corrected is None:
        return None
    total = searcher.count(corrected)
    return (write(corrected), total) if total > literal_total else None


def relax(searcher: Searcher, answered: Answer) -> tuple[Relaxation, ...]:
    """Every word or condition whose dropping alone finds something, the one that finds most first.

    All chosen values of a facet are dropped together: they are alternatives, so that dropping one of them
    finds less.
    """
    relaxations = []
    for looser in (*_fewer_conditions(searcher, answered.tree), *_fewer_words(searcher, answered.tree)):
        if total := searcher.count_for(looser.request, looser.tree):
            relaxations.append(Relaxation(looser.label, looser.request, total))
    return tuple(sorted(relaxations, key=lambda relaxation: -relaxation.total))


@dataclass(frozen=True, slots=True)
class _Looser:
    label: str
    request: SearchRequest
    tree: Node


def _fewer_conditions(searcher: Searcher, tree: Node) -> Iterator[_Looser]:
    request = searcher.question.request
    names = label_facets(request.refinements)
    for facet, values in request.refinements.items():
        label = labels.without_facet(facet, [names[facet].get(value, value) for value in values])
        yield _Looser(label, request.with_refinement(facet, ()), tree)
    if request.date_from or request.date_to:
        yield _Looser(labels.WITHOUT_DATES, replace(request, date_from=None, date_to=None, page=1), tree)


def _fewer_words(searcher: Searcher, tree: Node) -> Iterator[_Looser]:
    question = searcher.question
    # A single word that occurs nowhere is dropped by its pieces.
    whole = tree if isinstance(tree, And) or question.cut is None else question.cut.tree
    if not isinstance(whole, And):
        return
    for dropped in whole.children[:_MOST_WORDS]:
        rest = all_of(child for child in whole.children if child != dropped) or Every()
        term = interpret(dropped, question.parsed.printed)
        label = labels.without_term(term, is_quoted=isinstance(dropped, Phrase))
        yield _Looser(label, replace(question.request, q=write(rest), page=1), rest)

"""For a search without hits: what each word finds alone, and what could be left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reports.search import labels
from reports.search.page import Relaxation, WordCount
from reports.search.request import SearchRequest
from reports.search.syntax import interpret, write
from reports.search.syntax.tree import And, Every, Node, Not, Phrase, all_of, any_of

from .facet_names import facet_names
from .fallbacks import Answer, corrected
from .searcher import Searcher

_MAX_WORDS = 20


@dataclass(frozen=True, slots=True)
class _Relaxed:
    label: str
    request: SearchRequest
    tree: Node


def relaxations(searcher: Searcher, answered: Answer) -> tuple[Relaxation, ...]:
    """What to leave out for hits, ordered by what is kept.

    First the conditions, for then all words are kept; then the words, the most frequent first, for then the
    words that say most are kept. If no single one gives hits, all conditions, then any of the words.
    """
    relaxed = _with_hits(searcher, _fewer_conditions(searcher, answered.tree))
    relaxed += _with_hits(searcher, _fewer_words(searcher, answered.tree))
    return tuple(relaxed or _with_hits(searcher, _fewest(searcher, answered.tree)))


def count_words(searcher: Searcher, answered: Answer) -> tuple[WordCount, ...]:
    """What each word of the query finds alone; nothing where that says no more than the total does."""
    question = searcher.question
    parts = [part for part in _parts(searcher, answered.tree) if not isinstance(part, Not)]
    if len(parts) < 2 and not (parts and question.request.is_refined):
        return ()
    counts = []
    for part in parts:
        request = question.request.with_query(write(part))
        counts.append(
            WordCount(
                interpret(part, question.parsed.printed),
                request,
                searcher.count(part),
                searcher.count_unrefined(part),
            )
        )
    return tuple(counts) if any(count.unrefined for count in counts) else ()


def _with_hits(searcher: Searcher, relaxed: Iterator[_Relaxed]) -> list[Relaxation]:
    return [
        Relaxation(each.label, each.request, total)
        for each in relaxed
        if (total := searcher.count_for(each.request, each.tree))
    ]


def _fewer_conditions(searcher: Searcher, tree: Node) -> Iterator[_Relaxed]:
    """The condition that most articles fulfil first. All selected values of a facet are left out together:
    they are alternatives, so without one of them there would be fewer hits."""
    request = searcher.question.request
    alone = request.unrefined()
    names = facet_names()
    conditions: list[tuple[int, _Relaxed]] = []
    for facet, values in request.refinements.items():
        label = labels.without_facet(facet, [names.label(facet, value) for value in values])
        selecting = replace(alone.with_refinement(facet, values), named=request.named)
        fulfilled = searcher.count_for(selecting, Every())
        conditions.append((fulfilled, _Relaxed(label, request.with_refinement(facet, ()), tree)))
    for facet, values in request.excluded.items():
        label = labels.without_exclusion(facet, [names.label(facet, value) for value in values])
        included = replace(
            request, excluded={name: v for name, v in request.excluded.items() if name != facet}, page=1
        )
        fulfilled = searcher.count_for(replace(alone, excluded={facet: values}), Every())
        conditions.append((fulfilled, _Relaxed(label, included, tree)))
    if request.date_from or request.date_to:
        dated = replace(alone, date_from=request.date_from, date_to=request.date_to)
        undated = replace(request, date_from=None, date_to=None, page=1)
        fulfilled = searcher.count_for(dated, Every())
        conditions.append((fulfilled, _Relaxed(labels.WITHOUT_DATES, undated, tree)))
    conditions.sort(key=lambda condition: -condition[0])
    yield from (relaxed for _, relaxed in conditions)


def _fewer_words(searcher: Searcher, tree: Node) -> Iterator[_Relaxed]:
    question = searcher.question
    parts = _parts(searcher, tree)
    if len(parts) < 2 and not question.request.question:
        return
    for left_out in sorted(parts, key=lambda part: -searcher.count_unrefined(part)):
        remaining = all_of(part for part in parts if part != left_out) or Every()
        term = interpret(left_out, question.parsed.printed)
        label = labels.without_term(term, is_quoted=isinstance(left_out, Phrase))
        yield _Relaxed(label, question.request.with_query(write(remaining)), remaining)


def _fewest(searcher: Searcher, tree: Node) -> Iterator[_Relaxed]:
    request = searcher.question.request
    right = corrected(searcher) if request.is_refined else None
    if right is not None:
        query = write(right)
        yield _Relaxed(labels.corrected_alone(query), request.with_query(query).unrefined(), right)
    if request.is_refined:
        yield _Relaxed(labels.WITHOUT_CONDITIONS, request.unrefined(), tree)
    parts = [part for part in _parts(searcher, tree) if not isinstance(part, Not)]
    some = any_of(part for part in parts if searcher.count(part))
    if len(parts) > 1 and some is not None:
        yield _Relaxed(labels.ANY_WORD, request.with_query(write(some)), some)


def _parts(searcher: Searcher, tree: Node) -> tuple[Node, ...]:
    """The parts that must all match; of a single word that occurs nowhere, its pieces."""
    cut = searcher.question.cut
    whole = tree
    if cut is not None and not isinstance(tree, And) and not searcher.count_unrefined(tree):
        whole = cut.tree
    if isinstance(whole, Every):
        return ()
    return whole.children[:_MAX_WORDS] if isinstance(whole, And) else (whole,)

"""The calls behind every page and command: a request in, the answer out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter

from reports.search import labels
from reports.search.contract.values import EngineResult, UnitHit
from reports.search.page import Hit, ResultPage
from reports.search.request import SearchRequest

from .archive_counts import archive_counts
from .completions import complete
from .facet_labels import list_facets
from .facet_names import facet_names
from .fallbacks import Answer, answer, suggest_query
from .hits import build_hits, hit_id
from .looser import count_words, relaxations
from .refinements import resolve
from .restating import restate_names, restate_question, words_to_show
from .searcher import Searcher, ask
from .snippets import SNIPPETS
from .year_terms import take_year_terms

_CHUNK = 200
"""Hits to label at a time where all are asked for."""


def search(request: SearchRequest) -> ResultPage:
    """The page that ``request`` asks for. Raises what the engine raises when it cannot read its index."""
    started = perf_counter()
    start = (request.page - 1) * request.page_size
    searcher, answered = _answer(request, start=start, limit=request.page_size, with_facets=True)
    result = answered.result
    suggestion, suggestion_total = suggest_query(searcher, answered) or (None, None)
    question = searcher.question
    request = question.request
    return ResultPage(
        request=replace(request, version_of_first_page=result.index_version),
        interpreted=question.interpreted(answered.tree),
        total=result.total,
        hits=tuple(_labelled(searcher, answered, result.hits)),
        facets=list_facets(result.facets, request, archive_counts(), facet_names()),
        suggestion=suggestion,
        index_version=result.index_version,
        notices=(
            *request.notices,
            *question.notices,
            *answered.notices,
            *([labels.INDEX_CHANGED] if _has_changed(request, result) else []),
        ),
        suggestion_total=suggestion_total,
        relaxations=() if result.total else relaxations(searcher, answered),
        words=() if result.total else count_words(searcher, answered),
        completions=() if result.total else complete(searcher),
        is_missed=not result.total and not searcher.count_unrefined(answered.tree),
        took_ms=round((perf_counter() - started) * 1000, 1),
    )


def iterate_hits(request: SearchRequest, chosen: Collection[str] | None = None) -> Iterator[Hit]:
    """Every hit, or those whose ids are in ``chosen``, in the order of the pages.

    The whole order (numbers only) is read at once, so no hit is repeated or skipped if the index changes
    meanwhile. Labels and passages are read in chunks. The engine is asked when this is called, so its errors
    are raised here.
    """
    searcher, answered = _answer(request, start=0, limit=None, with_facets=False)
    units = answered.result.hits
    if chosen is not None:
        units = [unit for unit in units if hit_id(request.scope, unit) in chosen]
    return _in_chunks(searcher, answered, units)


def count_facets_by(
    request: SearchRequest, by: str, values: Iterable[str]
) -> dict[str, Mapping[str, Mapping[str, int]]]:
    """For each of the ``values`` of the facet ``by``, selected alone: facet -> value -> hits."""
    searcher = ask(request)
    return {value: searcher.facet_counts(request.with_refinement(by, (value,))) for value in values}


def _answer(
    request: SearchRequest, *, start: int, limit: int | None, with_facets: bool
) -> tuple[Searcher, Answer]:
    """Answers the request; a question or a sentence without hits is restated first."""
    searcher = ask(resolve(take_year_terms(request)))
    if restated := restate_question(searcher):
        searcher = ask(restated)
    find = partial(searcher.find, start=start, limit=limit, with_facets=with_facets)
    answered = answer(searcher, find)
    if not answered.result.total and (restated := restate_names(searcher)):
        searcher = ask(restated)
        find = partial(searcher.find, start=start, limit=limit, with_facets=with_facets)
        answered = answer(searcher, find)
    return searcher, answered


def _has_changed(request: SearchRequest, result: EngineResult) -> bool:
    """Whether the index has changed since the earlier pages."""
    return request.page > 1 and request.version_of_first_page not in ("", result.index_version)


def _labelled(searcher: Searcher, answered: Answer, units: Sequence[UnitHit]) -> list[Hit]:
    passages = searcher.passages(words_to_show(searcher) or answered.tree, units, SNIPPETS)
    return build_hits(searcher.question.request.scope, units, passages)


def _in_chunks(searcher: Searcher, answered: Answer, units: Sequence[UnitHit]) -> Iterator[Hit]:
    for start in range(0, len(units), _CHUNK):
        yield from _labelled(searcher, answered, units[start : start + _CHUNK])

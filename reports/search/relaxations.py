"""For a search that finds nothing: which one word or condition to drop, each with the hits that gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from .labels import label_facets
from .page import Relaxation
from .request import SearchRequest
from .suggestions import CutQuery
from .syntax import interpret, write
from .syntax.parser import all_of
from .syntax.tree import And, Every, Node, Phrase

_FACET_NAMES = {"district": "区县", "initiative": "举措", "year": "年份", "city": "城市", "source": "来源"}
_MOST_WORDS = 20

Count = Callable[[SearchRequest, Node], int]


@dataclass(frozen=True, slots=True)
class _Loosened:
    label: str
    request: SearchRequest
    tree: Node


def relax(
    request: SearchRequest, tree: Node, cut: CutQuery | None, printed: Mapping[str, str], count: Count
) -> tuple[Relaxation, ...]:
    """Every single loosening that finds something, the one that finds most first.

    ``printed`` gives back texts as they were typed; ``count``: exact hits of a request with a tree. All
    chosen values of a facet are dropped together: they are alternatives, and dropping one of them alone
    would find less still.
    """
    found = []
    for loosened in (*_fewer_conditions(request, tree), *_fewer_words(request, tree, cut, printed)):
        if total := count(loosened.request, loosened.tree):
            found.append(Relaxation(loosened.label, loosened.request, total))
    return tuple(sorted(found, key=lambda relaxation: -relaxation.total))


def _fewer_conditions(request: SearchRequest, tree: Node) -> Iterator[_Loosened]:
    names = label_facets(request.refinements)
    for facet, values in request.refinements.items():
        shown = "、".join(names.get(facet, {}).get(value, value) for value in values)
        yield _Loosened(f"去掉{_FACET_NAMES[facet]}“{shown}”", request.with_refinement(facet, ()), tree)
    if request.date_from or request.date_to:
        yield _Loosened("去掉起止日期", replace(request, date_from=None, date_to=None, page=1), tree)


def _fewer_words(
    request: SearchRequest, tree: Node, cut: CutQuery | None, printed: Mapping[str, str]
) -> Iterator[_Loosened]:
    # An unbroken word that stands nowhere is dropped by its parts, if it is all there is.
    whole = tree if isinstance(tree, And) or cut is None else cut.tree
    if not isinstance(whole, And):
        return
    for dropped in whole.children[:_MOST_WORDS]:
        rest = all_of(child for child in whole.children if child != dropped) or Every()
        shown = interpret(dropped, printed)
        label = f"去掉{shown}" if isinstance(dropped, Phrase) else f"去掉“{shown}”"
        yield _Loosened(label, replace(request, q=write(rest), page=1), rest)

"""A page of results as the search page shows it: its title, and its hits in groups."""

from __future__ import annotations

from reports.search import labels
from reports.search.page import Hit, ResultPage
from reports.search.request import Scope

from .facet_lists import selected_refinements

_NAMED = 3


def results_title(page: ResultPage) -> str:
    """Query, refinements and page: ``路灯 · 松林区 · 2021 · 第 2 页 · 检索``."""
    request = page.request
    refinements = [
        labels.excluded(one.label) if one.is_excluded else one.label for one in selected_refinements(page)
    ]
    further = len(refinements) - _NAMED
    parts = [
        request.q,
        *refinements[:_NAMED],
        labels.further_refinements(further) if further > 0 else "",
        labels.SCOPES[request.scope] if request.scope != Scope.ARTICLE else "",
        labels.page(request.page) if request.page > 1 else "",
        labels.SEARCH,
    ]
    return " · ".join(filter(None, parts))


def grouped_hits(page: ResultPage) -> list[tuple[Hit, list[Hit]]]:
    """Each hit alone; figures together with the others of their article on the page, where its first stands.

    The second part is empty unless the hits are figures.
    """
    if page.request.scope != Scope.FIGURE:
        return [(hit, []) for hit in page.hits]
    groups: dict[int, list[Hit]] = {}
    for hit in page.hits:
        groups.setdefault(hit.article_id, []).append(hit)
    return [(figures[0], figures) for figures in groups.values()]

"""The facet of districts as a tree: 省 › 市 › 区县.

A search lists the level at which its hits begin to differ, and opens what is selected. Its address leads down
(a district in place of the city around it) or to the side (a second district as well).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports.search.page import FacetValue
from reports.search.request import SearchRequest

_FACET = "district"
_SMALL = 16
"""A tree of so many districts is listed whole."""


@dataclass(frozen=True, slots=True)
class Node:
    """A district in the list, with its name below the one around it. ``depth``: 0 for the outermost;
    ``is_open``: the districts in it follow."""

    value: FacetValue
    label: str
    depth: int
    is_open: bool


class DistrictTree:
    def __init__(self, values: Sequence[FacetValue]) -> None:
        """``values``: the facet, in the order in which districts of one level are listed."""
        self._by_key = {value.value: value for value in values}
        self._inside: dict[str | None, list[FacetValue]] = {}
        for value in values:
            self._inside.setdefault(value.parent, []).append(value)

    def all(self) -> Iterator[Node]:
        """Every district, each followed by those in it."""
        return self._nodes(None, 0, None)

    def first(self, shown: int) -> list[Node]:
        """About ``shown`` of each level, and what is selected or excluded; of a small tree everything."""
        return list(self.all() if len(self._by_key) <= _SMALL else self._nodes(None, 0, shown))

    def toggled(self, request: SearchRequest, value: FacetValue) -> SearchRequest:
        """With the district selected in place of those around it and in it, or no longer selected."""
        if value.selected:
            return request.with_toggled(_FACET, value.value)
        related = {*self._around(value), *self._below(value)}
        others = (key for key in request.selected(_FACET) if key not in related)
        return request.with_refinement(_FACET, others).with_toggled(_FACET, value.value)

    def _nodes(self, parent: str | None, depth: int, shown: int | None) -> Iterator[Node]:
        siblings = self._inside.get(parent, [])
        if shown is not None and len(siblings) == shown + 1:
            shown += 1  # to list all for only one more is not worth a click
        for index, value in enumerate(siblings):
            is_open = shown is None or len(siblings) == 1 or value.selected or self._is_chosen_below(value)
            if shown is None or index < shown or is_open or value.excluded:
                is_open = is_open and value.value in self._inside
                around = self._by_key[parent].label if parent else ""
                yield Node(value, value.label.removeprefix(around) or value.label, depth, is_open)
                if is_open:
                    yield from self._nodes(value.value, depth + 1, shown)

    def _is_chosen_below(self, value: FacetValue) -> bool:
        return any(self._by_key[key].selected or self._by_key[key].excluded for key in self._below(value))

    def _around(self, value: FacetValue) -> Iterable[str]:
        while value.parent is not None:
            yield value.parent
            value = self._by_key[value.parent]

    def _below(self, value: FacetValue) -> Iterable[str]:
        for inner in self._inside.get(value.value, ()):
            yield inner.value
            yield from self._below(inner)

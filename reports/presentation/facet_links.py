"""The values of a facet with the address that each leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import quote_plus

from reports.search.page import FacetValue
from reports.search.request import SearchRequest

_PLACEHOLDER = "\x01"  # requests are read without control characters, so no parameter contains it


class FacetLink(NamedTuple):
    """A value, the address of the search with the value selected (or not selected any more), and of the one
    with the value excluded (or not excluded any more).

    ``label``: 历城区 below 济南市. ``count`` as it is shown: 12,345. ``depth``: how many listed districts are
    around it. ``words``: by what a field finds it in a long list, in addition to its label.
    """

    value: FacetValue
    label: str
    count: str  # type: ignore[assignment]  # in place of the method of tuples
    url: str
    exclude_url: str
    depth: int = 0
    words: str = ""


AddressOf = Callable[[SearchRequest], str]


def facet_links(
    request: SearchRequest, name: str, values: Iterable[FacetValue], address: AddressOf
) -> list[FacetLink]:
    """The values of a facet in which each stands for itself."""
    select = _pattern(address(request.with_toggled(name, _PLACEHOLDER)))
    exclude = _pattern(address(request.with_exclusion_toggled(name, _PLACEHOLDER)))
    links = []
    for value in values:
        quoted = quote_plus(value.value)
        # The long common part of the addresses is built only once, for values that nobody has chosen.
        chosen = value.selected or value.excluded
        links.append(
            FacetLink(
                value,
                value.label,
                f"{value.count:,}",
                address(request.with_toggled(name, value.value)) if chosen else select % quoted,
                address(request.with_exclusion_toggled(name, value.value)) if chosen else exclude % quoted,
            )
        )
    return links


def _pattern(address: str) -> str:
    return address.replace("%", "%%").replace(f"%%{ord(_PLACEHOLDER):02X}", "%s")

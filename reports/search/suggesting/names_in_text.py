"""The names of districts and initiatives, and the years, that a text contains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .table import SuggestionKind, SuggestionTable

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?度?(?!\d)")
_FACETS = {SuggestionKind.DISTRICT: "district", SuggestionKind.INITIATIVE: "initiative"}
_MIN_NAME = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text. ``facet`` is empty if the part is no name; else ``name`` is a value of the facet."""

    text: str
    facet: str = ""
    name: str = ""


def parts_of(text: str, table: SuggestionTable) -> Iterator[Part]:
    """The normalised ``text`` cut at the names in it: from left to right, the longest name first."""
    at = done = 0
    while at < len(text):
        part = _part_at(text, at, table)
        if part is None:
            at += 1
            continue
        if done < at:
            yield Part(text[done:at])
        yield part
        at = done = at + len(part.text)
    if done < len(text):
        yield Part(text[done:])


def _part_at(text: str, at: int, table: SuggestionTable) -> Part | None:
    for size in range(min(table.longest_name, len(text) - at), _MIN_NAME - 1, -1):
        entry = table.named(text[at : at + size])
        if entry is not None:
            # Several districts may share the name; the refinement then selects them all.
            return Part(text[at : at + size], _FACETS[entry.kind], entry.name)
    year = _YEAR.match(text, at)
    return Part(year[0], "year", year[1]) if year else None

"""Characters that look alike and are often mistaken for each other (``data/lookalikes.txt``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources


def lookalikes(character: str) -> frozenset[str]:
    """The characters that look like this one; empty if the list has none."""
    return _table().get(character, frozenset())


@cache
def _table() -> Mapping[str, frozenset[str]]:
    lines = resources.files(__package__).joinpath("data/lookalikes.txt").read_text("utf-8").splitlines()
    table: dict[str, set[str]] = {}
    for group in (group for line in lines if not line.startswith("#") for group in line.split()):
        for character in group:
            table.setdefault(character, set()).update(set(group) - {character})
    return {character: frozenset(similar) for character, similar in table.items()}

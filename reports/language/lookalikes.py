"""Characters that are taken for each other by eye (``data/lookalikes.txt``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources


def lookalikes(character: str) -> frozenset[str]:
    """The characters it may have been meant for; none if none are known."""
    return _table().get(character, frozenset())


@cache
def _table() -> Mapping[str, frozenset[str]]:
    lines = resources.files(__package__).joinpath("data/lookalikes.txt").read_text("utf-8").splitlines()
    found: dict[str, set[str]] = {}
    for group in (group for line in lines if not line.startswith("#") for group in line.split()):
        for character in group:
            found.setdefault(character, set()).update(set(group) - {character})
    return {character: frozenset(others) for character, others in found.items()}

"""旧名: names that divisions had since 1999 (``data/former_names.tsv``, maintained by hand).

Columns: former full name; key of the city or province in which it was, by its key today; year in which the
change took effect (sources differ by one); kind of change; keys of today's divisions, the one with the larger
part first; source of name and year. docs/knowledge.md has the rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from reports.language.labelled import LabelledEnum

# Names that also describe a part of any city. As former names they count only right after their city's name.
GENERIC_FORMER_NAMES = frozenset(
    {
        "城区",
        "郊区",
        "矿区",
        "新城区",
        "新市区",
        "东市区",
        "西市区",
        "南市区",
        "北市区",
        "中市区",
        "城南区",
        "城北区",
    }
)


class Change(LabelledEnum):
    """What happened to the division; the Chinese name is a verb that takes the new name."""

    CONVERTED = "converted", "改设"  # a county became a city or a district; almost the same area
    RENAMED = "renamed", "更名为"
    MERGED = "merged", "并入"
    SPLIT = "split", "分入"
    MOVED = "moved", "划入"  # to another city


@dataclass(frozen=True, slots=True)
class FormerName:
    """One row: ``outer`` and ``successors`` are keys."""

    name: str
    outer: str
    year: int
    change: Change
    successors: tuple[str, ...]

    @property
    def is_generic(self) -> bool:
        return self.name in GENERIC_FORMER_NAMES

    @property
    def is_split(self) -> bool:
        return len(self.successors) > 1

    def became(self, names: Iterable[str]) -> str:
        """For the reviewer: 闸北区2015年并入静安区. ``names`` are those of the successors."""
        return f"{self.name}{self.year}年{self.change.label}{'、'.join(names)}"


@lru_cache(maxsize=1)
def packaged_former_names() -> tuple[FormerName, ...]:
    text = (files(__package__) / "data" / "former_names.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return tuple(
        FormerName(name, outer, int(year), Change(change), tuple(successors.split("、")))
        for name, outer, year, change, successors, _source in rows
    )

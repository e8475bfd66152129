"""Units of measure in newspaper text, read from ``data/units.tsv``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files


class UnitKind(StrEnum):
    COUNT = "count"  # 个, 家: counts things
    MEASURE = "measure"  # 元, 亩: measures one
    RATIO = "ratio"  # %, 倍


@dataclass(frozen=True, slots=True)
class Unit:
    """``not_before`` are characters that must not follow, because they form another word: 3部门."""

    name: str
    kind: UnitKind
    not_before: str = ""

    @property
    def pattern(self) -> str:
        return f"{self.name}(?![{self.not_before}])" if self.not_before else self.name


def _read() -> dict[str, Unit]:
    units = {}
    for line in (files(__package__) / "data" / "units.tsv").read_text("utf-8").splitlines():
        name, kind, not_before = line.split("\t")
        units[name] = Unit(name, UnitKind(kind), not_before)
    return units


UNITS = _read()

# All units in one pattern, longer ones first.
UNIT_PATTERN = "|".join(unit.pattern for unit in sorted(UNITS.values(), key=lambda unit: -len(unit.name)))
PER_PATTERN = "(?:/|每)(?:平方米|平方公里|立方米|公斤|千克|小时|公里|分钟|人|天|日|年|月|亩|吨|户|秒|米|斤)"

FACTORS = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
}

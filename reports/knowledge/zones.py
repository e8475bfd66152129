"""功能区: high-tech and development zones. GB/T 2260 omits them, and other sources give different codes.

The key of a zone comes from its city: ``济南高新区`` has the key ``jinan-gaoxin``. Every city may have the
kinds of zone below, so their keys and names are valid without a list; zones with another name (两江新区) are
listed in ``data/zones.tsv``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ZoneKind:
    """``slug`` is the end of the key, ``name`` the printed name; ``forms`` are names in use, longest
    first."""

    slug: str
    name: str
    forms: tuple[str, ...]


ZONE_KINDS = (
    ZoneKind(
        "gaoxin",
        "高新区",
        (
            "高新技术产业开发区",
            "高新技术产业园区",
            "高新技术开发区",
            "高技术产业开发区",
            "高新产业开发区",
            "高新开发区",
            "高新区",
        ),
    ),
    ZoneKind("jingkai", "经开区", ("经济技术开发区", "经济开发区", "经开区", "开发区")),
    ZoneKind("baoshui", "保税区", ("综合保税区", "综保区", "保税港区", "保税区")),
    ZoneKind("zimao", "自贸片区", ("自由贸易试验区", "自贸试验区", "自贸片区", "自贸区")),
    ZoneKind("xinqu", "新区", ("新区",)),
)

KIND_BY_FORM = {form: kind for kind in ZONE_KINDS for form in kind.forms}
KIND_BY_SLUG = {kind.slug: kind for kind in ZONE_KINDS}

# Forms that mean a zone even without the city next to them; 开发区 and 新区 alone do not.
STANDING_FORMS = {form for kind in ZONE_KINDS[:2] for form in kind.forms} - {"开发区", "经济开发区"}

_ZONE_ENDING = re.compile(f"市?(?:国家级?)?({'|'.join(sorted(KIND_BY_FORM, key=len, reverse=True))})")


def zone_ending(text: str, start: int) -> tuple[ZoneKind, int] | None:
    """The kind of zone named at ``start``, directly after the name of a city, and the end of its name."""
    match = _ZONE_ENDING.match(text, start)
    return (KIND_BY_FORM[match[1]], match.end()) if match else None

"""The names of districts and initiatives as facets show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.models import District, Initiative
from reports.search import labels
from reports.search.contract.engine import Engine
from reports.search.request import UNDATED

from .kept import KeptForVersion


@dataclass(frozen=True, slots=True)
class FacetNames:
    """``labels``: facet -> value -> its label, of what readers may see; other values stand for themselves.
    ``around``: district -> the smallest division around it, its city or province."""

    labels: Mapping[str, Mapping[str, str]]
    around: Mapping[str, str]

    def label(self, facet: str, value: str) -> str:
        return self.labels[facet].get(value, value)


def _read(_: Engine) -> FacetNames:
    districts, around = {}, {}
    rows = District.objects.visible_to_readers().order_by()
    for key, name, city_name, city, province in rows.values_list(
        "key", "name", "city__name", "city__key", "province__key"
    ):
        districts[key] = labels.district(name, city_name)
        if city or province:
            around[key] = city or province
    initiatives = Initiative.objects.visible_to_readers().order_by()
    of_initiatives = {
        slug: labels.initiative(name, owner)
        for slug, name, owner in initiatives.values_list("slug", "name", "owner__name")
    }
    named = {"district": districts, "initiative": of_initiatives, "year": {UNDATED: labels.UNDATED}}
    return FacetNames({**named, "source": {}}, around)


facet_names = KeptForVersion(_read)
"""Two queries for each version of the index."""

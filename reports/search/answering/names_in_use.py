"""The names by which an address may name a district or initiative, found in any of their spellings.

歷城區 in an address means 历城区: names are compared in the form in which texts and queries are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.language.normalise import fold
from reports.models import District, Initiative, InitiativeAlias


def as_spelled(facet: str, values: Sequence[str]) -> dict[str, str]:
    """The values that are another spelling of a name in use -> this name. Reads all names of the facet."""
    wanted = {fold(value): value for value in values}
    names = _initiative_names() if facet == "initiative" else _district_names()
    return {wanted[folded]: name for name in names if (folded := fold(name)) in wanted}


def _initiative_names() -> Iterator[str]:
    for names in (Initiative.objects, InitiativeAlias.objects):
        yield from names.visible_to_readers().order_by("pk").values_list("name", flat=True)


def _district_names() -> Iterator[str]:
    """Each alone, with its city and with its province."""
    rows = District.objects.visible_to_readers().order_by("key")
    for name, city, province in rows.values_list("name", "city__name", "province__name"):
        for written in (name, f"{city or ''}{name}"):
            yield written
            yield f"{province or ''}{written}"
        yield name.removesuffix("市").removesuffix("省")

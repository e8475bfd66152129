"""From selected facet values, as people write them, to their keys in the index.

A district, city or province may be given by key, division code or name, an initiative by slug, name or
alias; names in any spelling (歷城區). An unknown value remains: it matches nothing, and a notice says so.
Without it the search would show hits that the reader did not ask for. Values that only unpublished articles
have are unknown, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db.models import Q, QuerySet

from reports.models import District, Initiative, InitiativeAlias
from reports.models.field_labels import length_of
from reports.search import labels
from reports.search.request import SearchRequest

from .names_in_use import as_spelled

T = TypeVar("T")

_ENDINGS_LEFT_OUT = ("省", "市")  # 山东, 济南


@dataclass(frozen=True, slots=True)
class _Match:
    """``keys`` of a value with the names that tell them apart; several where a name is shared."""

    keys: tuple[str, ...]
    names: tuple[str, ...]


def resolve(request: SearchRequest) -> SearchRequest:
    """The request with canonical keys; notices are added for values that are unknown or ambiguous."""
    refinements, excluded = dict(request.refinements), dict(request.excluded)
    notices = list(request.notices)
    for facet, find in _RESOLVERS.items():
        for values_by_facet in (refinements, excluded):
            if values := values_by_facet.get(facet):
                matches = _matches(facet, values, find)
                values_by_facet[facet] = _canonical(values, facet, matches, notices)
    return replace(request, refinements=refinements, excluded=excluded, notices=tuple(notices))


def _matches(
    facet: str, values: Sequence[str], find: Callable[[Sequence[str]], dict[str, _Match]]
) -> dict[str, _Match]:
    """Each value as written; if that is unknown, the name that it is another spelling of."""
    matches = find(values)
    unknown = [value for value in values if value not in matches]
    spelled = as_spelled(facet, unknown) if unknown else {}
    named = find(list(spelled.values())) if spelled else {}
    return matches | {value: named[name] for value, name in spelled.items() if name in named}


def _canonical(
    values: Sequence[str], facet: str, matches: dict[str, _Match], notices: list[str]
) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for value in values:
        match = matches.get(value)
        if match is None:
            notices.append(labels.unknown_value(facet, value))
        elif len(match.keys) > 1:
            notices.append(labels.ambiguous_value(facet, value, match.names))
        keys.update(dict.fromkeys(match.keys if match else [value]))
    return tuple(keys)


def _districts(values: Sequence[str]) -> dict[str, _Match]:
    longest = length_of(District, "name")
    endings = {
        value[start:] for value in values for start in range(max(0, len(value) - longest), len(value) - 1)
    }
    names = endings | {f"{value}{ending}" for value in values for ending in _ENDINGS_LEFT_OUT}
    candidates = list(
        District.objects.visible_to_readers()
        .with_path()
        .filter(Q(key__in=values) | Q(code__in=values) | Q(name__in=names))
        .order_by("key")
    )
    return _by_first_match(
        values,
        candidates,
        lambda district: district.key,
        lambda district: district.full_name,
        (
            lambda district: {district.key},
            lambda district: {district.code},
            lambda district: {district.full_name, district.province_name + district.full_name},
            lambda district: {district.name, district.province_name + district.name},
            lambda district: {district.name.removesuffix(ending) for ending in _ENDINGS_LEFT_OUT},
        ),
    )


def _initiatives(values: Sequence[str]) -> dict[str, _Match]:
    aliases: dict[int, set[str]] = {}
    aliases_named = InitiativeAlias.objects.visible_to_readers().filter(name__in=values)
    for initiative_id, alias in aliases_named.values_list("initiative_id", "name"):
        aliases.setdefault(initiative_id, set()).add(alias)
    candidates: QuerySet[Initiative] = (
        Initiative.objects.visible_to_readers()
        .filter(Q(slug__in=values) | Q(name__in=values) | Q(pk__in=aliases_named.values("initiative")))
        .select_related("merged_into", "owner")
    )
    return _by_first_match(
        values,
        list(candidates.order_by("slug")),
        lambda initiative: (initiative.merged_into or initiative).slug,
        str,
        (
            lambda initiative: {initiative.slug},
            lambda initiative: {initiative.name},
            lambda initiative: aliases.get(initiative.pk, set()),
        ),
    )


def _by_first_match(
    values: Iterable[str],
    candidates: Sequence[T],
    key: Callable[[T], str],
    name: Callable[[T], str],
    tests: Sequence[Callable[[T], set[str] | set[str | None]]],
) -> dict[str, _Match]:
    """Each value by the first of ``tests`` that any candidate passes."""
    first_matches = {}
    for value in values:
        for test in tests:
            if matches := [candidate for candidate in candidates if value in test(candidate)]:
                keys = {key(match): name(match) for match in matches}
                first_matches[value] = _Match(tuple(keys), tuple(keys.values()))
                break
    return first_matches


_RESOLVERS: dict[str, Callable[[Sequence[str]], dict[str, _Match]]] = {
    "district": _districts,
    "initiative": _initiatives,
}

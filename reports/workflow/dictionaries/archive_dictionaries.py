"""The dictionaries of this archive: the packaged ones with the entries of curators."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache

from reports.knowledge import (
    Gazetteer,
    InitiativeLexicon,
    NamedInitiative,
    default_gazetteer,
    default_lexicon,
)
from reports.knowledge.findings import InitiativeKind
from reports.models import Initiative, InitiativeAlias

from .districts import archive_gazetteer


@dataclass(frozen=True, slots=True)
class Dictionaries:
    """Gazetteer and lexicon: the packaged ones, or those of the archive."""

    gazetteer: Gazetteer = field(default_factory=default_gazetteer)
    lexicon: InitiativeLexicon = field(default_factory=default_lexicon)


def archive_dictionaries() -> Dictionaries:
    """Gazetteer and lexicon with the entries of curators, with which every draft is recognised."""
    return Dictionaries(archive_gazetteer(), archive_lexicon())


def archive_lexicon() -> InitiativeLexicon:
    """The packaged lexicon with every initiative that a curator added, renamed, merged or gave aliases.

    Initiatives that were only recognised are left out: otherwise one wrong finding would cause the next. Bare
    codes are left out too, because they have a meaning only in their district.
    """
    curated = Initiative.objects.current().filter(is_curated=True).exclude(kind=InitiativeKind.CODE.value)
    # Not by prefetch_related, whose query would contain the ids of all these initiatives.
    aliases: dict[int, list[str]] = defaultdict(list)
    rows = InitiativeAlias.objects.filter(initiative__in=curated.values("pk")).order_by("name")
    for pk, name in rows.values_list("initiative", "name"):
        aliases[pk].append(name)
    return _lexicon_with(
        tuple(
            NamedInitiative(name, InitiativeKind(kind), tuple(aliases[pk]))
            for pk, name, kind in curated.order_by("pk").values_list("pk", "name", "kind")
        )
    )


@lru_cache(maxsize=2)
def _lexicon_with(curated: tuple[NamedInitiative, ...]) -> InitiativeLexicon:
    # Cached, because a new lexicon must first build its matcher.
    if not curated:
        return default_lexicon()
    packaged = {initiative.name: initiative.aliases for initiative in default_lexicon().initiatives}
    return default_lexicon().with_names(
        replace(
            initiative,
            aliases=tuple(dict.fromkeys((*initiative.aliases, *packaged.get(initiative.name, ())))),
        )
        for initiative in curated
    )

"""The initiative lexicon as the archive knows it: the packaged one and what curators have set."""

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
    """What names are known: the packaged ones, or the archive's with what curators have set."""

    gazetteer: Gazetteer = field(default_factory=default_gazetteer)
    lexicon: InitiativeLexicon = field(default_factory=default_lexicon)


def archive_dictionaries() -> Dictionaries:
    """Gazetteer and lexicon with what curators have set: what every draft is read with."""
    return Dictionaries(archive_gazetteer(), archive_lexicon())


def archive_lexicon() -> InitiativeLexicon:
    """The packaged lexicon with every initiative that a curator made, renamed, merged or gave other names.

    What was merely recognised once is left out, or one false find would breed the next; and so are
    bare codes, which mean something in their district only.
    """
    curated = Initiative.objects.current().filter(is_curated=True).exclude(kind=InitiativeKind.CODE.value)
    # Not prefetched, which would ask for the aliases by a list of all these initiatives.
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
    # Kept, since a new lexicon has to learn its names first.
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

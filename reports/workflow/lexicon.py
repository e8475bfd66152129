"""The initiative lexicon as the archive knows it: the packaged one and what curators have set."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from reports.knowledge import InitiativeLexicon, KnownInitiative, default_lexicon
from reports.knowledge.findings import InitiativeKind
from reports.models import Initiative

from .districts import archive_gazetteer
from .reading import Dictionaries


def archive_dictionaries() -> Dictionaries:
    """Gazetteer and lexicon with what curators have set: what every draft is read with."""
    return Dictionaries(archive_gazetteer(), archive_lexicon())


def archive_lexicon() -> InitiativeLexicon:
    """The packaged lexicon with every initiative that a curator made, renamed, merged or gave other names.

    What was merely recognised once is left out, or one false find would breed the next; and so are
    bare codes, which mean something in their district only.
    """
    curated = (
        Initiative.objects.current()
        .filter(is_curated=True)
        .exclude(kind=InitiativeKind.CODE.value)
        .prefetch_related("aliases")
        .order_by("pk")
    )
    return _lexicon_with(
        tuple(
            KnownInitiative(
                initiative.name,
                InitiativeKind(initiative.kind),
                tuple(alias.name for alias in initiative.aliases.all()),
            )
            for initiative in curated
        )
    )


@lru_cache(maxsize=2)
def _lexicon_with(curated: tuple[KnownInitiative, ...]) -> InitiativeLexicon:
    # Kept, since a new lexicon has to learn its names first.
    if not curated:
        return default_lexicon()
    packaged = {known.name: known.aliases for known in default_lexicon().known}
    return default_lexicon().with_names(
        replace(known, aliases=tuple(dict.fromkeys((*known.aliases, *packaged.get(known.name, ())))))
        for known in curated
    )

"""The initiative lexicon as the archive knows it: the packaged one and what curators have set."""

from __future__ import annotations

from reports.knowledge import InitiativeLexicon, default_lexicon
from reports.knowledge.findings import InitiativeKind
from reports.knowledge.initiative_lexicon import KnownInitiative
from reports.models import Initiative


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
    if not curated:
        return default_lexicon()
    packaged = {known.name: known for known in default_lexicon().known}
    return default_lexicon().with_names(
        KnownInitiative(
            initiative.name,
            InitiativeKind(initiative.kind),
            tuple(
                dict.fromkeys(
                    (
                        *(alias.name for alias in initiative.aliases.all()),
                        *(packaged[initiative.name].aliases if initiative.name in packaged else ()),
                    )
                )
            ),
        )
        for initiative in curated
    )

"""The initiative lexicon as the archive knows it: the packaged one and what curators have set."""

from __future__ import annotations

from reports.knowledge import InitiativeLexicon, default_lexicon
from reports.knowledge.findings import InitiativeKind
from reports.models import Initiative


def archive_lexicon() -> InitiativeLexicon:
    """The packaged lexicon with every initiative a curator made, renamed, merged or gave other names."""
    raise NotImplementedError

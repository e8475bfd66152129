"""From text to findings: districts, initiatives and statistics, as plain values with offsets.

The gazetteer and the lexicon are values too: the packaged ones are the default, and what curators add makes
a new one (``with_places``, ``with_names``). No database and no framework stands behind this package.
"""

from .districts import recognise_districts
from .findings import (
    DistrictLevel,
    FoundDistricts,
    FoundInitiative,
    FoundStatistic,
    InitiativeKind,
    Mention,
    Place,
)
from .gazetteer import Gazetteer, default_gazetteer
from .initiative_lexicon import InitiativeLexicon, KnownInitiative, default_lexicon
from .initiative_names import concept_of
from .initiatives import recognise_initiatives
from .nearest_places import say_not_understood
from .stated_places import StatedPlaces, read_stated_places
from .statistics import recognise_statistics

__all__ = [
    "DistrictLevel",
    "FoundDistricts",
    "FoundInitiative",
    "FoundStatistic",
    "Gazetteer",
    "InitiativeKind",
    "InitiativeLexicon",
    "KnownInitiative",
    "Mention",
    "Place",
    "StatedPlaces",
    "concept_of",
    "default_gazetteer",
    "default_lexicon",
    "read_stated_places",
    "recognise_districts",
    "recognise_initiatives",
    "recognise_statistics",
    "say_not_understood",
]
